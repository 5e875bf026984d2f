"""Reads of what was written to suppliers, and of what they answered."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import QuerySet

from essaim.law.text import Text
from essaim.organisations.models import Contact, Organisation, Steward
from essaim.procurement.models import Need, Participant, SupplierMessage
from essaim.procurement.queries.needs.calendar import STATUS_WORDS
from essaim.procurement.rules import needs as rules
from essaim.ui.tables import Column, Table

ANSWERS = {
    "": Text("pas encore de réponse", "no answer yet"),
    "interested": Text("intéressé", "interested"),
    "consortium": Text("intéressé en groupement", "interested in a consortium"),
    "refused": Text("ne répondra pas", "will not answer"),
}
GONE = {
    "closed": Text("fermé depuis", "closed since"),
    "hidden": Text("retiré de l'annuaire", "no longer in the directory"),
    "no_address": Text("aucune adresse de courriel", "no mail address"),
}
__all__ = ["ANSWERS", "GONE", "STATUS_WORDS"]


def addresses_of(ids: Iterable[int]) -> dict[int, str]:
    """Where to write to each organisation: an address it publishes that is no person's, else that of the person who
    holds its record. Personal contacts are never used."""
    wanted = list(ids)
    found: dict[int, str] = {}
    contacts = Contact.objects.filter(organisation_id__in=wanted, is_personal=False).exclude(email="")
    for organisation, email in contacts.order_by("id").values_list("organisation_id", "email"):
        found.setdefault(organisation, email)
    stewards = Steward.objects.filter(organisation_id__in=wanted, role="owner", user__is_active=True)
    for organisation, email in stewards.order_by("id").values_list("organisation_id", "user__email"):
        if email:
            found.setdefault(organisation, email)
    return found


def gone_reasons(organisations: Iterable[Organisation], on: date) -> dict[int, str]:
    """Why one cannot write to them, for those one cannot: a code of GONE."""
    wanted = list(organisations)
    addresses = addresses_of(each.pk for each in wanted)
    found = {}
    for each in wanted:
        if not each.is_published:
            found[each.pk] = "hidden"
        elif each.closed_on is not None and each.closed_on <= on:
            found[each.pk] = "closed"
        elif each.pk not in addresses:
            found[each.pk] = "no_address"
    return found


@dataclass(frozen=True)
class Sent:
    """A message as the buyer reads it. `name` is empty for an organisation that is no longer shown."""

    message: SupplierMessage
    name: str
    gone: str
    may_remind: bool
    dependency_pct: int | None

    @property
    def is_dependent(self) -> bool:
        return self.dependency_pct is not None and self.dependency_pct >= rules.WARN_DEPENDENCY_PCT

    @property
    def answer(self) -> Text:
        return ANSWERS[self.message.answer]

    @property
    def gone_words(self) -> Text | None:
        return GONE.get(self.gone)

    @property
    def reason(self) -> Text | None:
        return rules.REFUSALS.get(self.message.reason)


def sent_about(need: Need, on: date) -> list[Sent]:
    """In a constant number of queries."""
    messages = list(need.supplier_messages.select_related("organisation", "lot"))
    gone = gone_reasons([each.organisation for each in messages], on)
    waited = on - timedelta(days=rules.REMIND_AFTER_DAYS)
    found = []
    for each in messages:
        amount = each.lot.amount_cents if each.lot else need.amount_cents
        yearly = rules.yearly_cents(amount, need.duration_months)
        why = gone.get(each.organisation_id, "")
        found.append(
            Sent(
                each,
                "" if why == "hidden" else each.organisation.name,
                why,
                not each.answer and not why and each.reminded_on is None and each.sent_on <= waited,
                rules.dependency_pct(yearly, each.turnover_cents),
            )
        )
    return found


def messages_table(sent: Iterable[Sent]) -> Table:
    columns = (
        Column(Text("Fournisseur", "Supplier")), Column(Text("Envoyé le", "Sent on")),
        Column(Text("Relancé le", "Reminded on")), Column(Text("Répondu le", "Answered on")),
        Column(Text("Réponse", "Answer")), Column(Text("Motif", "Reason")), Column(Text("Précision", "Comment")),
        Column(Text("Partenaires", "Partners")), Column(Text("Dépendance (%)", "Dependency (%)"), "number"),
    )  # fmt: skip
    rows = [
        (
            one.name or "–", one.message.sent_on.isoformat(),
            one.message.reminded_on and one.message.reminded_on.isoformat(),
            one.message.answered_on and one.message.answered_on.isoformat(),
            one.answer, one.reason or "", one.message.comment, one.message.partners, one.dependency_pct,
        )
        for one in sent
    ]  # fmt: skip
    return Table(columns, rows, Text("Messages aux fournisseurs", "Messages to suppliers"))


def message_of(token: str) -> SupplierMessage | None:
    """The message whose link this is."""
    found = SupplierMessage.objects.select_related("need__authority", "lot", "organisation")
    return found.filter(token_hash=rules.hash_of(token)).first()


def participant_of(token: str) -> Participant | None:
    found = Participant.objects.select_related("consultation__need__authority", "organisation")
    return found.filter(token_hash=rules.hash_of(token)).first()


def organisations_to_write(ids: Iterable[int]) -> QuerySet[Organisation]:
    return Organisation.objects.published().living().filter(pk__in=list(ids))


def dependency_of(message: SupplierMessage) -> int | None:
    """Share of its turnover that the need would make, in percent, as the supplier told it."""
    amount = message.lot.amount_cents if message.lot else message.need.amount_cents
    return rules.dependency_pct(
        rules.yearly_cents(amount, message.need.duration_months), message.turnover_cents
    )
