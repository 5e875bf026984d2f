"""Reads of market consultations: who sees which lines of the log."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from essaim.law.text import Text
from essaim.organisations.models import Organisation
from essaim.procurement.models import Consultation, Exchange, Need, Participant
from essaim.procurement.queries.needs.messages import gone_reasons
from essaim.ui.tables import Column, Table

KINDS = {
    "sheet": Text("Fiche envoyée à tous", "Sheet sent to all"),
    "answer": Text("Réponse d'un fournisseur", "Answer of a supplier"),
    "question": Text("Question d'un fournisseur", "Question of a supplier"),
    "clarification": Text("Précision donnée à tous", "Clarification given to all"),
}
ALL = Text("Tous", "All")
SOMEONE = Text("Un fournisseur", "A supplier")


@dataclass(frozen=True)
class Line:
    """One line of the log; `who` is a name, or words that hide it."""

    exchange: Exchange
    who: object

    @property
    def kind(self) -> Text:
        return KINDS[self.exchange.kind]


def consultation_of(need: Need) -> Consultation | None:
    return Consultation.objects.filter(need=need).select_related("need__authority").first()


def published_consultations() -> QuerySet[Consultation]:
    return Consultation.objects.filter(published_on__isnull=False).select_related("need__authority")


def log_of(consultation: Consultation) -> list[Line]:
    """The whole log, for the buyer. An organisation no longer shown has no name."""
    found = consultation.exchanges.select_related("participant__organisation")
    return [Line(each, _name(each.participant)) for each in found]


def _name(participant: Participant | None) -> object:
    if participant is None:
        return ALL
    organisation = participant.organisation
    return organisation.name if organisation.is_published else SOMEONE


def public_log_of(consultation: Consultation) -> list[Line]:
    """What everyone may read: said to all, and asked, without the names. Answers may hold business secrets."""
    found = consultation.exchanges.exclude(kind="answer").select_related("participant")
    return [Line(each, SOMEONE if each.participant_id else ALL) for each in found]


def log_for(participant: Participant) -> list[Line]:
    """What a supplier reads: said to all, every question without its author, and its own answers."""
    found = participant.consultation.exchanges.filter(~Q(kind="answer") | Q(participant=participant))
    own = Text("Vous", "You")
    return [
        Line(
            each,
            ALL if each.participant_id is None else own if each.participant_id == participant.pk else SOMEONE,
        )
        for each in found
    ]


def counts_of(consultation: Consultation) -> tuple[int, int]:
    """(suppliers asked, suppliers that answered)."""
    answered = consultation.exchanges.filter(kind="answer").values("participant").distinct().count()
    return consultation.participants.count(), answered


@dataclass(frozen=True)
class Asked:
    organisation: Organisation
    invited_on: date
    has_answered: bool
    gone: str


def participants_of(consultation: Consultation, on: date) -> list[Asked]:
    found = list(consultation.participants.select_related("organisation"))
    answered = set(consultation.exchanges.filter(kind="answer").values_list("participant_id", flat=True))
    gone = gone_reasons([each.organisation for each in found], on)
    return [
        Asked(each.organisation, each.invited_on, each.pk in answered, gone.get(each.organisation_id, ""))
        for each in found
    ]


def candidates_of(consultation: Consultation, on: date) -> list[Organisation]:
    """Suppliers already written to about the need, reachable, and not yet asked here."""
    asked = consultation.participants.values("organisation_id")
    found = list(
        Organisation.objects.published()
        .living()
        .filter(pk__in=consultation.need.supplier_messages.values("organisation_id"))
        .exclude(pk__in=asked)
    )
    gone = gone_reasons(found, on)
    return [each for each in found if each.pk not in gone]


def log_table(lines: Iterable[Line]) -> Table:
    columns = (Column(Text("Date", "Date")), Column(Text("Nature", "Kind")), Column(Text("Qui", "Who")),
               Column(Text("Contenu", "Content")))  # fmt: skip
    rows = [(line.exchange.on.isoformat(), line.kind, line.who, line.exchange.body) for line in lines]
    return Table(columns, rows, Text("Journal de la consultation", "Log of the consultation"))
