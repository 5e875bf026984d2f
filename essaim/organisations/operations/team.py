"""Who acts together for an organisation: invitations, roles, leaving. The last owner stays."""

import secrets
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from essaim.accounts import journal
from essaim.accounts.models import User
from essaim.organisations import claim_refusals as refusals
from essaim.organisations import mail, permissions
from essaim.organisations.acts import act
from essaim.organisations.claim_refusals import ClaimRefused
from essaim.organisations.models import Claim, Organisation, Steward
from essaim.organisations.queries import stewards
from essaim.organisations.rules.house import CLAIMS

TEAM_ROLES = ("owner", "editor")


def invite(
    *, organisation: Organisation, email: str, role: str, by: User, on: date, language: str = "fr"
) -> Claim:
    """Mail a link that makes whoever follows it, once signed in, `role` of the organisation. An earlier invitation to
    the same address no longer works. Raises ClaimRefused."""
    token = secrets.token_urlsafe(24)
    with transaction.atomic():
        organisation = _locked(organisation.pk)
        _needs(_may_run(by, organisation), refusals.OWNERS_ONLY)
        _needs(role in TEAM_ROLES, refusals.UNKNOWN_ROLE)
        _needs(organisation.is_published, refusals.NOT_PUBLISHED)
        made = Claim.objects.filter(invited_by=by, made_on=on).count()
        _needs(made < 4 * CLAIMS.most_a_day, refusals.too_many(4 * CLAIMS.most_a_day))
        address = email.strip().lower()
        organisation.claims.filter(method="invitation", state="open", email=address).update(
            state="withdrawn", decided_on=on, code_hash="", email=""
        )
        claim = Claim.objects.create(
            organisation=organisation, method="invitation", email=address, role=role, invited_by=by, made_on=on,
            expires_at=timezone.now() + timedelta(days=CLAIMS.invitation_days),
        )  # fmt: skip
        claim.code_hash = claim.hash_of(token)
        claim.save(update_fields=["code_hash"])
        journal.record("colleague invited", claim, by=by, on=on, organisation=organisation.pk, role=role)
    try:
        mail.send(
            "invitation", address, language=language, organisation=organisation, days=CLAIMS.invitation_days,
            link=mail.address("invitation", claim=claim.pk, token=token),
        )  # fmt: skip
    except OSError as error:
        _close(claim, "expired", on)
        raise ClaimRefused(refusals.MAIL_FAILED) from error
    return claim


def accept_invitation(*, claim: Claim, token: str, by: User, on: date) -> Steward:
    """`by` joins the team with the role the invitation gives; a role already held is never lowered. Raises
    ClaimRefused."""
    with transaction.atomic():
        organisation = _locked(claim.organisation_id)
        claim = Claim.objects.select_for_update().get(pk=claim.pk)
        _needs(stewards.invitation_opens(claim, token), refusals.BAD_INVITATION)
        _needs(organisation.is_published, refusals.NOT_PUBLISHED)
        told = stewards.mail_of_owners(organisation)
        with act("invitation accepted", by=by, on=on, claim=claim.pk, role=claim.role) as deed:
            steward = Steward.objects.filter(organisation=organisation, user=by).first()
            if steward is None:
                steward = Steward(organisation=organisation, user=by, role=claim.role, since=on)
                deed.create(steward)
            elif claim.role == "owner":
                deed.update(steward, role="owner")
        organisation.claims.filter(user=by, state="open").update(
            state="withdrawn", decided_on=on, code_hash="", email=""
        )
        claim.user = by
        _close(claim, "granted", on)
        mail.send_after(
            "claim_joined", told, organisation=organisation, link=mail.address("team", id=organisation.pk)
        )
    return steward


def cancel_invitation(*, claim: Claim, by: User, on: date) -> None:
    """Raises ClaimRefused."""
    with transaction.atomic():
        organisation = _locked(claim.organisation_id)
        claim = Claim.objects.select_for_update().get(pk=claim.pk)
        _needs(_may_run(by, organisation), refusals.OWNERS_ONLY)
        _needs(claim.method == "invitation" and claim.state == "open", refusals.NOT_OPEN)
        _close(claim, "withdrawn", on)
        journal.record("invitation withdrawn", claim, by=by, on=on, organisation=organisation.pk)


def change_role(*, steward: Steward, role: str, by: User, on: date) -> Steward:
    """Raises ClaimRefused, among others when no owner would be left."""
    with transaction.atomic():
        organisation, steward = _locked_steward(steward)
        _needs(_may_run(by, organisation), refusals.OWNERS_ONLY)
        _needs(role in TEAM_ROLES, refusals.UNKNOWN_ROLE)
        if role != "owner":
            _keep_an_owner(organisation, steward)
        with act("role in the team changed", by=by, on=on, role=role) as deed:
            deed.update(steward, role=role)
    return steward


def remove_steward(*, steward: Steward, by: User, on: date) -> None:
    """Someone leaves, or an owner removes them. An agent alone may remove the last owner. Raises ClaimRefused."""
    with transaction.atomic():
        organisation, steward = _locked_steward(steward)
        leaves = steward.user_id == by.pk
        _needs(leaves or _may_run(by, organisation), refusals.OWNERS_ONLY)
        if leaves or not permissions.may_moderate(by, organisation):
            _keep_an_owner(organisation, steward)
        with act("team left" if leaves else "team member removed", by=by, on=on) as deed:
            deed.delete(steward)


def _needs(is_met: bool, refusal: object) -> None:
    if not is_met:
        raise ClaimRefused(refusal)


def _may_run(by: User, organisation: Organisation) -> bool:
    return permissions.is_owner(by, organisation) or permissions.may_moderate(by, organisation)


def _keep_an_owner(organisation: Organisation, steward: Steward) -> None:
    if steward.role == "owner" and steward.user.is_active:
        _needs(stewards.owners_left(organisation) > 1, refusals.LAST_OWNER)


def _locked(organisation_id: int) -> Organisation:
    return Organisation.objects.select_for_update().get(pk=organisation_id)


def _locked_steward(steward: Steward) -> tuple[Organisation, Steward]:
    organisation = _locked(steward.organisation_id)
    # A colleague may have removed the row while we waited for the lock.
    found = Steward.objects.filter(pk=steward.pk).select_related("user").first()
    _needs(found is not None, refusals.NOT_OPEN)
    return organisation, found


def _close(claim: Claim, state: str, on: date) -> None:
    claim.state, claim.decided_on, claim.code_hash, claim.email = state, on, "", ""
    claim.save(update_fields=["state", "decided_on", "code_hash", "email", "user"])
