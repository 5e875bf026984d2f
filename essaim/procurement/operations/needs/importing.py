"""A calendar brought as a file: looked at first, then written; what is refused is kept with its reason."""

from datetime import date
from pathlib import PurePath
from typing import Any

from django.db import transaction

from essaim.accounts import journal
from essaim.accounts.models import Authority, User
from essaim.law.text import Text
from essaim.organisations.queries.asked_place import asked_place
from essaim.procurement.models import CalendarImport, Need
from essaim.procurement.needs_acting import NeedRefused, check_buyer
from essaim.procurement.operations.needs.calendar import create_need
from essaim.procurement.rules import needs_rows
from essaim.territories.rules import normalise


@transaction.atomic
def look_at_calendar(
    *, authority: Authority, content: bytes, file_name: str, by: User | None, on: date
) -> CalendarImport:
    """Read a file and keep what it would write; no need is written. Raises UnreadableCalendar, NeedRefused."""
    check_buyer(by, authority)
    name = PurePath(file_name).name[-120:]
    good: list[dict[str, Any]] = []
    rejected: list[dict[str, Any]] = []
    taken = set(
        Need.objects.filter(authority=authority).exclude(reference="").values_list("reference", flat=True)
    )
    for row in needs_rows.read(content, name):
        reason = row.reason or _place_reason(row.values) or _reference_reason(row.values, taken)
        if reason:
            cells = [cell[:200] for cell in row.cells]
            rejected.append({"line": row.line, "reason": [reason.fr, reason.en], "cells": cells})
        else:
            good.append(row.values | {"line": row.line})
    found = CalendarImport.objects.create(
        authority=authority, file_name=name, rows=good, rejected=rejected, looked_on=on
    )
    journal.record(
        "calendar looked at", found, by=by, on=on, authority=authority, rows=len(good), rejected=len(rejected)
    )
    return found


def _place_reason(values: dict[str, Any]) -> Text | None:
    """Names become codes, in place; a name that could be several places is refused, not chosen."""
    codes = []
    for typed in values["places"]:
        found = asked_place(typed)
        is_exact = found.place and (typed == found.code or normalise(found.place.name) == normalise(typed))
        if not is_exact:
            return Text(
                f"lieu inconnu ou incertain : « {typed[:60]} » (écrivez son code, comme commune:59350)",
                f"unknown or doubtful place: “{typed[:60]}” (write its code, like commune:59350)",
            )
        codes.append(found.code)
    values["places"] = codes
    return None


def _reference_reason(values: dict[str, Any], taken: set[str]) -> Text | None:
    reference = values["reference"]
    if reference and reference in taken:
        return Text(
            f"référence déjà au calendrier : « {reference} »",
            f"reference already in the calendar: “{reference}”",
        )
    if reference:
        taken.add(reference)
    return None


@transaction.atomic
def apply_calendar(*, draft: CalendarImport, by: User | None, on: date) -> list[Need]:
    """Write the good rows as drafts. Raises NeedRefused when it is done already, or a reference was taken since."""
    check_buyer(by, draft.authority)
    if draft.applied_on is not None:
        raise NeedRefused(
            Text("Ce fichier est déjà écrit au calendrier.", "This file is already written in the calendar.")
        )
    made = []
    for row in draft.rows:
        values = {name: value for name, value in row.items() if name != "line"}
        day = values["starts_on"] and date.fromisoformat(values["starts_on"])
        made.append(create_need(authority=draft.authority, values=values | {"starts_on": day}, by=by, on=on))
    draft.applied_on = on
    draft.save(update_fields=["applied_on"])
    journal.record("calendar imported", draft, by=by, on=on, authority=draft.authority, rows=len(made))
    return made
