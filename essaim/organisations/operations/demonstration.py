"""The directory of a demonstration: labels, supports and value chains invented beside a simulated register."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction

from essaim.accounts.models import User
from essaim.law.text import ExplainedError, Text
from essaim.observatory.reference import places
from essaim.organisations.acts import Deed, act
from essaim.organisations.models import Import, Label, Organisation, StepPresence, Support
from essaim.organisations.queries import fictitious
from essaim.organisations.rules.demonstration import FILE, MARK, Hall, demonstration, fingerprint

TERRITORY = "epci:200093201"
DAYS_A_YEAR = 365

REAL = Text(
    "L'annuaire contient des organisations réelles : rien d'inventé n'y est ajouté. Faites la démonstration dans un "
    "autre dossier (ESSAIM_HOME).",
    "The directory holds real organisations: nothing invented is added. Make the demonstration in another folder "
    "(ESSAIM_HOME).",
)
EMPTY = Text(
    "L'annuaire est vide. Simulez d'abord un registre et importez-le : « make demo-data » fait le tout.",
    "The directory is empty. First simulate a register and import it: “make demo-data” does it all.",
)


class NotADemonstration(ExplainedError):
    """The installation is not one where things may be invented."""


@dataclass(frozen=True)
class Invented:
    """How many rows were written; `is_new` false when they were there already."""

    labels: int
    steps: int
    supports: int
    is_new: bool


@transaction.atomic
def demonstrate_directory(*, apply: bool = True, by: User | None, on: date) -> Invented:
    """Write the invented rows, in one act that can be undone like any import; once written, nothing changes.
    Raises NotADemonstration."""
    if fictitious.has_real_organisations():
        raise NotADemonstration(REAL)
    if not Organisation.objects.exists():
        raise NotADemonstration(EMPTY)
    if (done := fictitious.demonstration_import()) is not None:
        return Invented(**done.summary["invented"], is_new=False)
    hall = Hall(_members())
    rows = {"steps": _steps(hall), "supports": _supports(hall), "labels": _labels(hall, on)}
    counts = {name: len(found) for name, found in rows.items()}
    if apply:
        with act("demonstration invented", by=by, on=on, **counts) as deed:
            for found in rows.values():
                deed.create_many(found)
            _sign(deed, counts)
    return Invented(**counts, is_new=True)


def _sign(deed: Deed, counts: dict[str, int]) -> None:
    """The import that says it is made up: files, search and pages read it there. Without a day of its
    own: the directory stays that of the register's."""
    total = sum(counts.values())
    Import.objects.create(
        act=deed.act, format=fictitious.DEMONSTRATION, file_name=FILE.name, sha256=fingerprint(),
        dataset=fictitious.DEMONSTRATION, is_fictitious=True, read_rows=total, created=0, updated=total,
        summary={"is_applied": True, "invented": counts},
    )  # fmt: skip


def _members() -> list[tuple[int, str]]:
    """(id, main activity) of the members of the metropolis, by SIREN; of the whole directory when it has none there."""
    found = Organisation.objects.published().filter(status="member", naf__gt="").order_by("siren", "id")
    there = found.filter(sites__commune__in=places.communes_of(TERRITORY)).distinct()
    return list(there.values_list("id", "naf")) or list(found.values_list("id", "naf"))


def _labels(hall: Hall, on: date) -> list[Label]:
    """Each since about half of its term, so that it is in force; nobody has two."""
    return [
        Label(
            organisation_id=id,
            kind=each["kind"],
            valid_from=on - timedelta(days=each["years"] * DAYS_A_YEAR // 2),
            valid_to=on + timedelta(days=each["years"] * DAYS_A_YEAR // 2),
            dataset=fictitious.DEMONSTRATION,
            seen_on=on,
        )
        for each in demonstration()["labels"]
        for id in hall.take(each["naf"], each["count"])
    ]


def _steps(hall: Hall) -> list[StepPresence]:
    return [
        StepPresence(organisation_id=id, channel=each["channel"], step=each["step"], origin="said")
        for each in demonstration()["steps"]
        for id in hall.first(each["naf"], each["count"])
    ]


def _supports(hall: Hall) -> list[Support]:
    return [
        Support(
            organisation_id=id, kind=each["kind"], title=each["title"] + MARK, description=each["description"],
            stages=each["stages"], sectors=each.get("sectors", []), territory=TERRITORY,
        )
        for each in demonstration()["supports"]
        for id in hall.take(each["naf"])
    ]  # fmt: skip
