"""From a need to the suppliers of the directory: ranked with their reasons, teams, advice."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from essaim.law.text import Text
from essaim.matching import suppliers as scoring
from essaim.matching.consortia import Candidate, Team, smallest_teams
from essaim.matching.suppliers import Asked, Scored, plain_cpv
from essaim.observatory.reference import places
from essaim.organisations.models import Organisation
from essaim.organisations.queries import suppliers as directory
from essaim.organisations.queries.suppliers import Known
from essaim.procurement.models import Award, Lot, Need, SupplierMessage
from essaim.procurement.queries.needs.calendar import place_names, places_asked
from essaim.procurement.queries.needs.legal import locks_of
from essaim.procurement.queries.needs.messages import GONE, gone_reasons
from essaim.procurement.queries.needs.past import published_wins
from essaim.procurement.rules import needs as rules
from essaim.procurement.rules.needs_advice import Advice, advise, counts_by_basis
from essaim.procurement.rules.needs_cpv import activities_of, need_stems
from essaim.ui.tables import Column, Table

MOST_SHOWN = 60
MOST_COUNTED = 100
MOST_PIECES = 12
A_PIECE = 12


@dataclass(frozen=True)
class Proposed:
    """One supplier of the list. `gone`: why one cannot write to it; `message`: what was written already; `lock`:
    words of the three-year lock when it holds one."""

    scored: Scored
    organisation: Organisation
    commune: str
    gone: str
    message: SupplierMessage | None
    lock: Text | None

    @property
    def id(self) -> int:
        return self.organisation.pk

    @property
    def gone_words(self) -> Text | None:
        return GONE.get(self.gone)


@dataclass(frozen=True)
class Member:
    organisation: Organisation
    points: int
    brings: list[str]


@dataclass(frozen=True)
class Consortium:
    members: list[Member]
    jobs: int
    unknown: int


@dataclass(frozen=True)
class Shortlist:
    """`counted`: suppliers whose score reaches what counts, `is_more`: at least as many; `seed_day` of the draw."""

    asked: Asked
    proposed: list[Proposed]
    counted: int
    is_more: bool
    consortia: list[Consortium]
    advice: Advice
    seed_day: date


def asked_of(need: Need, lot: Lot | None = None) -> Asked:
    """What a need or one of its lots asks of suppliers. Nothing missing is filled in."""
    codes = (lot.cpv if lot else None) or need.cpv
    amount = lot.amount_cents if lot else need.amount_cents
    yearly = rules.yearly_cents(amount, need.duration_months)
    return Asked(
        cpv=tuple(dict.fromkeys(filter(None, map(plain_cpv, codes)))),
        naf=activities_of(codes),
        stems=need_stems(lot.title if lot else need.title),
        places=tuple(directory.known_places(places_asked(need, lot.places if lot else ()))),
        yearly_cents=yearly,
        jobs=rules.jobs_of(yearly),
    )


def known_of(need: Need, asked: Asked) -> Known:
    """What this authority knows of suppliers: turnovers told to it (the last one), contracts in the same family, those
    it noted and those of the contract data imported here."""
    told = SupplierMessage.objects.filter(need__authority=need.authority, turnover_cents__isnull=False)
    turnovers = dict(told.order_by("answered_on", "id").values_list("organisation_id", "turnover_cents"))
    families = {code[:2] for code in asked.cpv}
    contracts: dict[int, int] = {}
    awards = Award.objects.filter(need__authority=need.authority).exclude(need=need)
    for organisation, cpv in awards.values_list("organisation_id", "need__cpv"):
        if families & {str(code)[:2] for code in cpv}:
            contracts[organisation] = contracts.get(organisation, 0) + 1
    won, won_else = published_wins(families, need.authority.siren)
    return Known(turnovers, contracts, won, won_else)


def shortlist(need: Need, lot: Lot | None, *, on: date, closed: Sequence[str] = ()) -> Shortlist:
    """The suppliers of the day, best first, with the advice. `closed`: reservations that the law closes.
    Raises IndexMissing."""
    asked = asked_of(need, lot)
    known = known_of(need, asked)
    seed = scoring.seed_of(on, f"need {need.pk}")
    found = directory.best_suppliers(asked, on=on, seed=seed, most=MOST_COUNTED, known=known)
    counting = [one for one in found if one.points >= rules.ADVICE.counts_from]
    counts = counts_by_basis(found, on=on)
    turnovers = [one.supplier.turnover_cents for one in counting if one.supplier.turnover_cents is not None]
    return Shortlist(
        asked=asked,
        proposed=_proposed(need, found[:MOST_SHOWN], on),
        counted=len(counting),
        is_more=len(counting) == MOST_COUNTED,
        consortia=_consortia(asked, on=on, seed=seed, known=known),
        advice=advise(counts, turnovers, asked.yearly_cents, closed),
        seed_day=on,
    )


def _proposed(need: Need, found: Sequence[Scored], on: date) -> list[Proposed]:
    ids = [one.supplier.organisation_id for one in found]
    organisations = Organisation.objects.prefetch_related("sites").in_bulk(ids)
    gone = gone_reasons(organisations.values(), on)
    told = {each.organisation_id: each for each in need.supplier_messages.all()}
    known = places.all_territories()
    # The award is to come: the lock is that of the day the contract could be given.
    locks = locks_of(need, ids, on=need.starts_on or on)

    def commune(one: Scored) -> str:
        sites = organisations[one.supplier.organisation_id].sites.all()
        code = next((site.commune for site in sites if site.pk == one.supplier.site_id), "")
        place = known.get(f"commune:{code}")
        return place.name if place else ""

    return [
        Proposed(
            one,
            organisations[one.supplier.organisation_id],
            commune(one),
            gone.get(one.supplier.organisation_id, ""),
            told.get(one.supplier.organisation_id),
            locks.get(one.supplier.organisation_id),
        )
        for one in found
    ]


def _consortia(asked: Asked, *, on: date, seed: int, known: Known) -> list[Consortium]:
    """Teams, when what is asked has several pieces and nobody answers them all. The best twelve of each piece are
    looked at."""
    pieces = [(code, place) for code in asked.cpv for place in asked.places]
    if not 2 <= len(pieces) <= MOST_PIECES:
        return []
    holds: dict[int, set[tuple[str, str]]] = {}
    best: dict[int, Scored] = {}
    for code, place in pieces:
        one_piece = Asked((code,), activities_of([code]), (), (place,), asked.yearly_cents, asked.jobs)
        for one in directory.best_suppliers(one_piece, on=on, seed=seed, most=A_PIECE, known=known):
            if one.supplier.zone == scoring.WHOLE:
                id = one.supplier.organisation_id
                holds.setdefault(id, set()).add((code, place))
                best[id] = max(one, best.get(id, one), key=lambda each: each.points)
    candidates = [
        Candidate(
            id, frozenset(held), _jobs(best[id]), best[id].points, scoring.drawn(seed, id)
        )
        for id, held in holds.items()
    ]  # fmt: skip
    teams = smallest_teams(frozenset(pieces), candidates, jobs=asked.jobs)
    return _named(teams)


def _jobs(one: Scored) -> int | None:
    """The head-count it can bring: the top of its band; an open band brings its bottom."""
    if one.supplier.jobs is None:
        return None
    low, high = one.supplier.jobs
    return low if high is None else high


def _named(teams: Sequence[Team]) -> list[Consortium]:
    ids = {member.organisation_id for team in teams for member in team.members}
    organisations = Organisation.objects.in_bulk(ids)
    return [
        Consortium(
            [
                Member(
                    organisations[member.organisation_id],
                    member.points,
                    [f"CPV {code}, {place_names([place])[0]}" for code, place in sorted(team.brings(member))],
                )
                for member in team.members
            ],
            team.jobs,
            team.unknown,
        )
        for team in teams
    ]


def shortlist_table(found: Shortlist) -> Table:
    """One line a supplier, its points part by part, as the page shows them."""
    names = list(scoring.MOST)
    columns = [
        Column(Text("Fournisseur", "Supplier")), Column(Text("SIREN", "SIREN")), Column(Text("Commune", "Commune")),
        Column(Text("Score sur 100", "Score of 100"), "number"),
        *(Column(scoring.NAMES[name], "number") for name in names), Column(Text("Pourquoi", "Why")),
    ]  # fmt: skip
    rows = []
    for one in found.proposed:
        points = {part.name: part.points for part in one.scored.parts}
        why = Text(
            " ; ".join(part.reason.fr for part in one.scored.parts if part.points),
            "; ".join(part.reason.en for part in one.scored.parts if part.points),
        )
        rows.append(
            (one.organisation.name, one.organisation.siren or "", one.commune, one.scored.points,
             *(points[name] for name in names), why)
        )  # fmt: skip
    return Table(columns, rows, Text("Fournisseurs proposés", "Proposed suppliers"))
