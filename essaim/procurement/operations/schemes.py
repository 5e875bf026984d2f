"""Acts on a SPASER: written, its buyers, its objectives, shown, its figures published."""

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max

from essaim.accounts import journal
from essaim.accounts.models import Authority, User
from essaim.law.text import ExplainedError, Text
from essaim.procurement.models import Objective, Scheme, SchemeBuyer, SchemePublication
from essaim.procurement.permissions.schemes import may_keep_schemes

FIELDS = ("name", "first_year", "last_year", "adopted_on", "url")

NOT_YOURS = Text(
    "Seuls les acheteurs, les agents et les administrateurs de la collectivité tiennent son SPASER. Demandez ce rôle à "
    "son administrateur.",
    "Only buyers, agents and administrators of the authority keep its SPASER. Ask its administrator for that role.",
)
YEARS_REVERSED = Text(
    "Le SPASER finit avant de commencer. Corrigez l'une des deux années.",
    "The scheme ends before it starts. Correct one of the two years.",
)
BUYER_THERE = Text(
    "Cet acheteur est déjà dans le SPASER. Il n'y a rien à faire.",
    "This buyer is already in the scheme. There is nothing to do.",
)
LAST_BUYER = Text(
    "Un SPASER a au moins un acheteur. Ajoutez-en un autre avant de retirer celui-ci.",
    "A scheme has at least one buyer. Add another before removing this one.",
)
OBJECTIVE_THERE = Text(
    "Il y a déjà une cible pour cette catégorie, cette mesure et cette année. Retirez-la d'abord.",
    "There is already a target for this category, measure and year. Remove it first.",
)
NOTHING_TO_PUBLISH = Text(
    "Aucun contrat de ces acheteurs n'est connu pour cette période. Importez d'abord leurs données essentielles.",
    "No contract of these buyers is known for this period. First import their essential contract data.",
)
OUTSIDE_PERIOD = Text(
    "Cette période n'est pas dans les années du SPASER. Choisissez deux années qui en font partie.",
    "This period is not within the years of the scheme. Choose two years that are.",
)


class SchemeRefused(ExplainedError):
    """The scheme cannot be written as asked."""


def create_scheme(
    *,
    authority: Authority,
    name: str,
    first_year: int,
    last_year: int,
    by: User | None,
    on: date,
    adopted_on: date | None = None,
    url: str = "",
) -> Scheme:
    """Open a scheme; the authority is its first buyer when it has a SIREN. Raises SchemeRefused."""
    _check_keeper(authority, by)
    _check_years(first_year, last_year)
    with transaction.atomic():
        scheme = Scheme.objects.create(
            authority=authority, name=name, first_year=first_year, last_year=last_year, adopted_on=adopted_on, url=url
        )  # fmt: skip
        if authority.siren:
            SchemeBuyer.objects.create(scheme=scheme, siren=authority.siren, name=authority.name)
        journal.record("scheme created", scheme, by=by, on=on, authority=authority)
    return scheme


def change_scheme(*, scheme: Scheme, by: User | None, on: date, **values: object) -> Scheme:
    """Change some of `FIELDS`. Raises SchemeRefused."""
    with transaction.atomic():
        row = _locked(scheme, by)
        for name in FIELDS:
            if name in values:
                setattr(row, name, values[name])
        _check_years(row.first_year, row.last_year)
        row.save(update_fields=FIELDS)
        _record("scheme changed", row, by, on)
    return row


def add_buyer(*, scheme: Scheme, siren: str, name: str, by: User | None, on: date) -> SchemeBuyer:
    """A buyer joins the scheme. Raises SchemeRefused when it is there already."""
    with transaction.atomic():
        row = _locked(scheme, by)
        if row.buyers.filter(siren=siren).exists():
            raise SchemeRefused(BUYER_THERE)
        buyer = SchemeBuyer.objects.create(scheme=row, siren=siren, name=name)
        _record("scheme buyer added", row, by, on, siren=siren)
    return buyer


def remove_buyer(*, scheme: Scheme, buyer: SchemeBuyer, by: User | None, on: date) -> None:
    """A buyer leaves; what was published keeps its figures. Raises SchemeRefused for the last one."""
    with transaction.atomic():
        row = _locked(scheme, by)
        if row.buyers.count() == 1:
            raise SchemeRefused(LAST_BUYER)
        row.buyers.filter(pk=buyer.pk).delete()
        _record("scheme buyer removed", row, by, on, siren=buyer.siren)


def set_objective(
    *,
    scheme: Scheme,
    category: str,
    measure: str,
    target_pct: Any,
    target_year: int,
    by: User | None,
    on: date,
) -> Objective:
    """Write a target: `target_pct` (0 to 100) of `measure` by `target_year`. Raises SchemeRefused when there is one."""
    with transaction.atomic():
        row = _locked(scheme, by)
        key = {"category": category, "measure": measure, "target_year": target_year}
        if row.objectives.filter(**key).exists():
            raise SchemeRefused(OBJECTIVE_THERE)
        objective = Objective.objects.create(scheme=row, target_pct=target_pct, **key)
        _record("scheme objective set", row, by, on, target_pct=str(target_pct), **key)
    return objective


def remove_objective(*, scheme: Scheme, objective: Objective, by: User | None, on: date) -> None:
    """Withdraw a target; the journal remembers it. Raises SchemeRefused."""
    with transaction.atomic():
        row = _locked(scheme, by)
        row.objectives.filter(pk=objective.pk).delete()
        _record(
            "scheme objective removed", row, by, on,
            category=objective.category, measure=objective.measure, target_year=objective.target_year,
        )  # fmt: skip


def show_scheme(*, scheme: Scheme, by: User | None, on: date) -> Scheme:
    """Make its page public. Once public it stays so. Raises SchemeRefused."""
    with transaction.atomic():
        row = _locked(scheme, by)
        if row.shown_on is None:
            row.shown_on = on
            row.save(update_fields=["shown_on"])
            _record("scheme shown", row, by, on)
    return row


def publish_figures(
    *, scheme: Scheme, first_year: int, last_year: int, figures: dict[str, Any], by: User | None, on: date
) -> SchemePublication:
    """Freeze the figures of a period as a new edition, and make the scheme public. `figures` is what
    `queries.schemes_figures.frozen` gives. Raises SchemeRefused when no contract is known."""
    with transaction.atomic():
        row = _locked(scheme, by)
        if not row.first_year <= first_year <= last_year <= row.last_year:
            raise SchemeRefused(OUTSIDE_PERIOD)
        if not figures["contracts"]:
            raise SchemeRefused(NOTHING_TO_PUBLISH)
        show_scheme(scheme=row, by=by, on=on)
        period = {"first_year": first_year, "last_year": last_year}
        latest = row.publications.filter(**period).aggregate(Max("edition"))["edition__max"] or 0
        publication = SchemePublication.objects.create(
            scheme=row, edition=latest + 1, published_on=on, figures=figures, **period
        )
        _record("scheme figures published", row, by, on, edition=latest + 1, **period)
    return publication


def _check_keeper(authority: Authority, by: User | None) -> None:
    if by is not None and not may_keep_schemes(by, authority):
        raise SchemeRefused(NOT_YOURS)


def _check_years(first_year: int, last_year: int) -> None:
    if last_year < first_year:
        raise SchemeRefused(YEARS_REVERSED)


def _locked(scheme: Scheme, by: User | None) -> Scheme:
    """The row, locked, if `by` keeps it."""
    row = Scheme.objects.select_for_update().get(pk=scheme.pk)
    _check_keeper(row.authority, by)
    return row


def _record(act: str, scheme: Scheme, by: User | None, on: date, **details: object) -> None:
    journal.record(act, scheme, by=by, on=on, authority=scheme.authority, **details)
