"""How a person becomes someone who acts for an organisation.

Three proofs: a code mailed to the organisation's own domain, a code posted to its head office, an agent's decision.
Where someone owns the organisation already, a right code is not enough: its owners and the agents decide.
"""

import secrets
from datetime import date, datetime, time, timedelta

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
from essaim.organisations.rules.codes import plain_code
from essaim.organisations.rules.house import CLAIMS
from essaim.organisations.rules.mailboxes import domain_of_address

OPEN_METHODS = ("mail", "post", "agent")


def start_claim(
    *,
    organisation: Organisation,
    method: str,
    by: User,
    on: date,
    email: str = "",
    motive: str = "",
    language: str = "fr",
) -> Claim:
    """Open a claim: `method` is mail (a code leaves for `email`), post (an agent prints the letter) or agent (`motive`
    says why). Raises ClaimRefused."""
    code = ""
    with transaction.atomic():
        organisation = _locked(organisation)
        _may_start(organisation, method, by, on)
        claim = Claim(organisation=organisation, user=by, method=method, motive=motive.strip(), made_on=on)
        if method == "mail":
            claim.email = _own_address(organisation, email)
            claim.expires_at = timezone.now() + timedelta(hours=CLAIMS.mail_hours)
        elif method == "post":
            _needs(_head_office(organisation) is not None, refusals.NO_ADDRESS)
            claim.expires_at = timezone.now() + timedelta(days=CLAIMS.wait_days)
        else:
            _needs(bool(claim.motive), refusals.NO_MOTIVE)
            claim.expires_at = timezone.now() + timedelta(days=CLAIMS.wait_days)
        claim.save()
        if method == "mail":
            code = _give_code(claim)
        journal.record("claim made", claim, by=by, on=on, organisation=organisation.pk, method=method)
        if method != "mail":
            _tell_deciders(claim)
    if code:
        _mail_code(claim, code, language, on)
    return claim


def enter_code(*, claim: Claim, code: str, by: User, on: date) -> Claim:
    """The code came back. Right: `by` owns the organisation, or, if someone does already, its owners and the agents
    are told and decide (`proved_on` is set). Raises ClaimRefused; a wrong try is counted even so."""
    refusal = None
    with transaction.atomic():
        organisation, claim = _locked_claim(claim)
        _needs(claim.user_id == by.pk, refusals.NOT_YOURS)
        _needs(claim.state == "open", refusals.NOT_OPEN)
        _needs(bool(claim.code_hash), refusals.NO_CODE_YET)
        if claim.expires_at <= timezone.now():
            refusal = refusals.EXPIRED
            _end(claim, "expired", on=on)
        elif not claim.opens_with(plain_code(code)):
            refusal = _count_wrong_try(claim, by, on)
        elif stewards.owners_left(organisation) and not permissions.is_owner(by, organisation):
            claim.proved_on, claim.code_hash = on, ""
            claim.expires_at = timezone.now() + timedelta(days=CLAIMS.wait_days)
            claim.save(update_fields=["proved_on", "code_hash", "expires_at"])
            journal.record("claim proved", claim, by=by, on=on, organisation=organisation.pk)
            _tell_deciders(claim)
        else:
            claim.proved_on = on
            _grant(claim, organisation, by=by, on=on, reason="")
    if refusal:
        raise ClaimRefused(refusal)
    return claim


def prepare_letter(*, claim: Claim, by: User, on: date) -> tuple[Claim, str]:
    """A new code for the letter an agent is about to print and post; any earlier one no longer works. The code is
    returned once and kept nowhere. Raises ClaimRefused."""
    with transaction.atomic():
        organisation, claim = _locked_claim(claim)
        _needs(permissions.may_moderate(by, organisation), refusals.NOT_A_DECIDER)
        _needs(claim.state == "open" and claim.method == "post", refusals.NOT_OPEN)
        _needs(claim.proved_on is None, refusals.NOT_OPEN)
        claim.wrong_tries = 0
        claim.expires_at = timezone.now() + timedelta(days=CLAIMS.post_days)
        claim.save(update_fields=["wrong_tries", "expires_at"])
        code = _give_code(claim)
        journal.record("claim letter printed", claim, by=by, on=on, organisation=organisation.pk)
    return claim, code


def withdraw_claim(*, claim: Claim, by: User, on: date) -> Claim:
    """The claimant changes their mind. Raises ClaimRefused."""
    with transaction.atomic():
        _, claim = _locked_claim(claim)
        _needs(claim.user_id == by.pk, refusals.NOT_YOURS)
        _needs(claim.state == "open", refusals.NOT_OPEN)
        _end(claim, "withdrawn", on=on)
        journal.record("claim withdrawn", claim, by=by, on=on, organisation=claim.organisation_id)
    return claim


def decide_claim(*, claim: Claim, granted: bool, reason: str, by: User | None, on: date) -> Claim:
    """An agent's (or an owner's) decision on an open claim; the claimant is told by mail, with the reason.

    Raises ClaimRefused: decided already, not by this person, one's own claim, a refusal without reason.
    """
    with transaction.atomic():
        organisation, claim = _locked_claim(claim)
        _needs(claim.state == "open" and claim.method != "invitation", refusals.NOT_OPEN)
        if by is not None:
            _needs(claim.user_id != by.pk, refusals.ONE_S_OWN)
            _needs(
                permissions.may_moderate(by, organisation) or permissions.is_owner(by, organisation),
                refusals.NOT_A_DECIDER,
            )
        _needs(granted or bool(reason.strip()), refusals.NO_REASON)
        _needs(not granted or organisation.is_published, refusals.NOT_PUBLISHED)
        if granted:
            _grant(claim, organisation, by=by, on=on, reason=reason.strip())
        else:
            _end(claim, "refused", on=on, by=by, reason=reason.strip())
            journal.record("claim refused", claim, by=by, on=on, organisation=organisation.pk)
        mail.send_after(
            "claim_granted" if granted else "claim_refused",
            [claim.user.email if claim.user else ""],
            organisation=organisation,
            reason=reason.strip(),
            link=mail.address("edit" if granted else "claim", id=organisation.pk),
        )
    return claim


def expire_claims(*, by: User | None, on: date) -> int:
    """Close open claims and invitations whose time ended before `on`; returns how many. For the nightly duties."""
    midnight = timezone.make_aware(datetime.combine(on, time.min))
    closed = 0
    for late in Claim.objects.filter(state="open", expires_at__lte=midnight):
        with transaction.atomic():
            _, claim = _locked_claim(late)
            if claim.state == "open" and claim.expires_at and claim.expires_at <= midnight:
                _end(claim, "expired", on=on)
                journal.record("claim expired", claim, by=by, on=on, organisation=claim.organisation_id)
                closed += 1
    return closed


# --- parts


def _needs(is_met: bool, refusal: object) -> None:
    if not is_met:
        raise ClaimRefused(refusal)


def _locked(organisation: Organisation) -> Organisation:
    """The organisation's row is the lock of everything about who acts for it: two claims are decided in turn."""
    return Organisation.objects.select_for_update().get(pk=organisation.pk)


def _locked_claim(claim: Claim) -> tuple[Organisation, Claim]:
    organisation = Organisation.objects.select_for_update().get(pk=claim.organisation_id)
    return organisation, Claim.objects.select_for_update().get(pk=claim.pk)


def _may_start(organisation: Organisation, method: str, by: User, on: date) -> None:
    _needs(method in OPEN_METHODS, refusals.UNKNOWN_METHOD)
    _needs(by.is_active, refusals.NOT_YOURS)
    _needs(organisation.is_published, refusals.NOT_PUBLISHED)
    _needs(not permissions.is_steward(by, organisation), refusals.ALREADY_IN)
    _needs(stewards.claim_of(organisation, by) is None, refusals.ONE_AT_A_TIME)
    made = Claim.objects.filter(user=by, made_on=on).count()
    _needs(made < CLAIMS.most_a_day, refusals.too_many(CLAIMS.most_a_day))


def _own_address(organisation: Organisation, email: str) -> str:
    address = email.strip()
    own = stewards.domains_of(organisation)
    _needs(bool(own), refusals.NO_DOMAIN)
    _needs(domain_of_address(address) in own, refusals.foreign_domain(own))
    return address


def _head_office(organisation: Organisation):
    sites = organisation.sites.filter(closed_on__isnull=True).exclude(address="").exclude(postcode="")
    return sites.order_by("-is_head_office", "id").first()


def _give_code(claim: Claim) -> str:
    code = "".join(secrets.choice(CLAIMS.code_alphabet) for _ in range(CLAIMS.code_length))
    claim.code_hash = claim.hash_of(code)
    claim.save(update_fields=["code_hash"])
    return code


def _count_wrong_try(claim: Claim, by: User, on: date):
    claim.wrong_tries += 1
    claim.save(update_fields=["wrong_tries"])
    left = CLAIMS.most_wrong_tries - claim.wrong_tries
    if left > 0:
        return refusals.wrong_code(left)
    _end(claim, "refused", on=on, reason=refusals.TOO_MANY_TRIES.fr)
    journal.record("claim closed after wrong codes", claim, by=by, on=on, organisation=claim.organisation_id)
    return refusals.TOO_MANY_TRIES


def _mail_code(claim: Claim, code: str, language: str, on: date) -> None:
    try:
        mail.send(
            "claim_code",
            claim.email,
            language=language,
            organisation=claim.organisation,
            code=code,
            hours=CLAIMS.mail_hours,
            link=mail.address("claim", id=claim.organisation_id),
        )
    except OSError as error:
        _end(claim, "expired", on=on)
        raise ClaimRefused(refusals.MAIL_FAILED) from error


def _tell_deciders(claim: Claim) -> None:
    """Owners and agents: nobody becomes the owner of an owned page without their knowing."""
    organisation = claim.organisation
    common = {"organisation": organisation, "method": claim.method, "proved": claim.proved_on is not None}
    team = mail.address("team", id=organisation.pk)
    mail.send_after("claim_waiting", stewards.mail_of_owners(organisation), link=team, **common)
    history = mail.address("history", id=organisation.pk)
    mail.send_after("claim_waiting", stewards.mail_of_moderators(organisation), link=history, **common)


def _grant(claim: Claim, organisation: Organisation, *, by: User | None, on: date, reason: str) -> None:
    owners = stewards.mail_of_owners(organisation)
    authority = permissions.authority_of_moderator(by, organisation) if by else None
    with act(
        "claim granted", by=by, on=on, authority=authority, reason=reason, claim=claim.pk, method=claim.method
    ) as deed:
        held = Steward.objects.filter(organisation=organisation, user=claim.user).first()
        if held is None:
            deed.create(Steward(organisation=organisation, user=claim.user, role=claim.role, since=on))
        elif claim.role == "owner":
            deed.update(held, role="owner")
    _end(claim, "granted", on=on, by=by, reason=reason)
    mail.send_after(
        "claim_joined", owners, organisation=organisation, link=mail.address("team", id=organisation.pk)
    )


def _end(claim: Claim, state: str, *, on: date, by: User | None = None, reason: str = "") -> None:
    """What served the proof is emptied: neither code nor address outlives the claim."""
    claim.state, claim.decided_on, claim.decided_by, claim.decision_reason = state, on, by, reason
    claim.code_hash = claim.email = ""
    claim.save(
        update_fields=[
            "state",
            "decided_on",
            "decided_by",
            "decision_reason",
            "code_hash",
            "email",
            "proved_on",
        ]
    )
