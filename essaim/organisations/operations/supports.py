"""What an organisation offers to project holders: added, changed, withdrawn by its stewards or an agent."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from essaim.accounts.models import User
from essaim.law.text import ExplainedError, Text
from essaim.observatory.categories import sectors as known_sectors
from essaim.organisations import permissions
from essaim.organisations.acts import act
from essaim.organisations.models import Organisation, Support
from essaim.organisations.rules import SUPPORT_STAGES, SUPPORTS

NOT_YOURS = Text(
    "Seules les personnes de l'organisation et les agents de la collectivité tiennent cette liste. Demandez à tenir la "
    "fiche, ou proposez une correction.",
    "Only people of the organisation and agents of the authority keep this list. Ask to keep its page, or propose a "
    "correction.",
)


class SupportRefused(ExplainedError):
    """The support cannot be written as asked."""


def add_support(
    *,
    organisation: Organisation,
    kind: str,
    title: str,
    stages: Sequence[str],
    by: User | None,
    on: date,
    description: str = "",
    sectors: Sequence[str] = (),
    territory: str = "",
    link: str = "",
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> Support:
    """Say that the organisation offers something to project holders. `territory` empty: everywhere. Raises
    SupportRefused."""
    values = {
        "kind": kind,
        "title": title,
        "description": description,
        "stages": list(stages),
        "sectors": list(sectors),
        "territory": territory,
        "link": link,
        "starts_on": starts_on,
        "ends_on": ends_on,
    }
    with transaction.atomic():
        held = _held(organisation, by)
        _check(values)
        with act("support added", by=by, on=on, authority=_authority(by, held)) as deed:
            return deed.create(Support(organisation=held, **values))


def change_support(*, support: Support, by: User | None, on: date, **values: object) -> Support:
    """Change some of what `add_support` takes. Raises SupportRefused."""
    with transaction.atomic():
        held = _held(support.organisation, by)
        row = _still_there(support)
        _check({name: values.get(name, getattr(row, name)) for name in FIELDS})
        with act("support changed", by=by, on=on, authority=_authority(by, held)) as deed:
            deed.update(row, **{name: value for name, value in values.items() if name in FIELDS})
        return row


def remove_support(*, support: Support, by: User | None, on: date) -> None:
    """Withdraw it; history keeps it. Raises SupportRefused."""
    with transaction.atomic():
        held = _held(support.organisation, by)
        row = _still_there(support)
        with act("support removed", by=by, on=on, authority=_authority(by, held)) as deed:
            deed.delete(row)


FIELDS = (
    "kind",
    "title",
    "description",
    "stages",
    "sectors",
    "territory",
    "link",
    "starts_on",
    "ends_on",
)


def _held(organisation: Organisation, by: User | None) -> Organisation:
    """The record, locked, if it is published and `by` may write on it."""
    locked = Organisation.objects.select_for_update().get(pk=organisation.pk)
    if not locked.is_published or not (by is None or permissions.may_edit(by, locked)):
        raise SupportRefused(NOT_YOURS)
    return locked


def _still_there(support: Support) -> Support:
    row = Support.objects.filter(pk=support.pk).first()
    if row is None:
        raise SupportRefused(
            Text(
                "Cet appui a été retiré par une autre personne. Rechargez la page.",
                "Someone else removed this support. Reload the page.",
            )
        )
    return row


def _authority(by: User | None, organisation: Organisation) -> object:
    """For which authority, when the person is not of the organisation."""
    if by is None or permissions.is_steward(by, organisation):
        return None
    return permissions.authority_of_moderator(by, organisation)


def _check(values: dict[str, object]) -> None:
    """Codes are known, a title is there, dates follow each other."""
    unknown = [
        *({values["kind"]} - set(SUPPORTS)),
        *(set(values["stages"]) - set(SUPPORT_STAGES)),
        *(set(values["sectors"]) - set(known_sectors())),
    ]
    if unknown:
        listed = ", ".join(sorted(map(str, unknown)))
        raise SupportRefused(
            Text(
                f"Code inconnu : {listed}. Choisissez dans les listes.",
                f"Unknown code: {listed}. Choose from the lists.",
            )
        )
    if not str(values["title"]).strip():
        raise SupportRefused(
            Text("L'appui n'a pas d'intitulé. Écrivez-en un.", "The support has no title. Write one.")
        )
    start, end = values["starts_on"], values["ends_on"]
    if start and end and end < start:
        raise SupportRefused(
            Text(
                "Il finit avant de commencer. Corrigez l'une des dates.",
                "It ends before it starts. Correct a date.",
            )
        )
