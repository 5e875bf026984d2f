"""What a person asks about data that concern them: received, extended, granted, refused, on time (GDPR, act 78-17)."""

import secrets
from datetime import date

from django.core.mail import EmailMessage
from django.core.validators import validate_email
from django.db import transaction
from django.template.loader import render_to_string

from essaim.accounts import journal
from essaim.accounts.models import User
from essaim.law.parameter import parameter
from essaim.law.text import ExplainedError, Text
from essaim.organisations import acts, mail, permissions
from essaim.organisations.models import Organisation, Request, Revision
from essaim.organisations.operations.erasing import erase_organisation
from essaim.organisations.queries.decisions import already_decided
from essaim.organisations.queries.held import held_about
from essaim.organisations.rules import deadlines, hiding

KINDS = tuple(code for code, _ in Request.KINDS)
HIDING = ("objection", "erasure")
HIDDEN_WHILE_WAITING = "hidden while a request waits"
CHECKS = ("steward", "mail_of_the_record", "document_seen", "not_needed")
"""How the person's identity was checked: no more than the request needs (GDPR, article 12(6))."""
LONGEST_MESSAGE = 4_000


class RequestRefused(ExplainedError):
    """The request cannot be received or answered so."""


@transaction.atomic
def receive_request(
    *,
    organisation: Organisation | None,
    kind: str,
    email: str,
    message: str,
    by: User | None,
    on: date,
) -> Request:
    """Register a request, start its clock, acknowledge it by mail with a link to follow it, and hide the record at
    once when docs/decisions/0010 says so. Anyone may ask. Raises RequestRefused."""
    if kind not in KINDS:
        raise RequestRefused(
            Text(
                "Cette demande n'est pas prévue. Choisissez l'opposition, l'effacement, l'accès ou la rectification.",
                "There is no such request. Choose objection, erasure, access or rectification.",
            )
        )
    try:
        validate_email(email)
    except Exception as error:
        raise RequestRefused(
            Text(
                "Cette adresse électronique n'est pas lisible. Elle sert à vous répondre : vérifiez-la.",
                "This e-mail address cannot be read. It serves to answer you: check it.",
            )
        ) from error
    if Request.objects.filter(email__iexact=email, received_on=on).count() >= deadlines.REQUESTS_A_DAY:
        raise RequestRefused(
            Text(
                "Cette adresse a déjà fait plusieurs demandes aujourd'hui. Suivez-les par les liens reçus par "
                "courriel, ou revenez demain.",
                "This address already made several requests today. Follow them by the links received by mail, or come "
                "back tomorrow.",
            )
        )
    if organisation is not None and organisation.merged_into is not None:
        organisation = organisation.merged_into
    request = Request.objects.create(
        organisation=organisation,
        kind=kind,
        email=email,
        message=message[:LONGEST_MESSAGE],
        token=secrets.token_urlsafe(24),
        received_on=on,
        due_on=deadlines.answer_due(on),
    )
    journal.record("data request received", request, by=by, on=on, kind=kind)
    if organisation is not None and not organisation.hidden and _hides(request, by, on):
        with acts.act(HIDDEN_WHILE_WAITING, by=by, on=on, request=request.pk) as deed:
            deed.update(organisation, hidden="objection")
    _write(request, "received")
    return request


@transaction.atomic
def extend_request(*, request: Request, reason: str, by: User | None, on: date) -> Request:
    """Take the two further months, once, within the first month, and say why. Raises RequestRefused."""
    request = _open(request, by)
    _check_reason(reason)
    longer = deadlines.extended_due(request.received_on)
    if request.due_on >= longer or on > request.due_on:
        raise RequestRefused(
            Text(
                "Le délai ne se prolonge qu'une fois, et avant son premier terme (RGPD, article 12, paragraphe 3). "
                "Répondez à la demande.",
                "The time may be extended once only, before its first term (GDPR, article 12(3)). Answer the request.",
            )
        )
    request.due_on = longer
    request.save(update_fields=["due_on"])
    journal.record("data request extended", request, by=by, on=on, authority=_authority(request, by))
    _write(request, "extended", reason=reason)
    return request


@transaction.atomic
def grant_request(*, request: Request, answer: str, checked: str, by: User | None, on: date) -> Request:
    """Do what is asked, and say so. Objection: the record is hidden everywhere. Erasure: its content and its history
    are erased, and cannot come back. Access: the mail carries what the directory holds about the address that asks.
    Rectification: the correction is made by the usual edit; this closes the request. Raises RequestRefused,
    AlreadyDecided."""
    request = _open(request, by)
    if checked not in CHECKS:
        raise RequestRefused(
            Text(
                "Dites comment l'identité a été vérifiée, ou que ce n'était pas nécessaire.",
                "Say how identity was checked, or that it was not needed.",
            )
        )
    organisation = request.organisation
    if organisation is None and request.kind in HIDING:
        raise RequestRefused(
            Text(
                "Cette demande ne désigne aucune fiche. Trouvez la fiche concernée et rattachez-la d'abord.",
                "This request names no record. Find the record concerned and attach it first.",
            )
        )
    authority = _authority(request, by)
    if request.kind == "erasure":
        erase_organisation(organisation=organisation, by=by, on=on, authority=authority)
    elif request.kind == "objection" and organisation.hidden != "objection":
        with acts.act("objection granted", by=by, on=on, authority=authority, request=request.pk) as deed:
            deed.update(organisation, hidden="objection")
    _close(request, "granted", answer, by, on)
    journal.record("data request granted", request, by=by, on=on, authority=authority, checked=checked)
    held = held_about(request.email) if request.kind == "access" else None
    _write(request, "granted", attached=held)
    return request


@transaction.atomic
def refuse_request(*, request: Request, reason: str, by: User | None, on: date) -> Request:
    """Say no and why; the mail names the right to complain. A record hidden only while it waited is shown again.
    Raises RequestRefused, AlreadyDecided."""
    request = _open(request, by)
    _check_reason(reason)
    authority = _authority(request, by)
    _close(request, "refused", reason, by, on)
    if _was_hidden_for(request) and not _other_cause(request):
        with acts.act("shown again", by=by, on=on, authority=authority, request=request.pk) as deed:
            deed.update(request.organisation, hidden="")
    journal.record("data request refused", request, by=by, on=on, authority=authority)
    _write(request, "refused")
    return request


@transaction.atomic
def attach_request(*, request: Request, organisation: Organisation, by: User | None, on: date) -> Request:
    """Say which record a request made without one is about. Raises RequestRefused, AlreadyDecided."""
    request = _open(request, by)
    if organisation.merged_into is not None:
        organisation = organisation.merged_into
    if by is not None and not permissions.may_moderate(by, organisation):
        raise _not_yours()
    request.organisation = organisation
    request.save(update_fields=["organisation"])
    journal.record("data request attached", request, by=by, on=on, authority=_authority(request, by))
    return request


@transaction.atomic
def purge_requests(*, by: User | None, on: date) -> int:
    """Forget who asked, and in what words, once the answer can no longer be contested; the line of the register
    stays, and what was decided. Returns how many. For the nightly duties."""
    answered = (
        Request.objects.select_for_update().filter(forgotten_on=None, answered_on__lt=on).order_by("pk")
    )
    due = [each for each in answered if deadlines.kept_until(each.answered_on) < on]
    for each in due:
        each.email, each.message, each.answer = "", "", ""
        each.token, each.forgotten_on = secrets.token_urlsafe(24), on
    Request.objects.bulk_update(due, ["email", "message", "answer", "token", "forgotten_on"])
    for each in due:
        journal.record("data request forgotten", each, by=by, on=on)
    return len(due)


def _open(request: Request, by: User | None) -> Request:
    """The row, locked, if it still waits and is theirs to answer."""
    locked = Request.objects.select_for_update().get(pk=request.pk)
    if locked.state != "open":
        raise already_decided(locked)
    allowed = (
        by is None
        or (locked.organisation is None and permissions.is_moderator(by))
        or (locked.organisation is not None and permissions.may_moderate(by, locked.organisation))
    )
    if not allowed:
        raise _not_yours()
    return locked


def _not_yours() -> RequestRefused:
    return RequestRefused(
        Text(
            "Cette demande revient aux agents d'une collectivité dont le territoire contient l'organisation.",
            "This request belongs to the agents of an authority whose territory holds the organisation.",
        )
    )


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise RequestRefused(
            Text(
                "Écrivez le motif : la personne le recevra (RGPD, article 12, paragraphe 4).",
                "Write the reason: the person will receive it (GDPR, article 12(4)).",
            )
        )


def _authority(request: Request, by: User | None):
    if by is None or request.organisation is None:
        return None
    return permissions.authority_of_moderator(by, request.organisation)


def _hides(request: Request, by: User | None, on: date) -> bool:
    organisation = request.organisation
    return hiding.hides_at_once(
        request.kind,
        is_steward=by is not None and permissions.is_steward(by, organisation),
        is_personal=hiding.is_about_a_person(organisation.legal_category, organisation.hidden, on),
        was_refused=organisation.requests.filter(kind__in=HIDING, state="refused").exists(),
    )


def _was_hidden_for(request: Request) -> bool:
    """Whether the record is hidden because requests wait, this one or an earlier one."""
    organisation = request.organisation
    return (
        organisation is not None
        and request.kind in HIDING
        and organisation.hidden == "objection"
        and Revision.objects.filter(organisation_id=organisation.pk, act__verb=HIDDEN_WHILE_WAITING).exists()
    )


def _other_cause(request: Request) -> bool:
    """Another request that keeps the record hidden, granted or waiting."""
    others = request.organisation.requests.filter(kind__in=HIDING).exclude(pk=request.pk)
    return others.filter(state__in=("open", "granted")).exists()


def _close(request: Request, state: str, answer: str, by: User | None, on: date) -> None:
    request.state, request.answer = state, answer
    request.answered_on, request.answered_by = on, by
    request.save(update_fields=["state", "answer", "answered_on", "answered_by"])


def _write(request: Request, moment: str, *, reason: str = "", attached: str | None = None) -> None:
    """One letter in both languages, sent once everything is saved. A mail server that is down loses no decision:
    the failure is logged, and the page behind the link says the same."""
    law = {
        "right": parameter(f"personal_data.{request.kind}", request.received_on),
        "complaint": parameter("personal_data.complaint", request.received_on),
    }
    link = mail.address("request", token=request.token)
    context = {"request": request, "moment": moment, "link": link, "reason": reason, "law": law}
    subject = {
        "received": "Votre demande est enregistrée / Your request is registered",
        "extended": "Votre demande demande plus de temps / Your request needs more time",
        "granted": "Votre demande est acceptée / Your request is granted",
        "refused": "Votre demande est refusée / Your request is refused",
    }[moment]
    letter = EmailMessage(
        f"[Essaim] {subject}",
        render_to_string("organisations/mail/data_request.txt", context),
        to=[request.email],
    )
    if attached is not None:
        letter.attach("donnees-detenues.csv", attached, "text/csv")
    transaction.on_commit(letter.send, robust=True)
