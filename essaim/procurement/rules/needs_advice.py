"""Reserve, reserve a lot, write a clause, or leave open: counts against house thresholds, the arithmetic shown.

An advice, never a decision: whether the law allows a reservation is asked of `law`, and an advice that the law closes
is not given.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from essaim.law.text import Text
from essaim.matching.suppliers import Scored
from essaim.procurement.rules.needs import ADVICE, AdvicePolicy

BASES: Mapping[str, Text] = MappingProxyType(
    {
        "integration": Text("insertion (SIAE, L2113-13)", "integration (SIAE, L2113-13)"),
        "disability": Text("handicap (EA, ESAT, L2113-12)", "disability (EA, ESAT, L2113-12)"),
        "sse": Text("entreprises de l'ESS (L2113-15)", "SSE companies (L2113-15)"),
    }
)
LABEL_GROUPS = {"integration": "siae", "disability": "disability"}
CODES = ("reserve", "lot", "clause", "open")
TITLES: Mapping[str, Text] = MappingProxyType(
    {
        "reserve": Text("Réserver le marché entier", "Reserve the whole contract"),
        "lot": Text("Réserver un lot", "Reserve a lot"),
        "clause": Text("Écrire une clause sociale d'insertion", "Write a social integration clause"),
        "open": Text("Ne pas réserver", "Leave open"),
    }
)


@dataclass(frozen=True, slots=True)
class Advice:
    """`basis`: of the reservation advised, "" when there is none; `lines`: the arithmetic, step by step."""

    code: str
    basis: str
    counts: Mapping[str, int]
    dependency_pct: int | None
    lines: tuple[Text, ...]

    @property
    def title(self) -> Text:
        return TITLES[self.code]


def counts_by_basis(found: Iterable[Scored], *, on: date, policy: AdvicePolicy = ADVICE) -> dict[str, int]:
    """Suppliers that count, for each legal basis: certified on the day for the first two, members of the SSE for the
    third. Being ESUS or of the SSE never counts for integration or disability."""
    counts = dict.fromkeys(BASES, 0)
    for one in found:
        if one.points < policy.counts_from:
            continue
        groups = {label.group for label in one.supplier.labels if label.is_valid(on)}
        for basis, group in LABEL_GROUPS.items():
            counts[basis] += group in groups
        counts["sse"] += one.supplier.status == "member"
    return counts


def advise(
    counts: Mapping[str, int],
    turnovers: Collection[int],
    yearly_cents: int | None,
    closed: Collection[str] = (),
    policy: AdvicePolicy = ADVICE,
) -> Advice:
    """`turnovers`: in cents, of the suppliers who said theirs; `closed`: bases that the law closes for this need."""
    lines = [_count_line(basis, counts[basis], basis in closed) for basis in BASES]
    dependency, said = _dependency(turnovers, yearly_cents, policy)
    lines.append(said)
    allowed = [basis for basis in BASES if basis not in closed]
    best = max(allowed, key=lambda basis: counts[basis], default="")
    number = counts[best] if best else 0
    is_light = dependency is not None and dependency < policy.dependency_below_pct
    if number > policy.reserve_more_than and is_light:
        code = "reserve"
        lines.append(
            Text(
                f"{number} > {policy.reserve_more_than} et {dependency} % < {policy.dependency_below_pct} % : "
                "assez de concurrence pour réserver le tout.",
                f"{number} > {policy.reserve_more_than} and {dependency} % < {policy.dependency_below_pct} %: "
                "enough competition to reserve the whole.",
            )
        )
    elif number > policy.lot_more_than:
        code = "lot"
        lines.append(
            Text(
                f"{number} > {policy.lot_more_than} : assez pour réserver un lot. Le tout demanderait plus de "
                f"{policy.reserve_more_than} fournisseurs et une dépendance sous {policy.dependency_below_pct} %.",
                f"{number} > {policy.lot_more_than}: enough to reserve a lot. The whole would take more than "
                f"{policy.reserve_more_than} suppliers and a known dependency under {policy.dependency_below_pct} %.",
            )
        )
    else:
        code, best, said = _clause_or_open(counts, policy)
        lines.append(said)
    return Advice(code, best, MappingProxyType(dict(counts)), dependency, tuple(lines))


def _clause_or_open(counts: Mapping[str, int], policy: AdvicePolicy) -> tuple[str, str, Text]:
    """A clause rests on employers who can take people in, whatever the law says of reserving."""
    number = counts["integration"] + counts["disability"]
    if number > policy.clause_more_than:
        return (
            "clause",
            "",
            Text(
                f"{number} structure(s) d'insertion ou du handicap > {policy.clause_more_than} :"
                " trop peu pour réserver, assez pour qu'une clause trouve des partenaires.",
                f"{number} integration or disability employer(s) > {policy.clause_more_than}: not enough to reserve, "
                "enough for a clause to find partners.",
            ),
        )
    return (
        "open",
        "",
        Text(
            f"{number} structure(s) d'insertion ou du handicap, {policy.clause_more_than} au plus :"
            " une réserve pourrait rester sans offre.",
            f"{number} integration or disability employer(s), at most {policy.clause_more_than}: a reservation might "
            "find no tender.",
        ),
    )


def _count_line(basis: str, number: int, is_closed: bool) -> Text:
    name = BASES[basis]
    fr, en = f"{name.fr} : {number} fournisseur(s)", f"{name.en}: {number} supplier(s)"
    if is_closed:
        return Text(f"{fr}, mais le droit ferme cette réserve ici.", f"{en}, but the law closes it here.")
    return Text(f"{fr}.", f"{en}.")


def _dependency(
    turnovers: Collection[int], yearly_cents: int | None, policy: AdvicePolicy
) -> tuple[int | None, Text]:
    if yearly_cents is None:
        return None, Text(
            "Dépendance inconnue : il manque le montant ou la durée du besoin.",
            "Dependency unknown: the amount or the duration of the need is missing.",
        )
    if len(turnovers) < policy.turnovers_at_least:
        return None, Text(
            f"Dépendance inconnue : {len(turnovers)} chiffre(s) d'affaires connu(s), il en faut "
            f"{policy.turnovers_at_least}. Les fournisseurs le disent en répondant à un message.",
            f"Dependency unknown: {len(turnovers)} turnover(s) known, {policy.turnovers_at_least} needed. Suppliers "
            "say theirs when they answer a message.",
        )
    mean = sum(turnovers) // len(turnovers)
    share = round(100 * yearly_cents / mean)
    euros = f"{yearly_cents // 100:,}".replace(",", " "), f"{mean // 100:,}".replace(",", " ")
    return share, Text(
        f"Dépendance : {euros[0]} € par an ÷ {euros[1]} € de chiffre d'affaires moyen "
        f"({len(turnovers)} connus) = {share} %.",
        f"Dependency: {euros[0]} € a year ÷ {euros[1]} € of mean turnover ({len(turnovers)} known) = {share} %.",
    )
