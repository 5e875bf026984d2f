"""The public calendar as data: which published needs answer, and what is said of each."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.urls import reverse

from essaim.law.text import ExplainedError
from essaim.matching.suppliers import plain_cpv
from essaim.organisations.queries.suppliers import holders_of
from essaim.procurement.models import Lot, Need
from essaim.procurement.queries.needs.calendar import place_names, places_asked, published_needs

STATUSES: Mapping[str, str] = {
    "coming": "its consultation starts on the day of the question or later",
    "started": "that day is past, and the buyer has not closed the need yet",
    "undated": "the buyer has not said when",
}
"""Of a published need, on a day."""


def status_of(need: Need, on: date) -> str:
    if need.starts_on is None:
        return "undated"
    return "coming" if need.starts_on >= on else "started"


def answering(
    *,
    place: Sequence[str],
    cpv: str,
    since: date | None,
    until: date | None,
    statuses: Collection[str],
    on: date,
) -> list[int]:
    """Ids of the published needs that answer, in the order of the calendar. `place`: `holders_of` the one asked, empty
    for anywhere; `cpv`: a family or a code, the needs and
    lots within it; `since`, `until`: of the start of the consultation, both included: an undated need is then out."""
    found = published_needs()
    if since is not None:
        found = found.filter(starts_on__gte=since)
    if until is not None:
        found = found.filter(starts_on__lte=until)
    if statuses:
        held = Q(pk__in=[])
        held |= Q(starts_on__gte=on) if "coming" in statuses else Q()
        held |= Q(starts_on__lt=on) if "started" in statuses else Q()
        held |= Q(starts_on__isnull=True) if "undated" in statuses else Q()
        found = found.filter(held)
    # Codes and places are lists in the rows: the two databases do not search them the same way.
    return [
        need.pk
        for need in found
        if _is_of_family(need, plain_cpv(cpv)) and (not place or _is_there(need, place))
    ]


def _is_of_family(need: Need, family: str) -> bool:
    codes = [*need.cpv, *(code for lot in need.lots.all() for code in lot.cpv)]
    return not family or any(plain_cpv(str(code)).startswith(family) for code in codes)


def _is_there(need: Need, place: Sequence[str]) -> bool:
    """One of its places is the place asked, within it, or holds it."""
    codes = [*places_asked(need), *(code for lot in need.lots.all() for code in lot.places)]
    return any(_touches(str(code), place) for code in codes)


def _touches(code: str, place: Sequence[str]) -> bool:
    try:
        own = holders_of(code)
    except ExplainedError:
        return False
    return place[0] in own or own[0] in place


def described(ids: Collection[int], on: date) -> list[dict[str, Any]]:
    """What anyone may read of these published needs, in the order of the calendar. What is not said is null."""
    return [_need(need, on) for need in published_needs().filter(pk__in=list(ids))]


def _need(need: Need, on: date) -> dict[str, Any]:
    return {
        "id": need.pk,
        "title": need.title,
        "description": need.description,
        "buyer": {"name": need.authority.name, "siren": need.authority.siren},
        "kind": need.kind or None,
        "cpv": need.cpv,
        "amount_cents": need.amount_cents,
        "starts_on": need.starts_on,
        "duration_months": need.duration_months,
        "recurs_months": need.recurs_months,
        "places": _places(places_asked(need)),
        "status": status_of(need, on),
        "published_on": need.published_on,
        "lots": [_lot(lot) for lot in need.lots.all()],
        "url": settings.PUBLIC_URL + reverse("procurement:published-need", args=[need.pk]),
    }


def _lot(lot: Lot) -> dict[str, Any]:
    return {
        "number": lot.number,
        "title": lot.title,
        "cpv": lot.cpv,
        "amount_cents": lot.amount_cents,
        "places": _places(lot.places),
    }


def _places(codes: Collection[str]) -> list[dict[str, str]]:
    return [{"code": code, "name": name} for code, name in zip(codes, place_names(codes), strict=True)]
