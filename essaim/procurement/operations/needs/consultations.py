"""Market consultation before a contract: the same sheet and questions for all, every exchange in the log."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from essaim.accounts import journal
from essaim.accounts.models import User
from essaim.law.text import Text
from essaim.organisations.models import Organisation
from essaim.procurement import needs_mail
from essaim.procurement.models import Consultation, Exchange, Need, Participant
from essaim.procurement.needs_acting import NeedRefused, check_buyer, check_open, check_reachable
from essaim.procurement.queries.needs.messages import addresses_of
from essaim.procurement.rules import needs as rules
from essaim.ui.formats import date_long


@transaction.atomic
def open_consultation(
    *, need: Need, sheet: str, questions: Sequence[str], closes_on: date, by: User | None, on: date
) -> Consultation:
    """Write the sheet and the questions; from now on they no longer change. Raises NeedRefused."""
    check_buyer(by, need.authority)
    check_open(need)
    kept = [question.strip() for question in questions if question.strip()]
    if not sheet.strip() or not kept or closes_on < on or Consultation.objects.filter(need=need).exists():
        raise NeedRefused(
            Text(
                "Il faut une fiche, une question, une date de fin à venir, et une seule consultation par besoin.",
                "It takes a sheet, at least one question, a closing day to come, and one consultation a need.",
            )
        )
    consultation = Consultation.objects.create(
        need=need, sheet=sheet.strip(), questions=kept, opened_on=on, closes_on=closes_on
    )
    Exchange.objects.create(consultation=consultation, kind="sheet", body=_sheet_text(consultation), on=on)
    journal.record("consultation opened", consultation, by=by, on=on, authority=need.authority)
    return consultation


def _sheet_text(consultation: Consultation) -> str:
    asked = "\n".join(f"{rank}. {question}" for rank, question in enumerate(consultation.questions, 1))
    return f"{consultation.sheet}\n\n{asked}"


@transaction.atomic
def invite_to_consultation(
    *, consultation: Consultation, organisations: Sequence[Organisation], by: User | None, on: date
) -> list[Participant]:
    """Send the sheet to each, with all that was said to all since; once each. Raises NeedRefused."""
    check_buyer(by, consultation.need.authority)
    _check_running(consultation, on)
    check_reachable(organisations, on)
    known = set(consultation.participants.values_list("organisation_id", flat=True))
    addresses = addresses_of(each.pk for each in organisations)
    invited = []
    for organisation in organisations:
        if organisation.pk in known:
            continue
        token, token_hash = rules.new_token()
        participant = Participant.objects.create(
            consultation=consultation, organisation=organisation, token_hash=token_hash, invited_on=on
        )
        _mail(consultation, addresses[organisation.pk], token)
        invited.append(participant)
    if invited:
        ids = [each.organisation_id for each in invited]
        journal.record(
            "consultation sent", consultation, by=by, on=on, authority=consultation.need.authority, organisations=ids
        )  # fmt: skip
    return invited


def _mail(consultation: Consultation, to: str, token: str, clarification: str = "") -> None:
    needs_mail.send_after(
        "need_consultation",
        to,
        authority=consultation.need.authority.name,
        title=consultation.need.title,
        sheet=consultation.sheet,
        questions=consultation.questions,
        closes_on=date_long(consultation.closes_on, "fr"),
        link=needs_mail.address("consultation-answer", token=token),
        clarification=clarification,
    )


@transaction.atomic
def clarify_consultation(*, consultation: Consultation, body: str, by: User | None, on: date) -> Exchange:
    """Say the same thing to all, at the same time: it enters the log that every link shows. Raises NeedRefused."""
    check_buyer(by, consultation.need.authority)
    _check_running(consultation, on)
    if not body.strip():
        raise NeedRefused(Text("Écrivez la précision à donner.", "Write what is to be clarified."))
    exchange = Exchange.objects.create(
        consultation=consultation, kind="clarification", body=body.strip(), on=on
    )
    # A link is kept as its hash: a new one goes with each mail, the earlier one no longer opens.
    participants = list(consultation.participants.select_related("organisation"))
    addresses = addresses_of(each.organisation_id for each in participants)
    for each in participants:
        if each.organisation_id in addresses and each.organisation.is_published:
            token, each.token_hash = rules.new_token()
            each.save(update_fields=["token_hash"])
            _mail(consultation, addresses[each.organisation_id], token, clarification=body.strip())
    journal.record(
        "consultation clarified", consultation, by=by, on=on, authority=consultation.need.authority
    )
    return exchange


@transaction.atomic
def say_in_consultation(
    *, participant: Participant, kind: str, body: str, by: User | None, on: date
) -> Exchange:
    """A supplier answers, or asks; as often as it wishes until the closing day. Raises NeedRefused."""
    consultation = participant.consultation
    _check_running(consultation, on)
    if kind not in ("answer", "question") or not body.strip():
        raise NeedRefused(
            Text("Écrivez votre réponse ou votre question.", "Write your answer or your question.")
        )
    exchange = Exchange.objects.create(
        consultation=consultation, participant=participant, kind=kind, body=body.strip(), on=on
    )
    journal.record(
        f"consultation {kind}", consultation, by=by, on=on, authority=consultation.need.authority,
        organisation=participant.organisation_id,
    )  # fmt: skip
    return exchange


def _check_running(consultation: Consultation, on: date) -> None:
    check_open(consultation.need)
    if on > consultation.closes_on:
        raise NeedRefused(
            Text(
                "Cette consultation est terminée : plus rien ne s'y ajoute, pour personne.",
                "This consultation is over: nothing is added any more, for anyone.",
            )
        )


@transaction.atomic
def publish_consultation(*, consultation: Consultation, by: User | None, on: date) -> Consultation:
    """Show the log to everyone: what was said to all, the questions, and how many answered. Suppliers' own answers
    stay with the buyer, as they may hold business secrets. Raises NeedRefused before its end."""
    check_buyer(by, consultation.need.authority)
    if on <= consultation.closes_on:
        raise NeedRefused(
            Text(
                f"Le compte rendu se publie après la fin, le {date_long(consultation.closes_on, 'fr')}.",
                f"The report is published after the end, {date_long(consultation.closes_on, 'en')}.",
            )
        )
    if consultation.published_on is None:
        consultation.published_on = on
        consultation.save(update_fields=["published_on"])
        journal.record(
            "consultation published", consultation, by=by, on=on, authority=consultation.need.authority
        )
    return consultation
