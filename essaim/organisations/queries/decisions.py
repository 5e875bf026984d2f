"""What was decided of a claim, a proposal, a pair or a request: by whom (their role, never their name) and when."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import models
from django.utils.translation import override

from essaim.accounts import queries as accounts
from essaim.accounts.models import Authority, Entry, Role, User
from essaim.law.text import ExplainedError, Text
from essaim.organisations.queries.within import MODERATORS, authorities_of
from essaim.ui.formats import date_long

COMMAND_LINE = Text("ligne de commande", "command line")
INSTALLATION = Text("administration de l'installation", "administration of the installation")


class AlreadyDecided(ExplainedError):
    """Someone decided this item first."""


@dataclass(frozen=True, slots=True)
class Decision:
    """`who`: "agent, Métropole de Lille"; `at` is None when only the day is known."""

    who: Text
    on: date
    at: datetime | None
    state: str
    reason: str


def role_text(person: User | None, authority: Authority | None) -> Text:
    """Who acted, by role: a name would publish an agent's."""
    if person is None:
        return COMMAND_LINE
    held = accounts.all_roles_of(person) if authority is None else accounts.roles_of(person, authority)
    role = next((each for each in MODERATORS if each in held), None)
    if role is None:
        return INSTALLATION if person.is_superuser else Text("une personne", "a person")
    said = []
    for language in ("fr", "en"):
        with override(language):
            said.append(str(Role(role).label))
    place = f", {authority}" if authority else ""
    return Text(f"{said[0]}{place}", f"{said[1]}{place}")


def decision_on(subject: models.Model) -> Decision | None:
    """The decision on `subject`, None while it is open."""
    if subject.state == "open":
        return None
    by = getattr(subject, "decided_by", None) or getattr(subject, "answered_by", None)
    on = getattr(subject, "decided_on", None) or getattr(subject, "answered_on", None)
    reason = next(
        (
            getattr(subject, name)
            for name in ("reason", "decision_reason", "answer")
            if hasattr(subject, name)
        ),
        "",
    )
    entry = (
        Entry.objects.filter(object_type=subject._meta.label, object_id=str(subject.pk), by=by)
        .select_related("authority")
        .first()
    )
    authority = entry.authority if entry else None
    if authority is None and by is not None:
        authority = next(iter(authorities_of(by)), None)
    who = role_text(by, authority)
    return Decision(who, on, entry.at if entry else None, subject.state, reason)


def already_decided(subject: models.Model) -> AlreadyDecided:
    """The error to raise when `subject`, locked, is no longer open."""
    found = decision_on(subject)
    if found is None or found.on is None:
        raise ValueError("the subject is still open")
    return AlreadyDecided(
        Text(
            f"Ce dossier a déjà été décidé le {date_long(found.on, 'fr')} ({found.who.fr}) : "
            f"{_state(subject, 'fr')}. Votre décision n'a rien changé ; voyez le résultat ci-dessous.",
            f"This item was already decided on {date_long(found.on, 'en')} ({found.who.en}): "
            f"{_state(subject, 'en')}. Your decision changed nothing; see the result below.",
        )
    )


def _state(subject: models.Model, language: str) -> str:
    with override(language):
        return str(subject.get_state_display())


def someone_was_quicker(subject: models.Model) -> Text:
    """What to tell whoever decided second."""
    return already_decided(subject).text
