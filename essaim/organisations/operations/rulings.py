"""An agent settles whether an organisation is in the SSE, when the sources cannot (act 2014-856, article 1)."""

from datetime import date

from django.db import transaction

from essaim.accounts.models import Authority, User
from essaim.law.text import ExplainedError, Text
from essaim.organisations import acts, permissions
from essaim.organisations.models import Organisation, Ruling
from essaim.organisations.queries.places import authorities_over
from essaim.organisations.standing import refresh_status

SAYS = ("member", "not_member")
BATCH_RULINGS = 500


class RulingRefused(ExplainedError):
    """The ruling cannot be made or taken back so."""


@transaction.atomic
def rule_membership(
    *,
    organisation: Organisation,
    says: str,
    reason: str,
    by: User | None,
    on: date,
    ends_on: date | None = None,
    authority: Authority | None = None,
) -> Ruling:
    """Decide "member" or "not_member" until `ends_on` (for good when None). The reason is public, the agent's name is
    not. A ruling still in force is taken back by the new one, in the same act. Raises RulingRefused."""
    locked = Organisation.objects.select_for_update().get(pk=organisation.pk)
    authority = _authority_for(locked, by, authority)
    _check_ruling(locked, says, reason, ends_on, on)
    with acts.act(
        "membership ruled",
        by=by,
        on=on,
        authority=authority,
        reason=reason,
        organisation=locked.pk,
        says=says,
    ) as deed:
        # All those not revoked, the ended ones too: one ruling at most stands.
        for earlier in locked.rulings.filter(revoked_on__isnull=True):
            deed.update(earlier, revoked_on=on)
        ruling = Ruling(
            organisation=locked, authority=authority, says=says, reason=reason, ruled_on=on, ends_on=ends_on
        )
        deed.create(ruling)
        refresh_status(deed, locked, on=on)
    return ruling


@transaction.atomic
def revoke_ruling(*, ruling: Ruling, reason: str, by: User | None, on: date) -> Ruling:
    """Take a ruling back: the sources decide again. Raises RulingRefused."""
    locked = Ruling.objects.select_for_update().select_related("organisation").get(pk=ruling.pk)
    authority = _authority_for(locked.organisation, by, None)
    if locked.revoked_on is not None:
        raise RulingRefused(
            Text(
                f"Cette décision a déjà été retirée le {locked.revoked_on:%d/%m/%Y} : rien n'est à faire.",
                f"This ruling was already taken back on {locked.revoked_on}: nothing to do.",
            )
        )
    _check_reason(reason)
    with acts.act(
        "ruling revoked",
        by=by,
        on=on,
        authority=authority,
        reason=reason,
        organisation=locked.organisation_id,
    ) as deed:
        deed.update(locked, revoked_on=on)
        refresh_status(deed, locked.organisation, on=on)
    return locked


def refresh_ended_rulings(*, by: User | None, on: date) -> int:
    """The nightly duty: where a ruling has ended, the sources decide again. Returns how many statuses changed.
    Running it twice changes nothing more. One act for each five hundred."""
    ended = list(
        Organisation.objects.filter(rulings__revoked_on__isnull=True, rulings__ends_on__lt=on)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    changed = 0
    for start in range(0, len(ended), BATCH_RULINGS):
        with acts.act("status refreshed after rulings ended", by=by, on=on) as deed:
            batch = Organisation.objects.select_for_update().filter(
                pk__in=ended[start : start + BATCH_RULINGS]
            )
            changed += sum(refresh_status(deed, each, on=on) for each in batch.order_by("pk"))
    return changed


def _authority_for(organisation: Organisation, by: User | None, authority: Authority | None) -> Authority:
    """In whose name: the authority of the agent; the command line and the installation's administrators choose any
    authority whose territory holds the organisation, the first one unless told."""
    own = permissions.authority_of_moderator(by, organisation) if by is not None else None
    if own is not None:
        return own
    if by is None or permissions.may_moderate(by, organisation):
        over = authorities_over(organisation)
        if authority in over or (authority is None and over):
            return authority or over[0]
    raise RulingRefused(
        Text(
            "Cette organisation n'est pas sur le territoire d'une collectivité pour laquelle vous agissez. "
            "Demandez à l'agent de la sienne.",
            "This organisation is not in the territory of an authority you act for. Ask the agent of its own.",
        )
    )


def _check_ruling(organisation: Organisation, says: str, reason: str, ends_on: date | None, on: date) -> None:
    if says not in SAYS:
        raise RulingRefused(
            Text("Décidez « membre » ou « hors de l'ESS ».", "Rule either member or not a member.")
        )
    _check_reason(reason)
    if ends_on is not None and ends_on < on:
        raise RulingRefused(
            Text(
                "La fin de la décision est passée. Choisissez une date à venir, ou laissez le champ vide.",
                "The ruling would already have ended. Choose a later date, or leave it empty.",
            )
        )
    if not organisation.is_published:
        raise RulingRefused(
            Text(
                "Cette fiche n'est pas publiée : son statut n'est montré nulle part. Rétablissez-la d'abord.",
                "This record is not published: its status is shown nowhere. Restore it first.",
            )
        )


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise RulingRefused(
            Text(
                "Écrivez le motif : il est public et permet de contester la décision.",
                "Write the reason: it is public, and lets people contest the ruling.",
            )
        )
