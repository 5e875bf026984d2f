"""The whole demonstration of procurement, once, where nothing is real."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from essaim.accounts.models import Authority, User
from essaim.accounts.operations import create_authority
from essaim.law.text import ExplainedError, Text
from essaim.procurement.models import (
    ClauseOperation,
    ContractImport,
    MeetingEvent,
    MonthlyHours,
    Need,
    Scheme,
)
from essaim.procurement.operations.demonstration.calendar import demonstrate_calendar
from essaim.procurement.operations.demonstration.clauses import demonstrate_clauses
from essaim.procurement.operations.demonstration.contracts import demonstrate_contracts
from essaim.procurement.operations.demonstration.meetings import demonstrate_meetings
from essaim.procurement.operations.demonstration.schemes import demonstrate_control, demonstrate_scheme
from essaim.procurement.queries.fictitious import has_directory, has_real_records
from essaim.procurement.rules.demonstration import buyers, marked, script

REAL = Text(
    "Cette installation contient des données réelles (registre, annuaire, contrats ou travail des acheteurs) : "
    "rien d'inventé n'y est ajouté. Faites la démonstration dans un autre dossier (ESSAIM_HOME).",
    "This installation holds real data (register, directory, contracts or buyers' work): nothing invented is added. "
    "Make the demonstration in another folder (ESSAIM_HOME).",
)
NO_DIRECTORY = Text(
    "L'annuaire est vide : les fournisseurs en viennent. Simulez d'abord un registre et importez-le : "
    "« make demo-data » fait le tout.",
    "The directory is empty, and suppliers come from it. First simulate a register and import it: "
    "“make demo-data” does it all.",
)


class NotADemonstration(ExplainedError):
    """The installation is not one where things may be invented."""


@dataclass(frozen=True)
class Shown:
    """What the authority of the demonstration holds; `is_new` false when it was there already."""

    contracts: int
    schemes: int
    needs: int
    operations: int
    months: int
    meetings: int
    is_new: bool


def demonstrate_procurement(*, apply: bool = True, by: User | None, on: date) -> Shown | None:
    """Write everything, or nothing when it is there already; None when, without `apply`, it would be written. Days
    count from `on`; names and amounts are always the same. Raises NotADemonstration where anything may be real."""
    authority = Authority.objects.filter(siren=buyers()[0].siret[:9]).first()
    if authority is not None:
        return _shown(authority, is_new=False)
    if has_real_records():
        raise NotADemonstration(REAL)
    if not has_directory():
        raise NotADemonstration(NO_DIRECTORY)
    if not apply:
        return None
    told = script()["authority"]
    with transaction.atomic():
        authority = create_authority(
            name=marked(told["name"]), slug=told["slug"], territory=told["territory"], siren=buyers()[0].siret[:9],
            by=by, on=on,
        )  # fmt: skip
        demonstrate_contracts(authority=authority, by=by, on=on)
        demonstrate_scheme(authority=authority, by=by, on=on)
        demonstrate_control(authority=authority, by=by, on=on)
        demonstrate_calendar(authority=authority, by=by, on=on)
        demonstrate_clauses(authority=authority, by=by, on=on)
        demonstrate_meetings(authority=authority, by=by, on=on)
    return _shown(authority, is_new=True)


def _shown(authority: Authority, *, is_new: bool) -> Shown:
    imported = ContractImport.objects.filter(authority=authority, is_fictitious=True)
    return Shown(
        contracts=sum(imported.values_list("contracts", flat=True)),
        schemes=Scheme.objects.filter(authority=authority).count(),
        needs=Need.objects.filter(authority=authority).count(),
        operations=ClauseOperation.objects.filter(authority=authority).count(),
        months=MonthlyHours.objects.filter(share__clause__operation__authority=authority).count(),
        meetings=MeetingEvent.objects.filter(authority=authority).count(),
        is_new=is_new,
    )
