"""Writing to suppliers, reminding them, and their answers through a link that serves once."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from essaim.accounts import journal
from essaim.accounts.models import User
from essaim.law.text import Text
from essaim.organisations.models import Organisation
from essaim.procurement import needs_mail
from essaim.procurement.models import Answer, Lot, Need, SupplierMessage
from essaim.procurement.needs_acting import NeedRefused, check_buyer, check_open, check_reachable
from essaim.procurement.queries.needs.messages import addresses_of
from essaim.procurement.rules import needs as rules


@transaction.atomic
def write_to_suppliers(
    *,
    need: Need,
    organisations: Sequence[Organisation],
    body: str,
    by: User | None,
    on: date,
    lot: Lot | None = None,
) -> list[SupplierMessage]:
    """Write the same message to each, once; those already written to are left alone.

    Raises NeedRefused when one of them is closed, hidden or without address: nothing leaves then.
    """
    check_buyer(by, need.authority)
    check_open(need)
    if not organisations or not body.strip() or len(organisations) > rules.MOST_MESSAGES:
        raise NeedRefused(
            Text(
                f"Choisissez de 1 à {rules.MOST_MESSAGES} fournisseurs et écrivez un message.",
                f"Choose 1 to {rules.MOST_MESSAGES} suppliers and write a message.",
            )
        )
    if lot is not None and lot.need_id != need.pk:
        raise NeedRefused(Text("Ce lot n'est pas de ce besoin.", "This lot is not of this need."))
    check_reachable(organisations, on)
    told = set(need.supplier_messages.values_list("organisation_id", flat=True))
    addresses = addresses_of(each.pk for each in organisations)
    sent = []
    for organisation in organisations:
        if organisation.pk in told:
            continue
        token, token_hash = rules.new_token()
        message = SupplierMessage.objects.create(
            need=need,
            lot=lot,
            organisation=organisation,
            body=body.strip(),
            token_hash=token_hash,
            sent_on=on,
        )
        _mail(message, addresses[organisation.pk], token, is_reminder=False)
        sent.append(message)
    if sent:
        ids = [each.organisation_id for each in sent]
        journal.record(
            "suppliers written to", need, by=by, on=on, authority=need.authority, organisations=ids
        )
    return sent


def _mail(message: SupplierMessage, to: str, token: str, *, is_reminder: bool) -> None:
    lot = f" (lot {message.lot.number} : {message.lot.title})" if message.lot else ""
    needs_mail.send_after(
        "need_message",
        to,
        authority=message.need.authority.name,
        title=message.need.title + lot,
        body=message.body,
        link=needs_mail.address("need-answer", token=token),
        is_reminder=is_reminder,
    )


@transaction.atomic
def remind_supplier(*, message: SupplierMessage, by: User | None, on: date) -> SupplierMessage:
    """Write once more to a silent supplier, with a new link; the earlier one no longer opens. Raises NeedRefused."""
    check_buyer(by, message.need.authority)
    check_open(message.need)
    if message.answer or message.reminded_on is not None:
        raise NeedRefused(
            Text(
                "Ce fournisseur a répondu, ou a déjà été relancé : une relance suffit.",
                "This supplier answered, or was reminded already: once is enough.",
            )
        )
    check_reachable([message.organisation], on)
    token, message.token_hash = rules.new_token()
    message.reminded_on = on
    message.save(update_fields=["token_hash", "reminded_on"])
    _mail(message, addresses_of([message.organisation_id])[message.organisation_id], token, is_reminder=True)
    journal.record(
        "supplier reminded", message.need, by=by, on=on, authority=message.need.authority,
        organisations=[message.organisation_id],
    )  # fmt: skip
    return message


@transaction.atomic
def answer_message(
    *,
    message: SupplierMessage,
    answer: str,
    by: User | None,
    on: date,
    reason: str = "",
    comment: str = "",
    partners: str = "",
    turnover_cents: int | None = None,
) -> SupplierMessage:
    """What the supplier says, once, through its link: `by` is None, the link is the proof.

    Raises NeedRefused: answered already, need closed, a refusal without reason, a consortium without partners.
    """
    message = SupplierMessage.objects.select_for_update().select_related("need__authority").get(pk=message.pk)
    if message.answer:
        raise NeedRefused(
            Text(
                "Votre réponse est déjà enregistrée. Pour la corriger, écrivez à l'acheteur.",
                "Your answer is already recorded. To correct it, write to the buyer.",
            )
        )
    check_open(message.need)
    if answer not in Answer.values or (answer == "refused" and reason not in rules.REFUSALS):
        raise NeedRefused(
            Text(
                "Dites si vous êtes intéressé, et sinon pourquoi.",
                "Say whether you are interested, and if not why.",
            )
        )
    if answer == "consortium" and not partners.strip():
        raise NeedRefused(Text("Dites avec qui vous répondriez.", "Say with whom you would answer."))
    message.answer, message.answered_on = answer, on
    message.reason = reason if answer == "refused" else ""
    message.comment = comment.strip()
    message.partners = partners.strip() if answer == "consortium" else ""
    message.turnover_cents = turnover_cents
    message.save()
    journal.record(
        "supplier answered", message.need, by=by, on=on, authority=message.need.authority,
        organisation=message.organisation_id, answer=answer,
    )  # fmt: skip
    return message
