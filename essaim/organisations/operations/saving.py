"""Searches that a person follows, and the mails that say what is new in them."""

import logging
import secrets
from dataclasses import dataclass, replace
from datetime import date
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.http import QueryDict
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from essaim.accounts import journal
from essaim.accounts.models import User
from essaim.law.text import ExplainedError, Text
from essaim.organisations import search as engine
from essaim.organisations.models import Organisation, SavedSearch
from essaim.organisations.rules.rhythm import next_date

RHYTHMS = tuple(code for code, _ in SavedSearch.RHYTHMS)
MOST_SEARCHES = 30
MOST_FOLLOWED = 20_000
"""Beyond, a search is too broad to be followed: every result is remembered, to know what is new."""
MOST_IN_A_MAIL = 50
LONGEST_NAME = 120
LONGEST_QUERY = 1_000

log = logging.getLogger(__name__)


class SearchNotSaved(ExplainedError):
    """The search cannot be followed."""


@dataclass(frozen=True)
class Sent:
    """What one round did: searches that were due, mails sent, mails that could not be."""

    due: int
    mailed: int
    failed: int


def save_search(*, name: str, query: str, rhythm: str, language: str, by: User, on: date) -> SavedSearch:
    """Follow a search from today: what it already finds is not news.

    `query` is an address's query string; `rhythm` daily, weekly or monthly. Raises SearchNotSaved when the person
    has no e-mail address, follows 30 searches already, or when the search finds more than 20,000.
    """
    _check_rhythm(rhythm)
    question = _question(query)
    followed = replace(question, page=1).to_query()
    kept_name = _named(name)
    if len(followed) > LONGEST_QUERY:
        raise SearchNotSaved(
            Text(
                "Cette recherche a trop de critères pour être suivie. Retirez-en quelques-uns.",
                "This search has too many criteria to be followed. Remove a few.",
            )
        )
    if not by.email:
        raise SearchNotSaved(
            Text(
                "Votre compte n'a pas d'adresse électronique : ajoutez-la pour recevoir des alertes.",
                "Your account has no e-mail address: add one to receive alerts.",
            )
        )
    if SavedSearch.objects.filter(user=by, stopped_on__isnull=True).count() >= MOST_SEARCHES:
        raise SearchNotSaved(
            Text(
                f"Vous suivez déjà {MOST_SEARCHES} recherches. Arrêtez-en une pour en suivre une autre.",
                f"You already follow {MOST_SEARCHES} searches. Stop one to follow another.",
            )
        )
    known = sorted(set(engine.every_id(question)))
    if len(known) > MOST_FOLLOWED:
        raise SearchNotSaved(
            Text(
                f"Cette recherche trouve {len(known)} organisations : au-delà de {MOST_FOLLOWED}, une alerte n'aurait "
                "pas de sens. Ajoutez un territoire ou un filtre.",
                f"This search finds {len(known)} organisations: beyond {MOST_FOLLOWED}, an alert would make no sense. "
                "Add a territory or a filter.",
            )
        )
    return SavedSearch.objects.create(
        user=by,
        name=kept_name,
        query=followed,
        rhythm=rhythm,
        language=language,
        token=secrets.token_urlsafe(24),
        made_on=on,
        next_on=next_date(rhythm, on),
        known_ids=known,
    )


def change_search(*, saved: SavedSearch, name: str, rhythm: str, by: User, on: date) -> SavedSearch:
    """Another name or rhythm; the next mail is counted from today when the rhythm changes."""
    _own(saved, by)
    _check_rhythm(rhythm)
    saved.name = _named(name)
    if rhythm != saved.rhythm:
        saved.rhythm, saved.next_on = rhythm, next_date(rhythm, on)
    saved.save(update_fields=["name", "rhythm", "next_on"])
    return saved


def stop_search(*, saved: SavedSearch, by: User | None, on: date) -> bool:
    """No mail any more. `by` None: the link of the mail, which needs no account. Says whether it was running."""
    if by is not None:
        _own(saved, by)
    if saved.stopped_on is not None:
        return False
    with transaction.atomic():
        saved.stopped_on, saved.known_ids = on, []
        saved.save(update_fields=["stopped_on", "known_ids"])
        journal.record("alert stopped", saved, by=by, on=on)
    return True


def resume_search(*, saved: SavedSearch, by: User, on: date) -> SavedSearch:
    """Follow again from today: what came meanwhile is not news. The links of older mails stop working."""
    _own(saved, by)
    if saved.stopped_on is not None:
        saved.stopped_on = None
        saved.known_ids = sorted(set(engine.every_id(_question(saved.query))))
        saved.next_on, saved.token = next_date(saved.rhythm, on), secrets.token_urlsafe(24)
        saved.save(update_fields=["stopped_on", "known_ids", "next_on", "token"])
    return saved


def delete_search(*, saved: SavedSearch, by: User, on: date) -> None:
    _own(saved, by)
    saved.delete()


def send_due_alerts(*, by: User | None, on: date) -> Sent:
    """Mail what is new in every search whose day has come. Run it as often as one likes: a search is due once.

    Nothing new, no mail. A mail that cannot be sent is tried again at the next round, and stops no other.
    """
    due = SavedSearch.objects.filter(
        stopped_on__isnull=True, next_on__lte=on, user__is_active=True
    ).values_list("pk", flat=True)
    keys = list(due.order_by("pk"))
    mailed = failed = 0
    for key in keys:
        try:
            mailed += _alert(key, on)
        except (OSError, SMTPException):
            failed += 1
            log.exception("alert %s was not sent, it will be tried again", key)
    return Sent(due=len(keys), mailed=mailed, failed=failed)


def _alert(key: int, on: date) -> bool:
    """One search. Its day is taken first, so that two workers never mail it twice; what it knows is written once the
    mail has left, so that a machine that stops in between loses no news. No lock is held while mailing."""
    saved = _take(key, on)
    if saved is None:
        return False
    now = set(engine.every_id(_question(saved.query)))
    known = set(saved.known_ids)
    # The index may be a moment behind the table: the table decides what may be named.
    fresh = list(Organisation.objects.published().filter(pk__in=now - known).order_by("name", "pk"))
    is_mailed = bool(fresh and saved.user.email)
    if is_mailed:
        try:
            _mail(saved, fresh)
        except (OSError, SMTPException):
            SavedSearch.objects.filter(pk=key, stopped_on__isnull=True).update(next_on=on)
            raise
    # What left the search stays known: coming back is not news.
    saved.known_ids = sorted(known | {each.pk for each in fresh})
    SavedSearch.objects.filter(pk=key, stopped_on__isnull=True).update(known_ids=saved.known_ids)
    return is_mailed


def _take(key: int, on: date) -> SavedSearch | None:
    """The search with its next day set, or None when another worker was quicker or it was stopped."""
    with transaction.atomic():
        saved = SavedSearch.objects.select_for_update().filter(pk=key).first()
        if saved is None or saved.stopped_on is not None or saved.next_on > on:
            return None
        saved.next_on = next_date(saved.rhythm, on)
        saved.save(update_fields=["next_on"])
        return saved


def _mail(saved: SavedSearch, fresh: list[Organisation]) -> None:
    stop = settings.PUBLIC_URL + reverse("organisations:stop_alert", args=[saved.token])
    context = {
        "saved": saved,
        "count": len(fresh),
        "fresh": fresh[:MOST_IN_A_MAIL],
        "more": max(0, len(fresh) - MOST_IN_A_MAIL),
        "site": settings.PUBLIC_URL,
        "search_url": f"{settings.PUBLIC_URL}{reverse('organisations:search')}?{saved.query}",
        "stop_url": stop,
    }
    with translation.override(saved.language):
        subject = " ".join(render_to_string("organisations/mail/alert_subject.txt", context).split())
        body = render_to_string("organisations/mail/alert.txt", context)
    EmailMultiAlternatives(
        subject,
        body,
        to=[saved.user.email],
        headers={"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
    ).send()


def _question(query: str) -> "engine.Question":
    return engine.Question.from_query(QueryDict(query))


def _named(name: str) -> str:
    kept = " ".join(name.split())[:LONGEST_NAME]
    if not kept:
        raise SearchNotSaved(
            Text(
                "Une recherche suivie a besoin d'un nom : il fait l'objet des courriels. Écrivez-en un.",
                "A followed search needs a name: it is the subject of the mails. Write one.",
            )
        )
    return kept


def _check_rhythm(rhythm: str) -> None:
    if rhythm not in RHYTHMS:
        raise SearchNotSaved(
            Text(
                "Choisissez un rythme : chaque jour, chaque semaine ou chaque mois.",
                "Choose a rhythm: every day, every week or every month.",
            )
        )


def _own(saved: SavedSearch, by: User) -> None:
    if saved.user_id != by.pk:
        raise SearchNotSaved(
            Text(
                "Cette recherche est suivie par une autre personne. Enregistrez la vôtre.",
                "This search is followed by someone else. Save your own.",
            )
        )
