"""The figures of a scheme over some years: by buyer, in total, year by year, as published and as shown."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from essaim.law.text import Text
from essaim.procurement.models import Scheme
from essaim.procurement.queries.fictitious import is_fictitious
from essaim.procurement.queries.schemes_contracts import contracts_of
from essaim.procurement.queries.schemes_suppliers import known_suppliers, supplier_identifiers
from essaim.procurement.rules.schemes import (
    NUMBER,
    VALUE,
    benchmarks,
    categories,
    national_targets,
    source_of,
    supplier_labels,
    who_label,
)
from essaim.procurement.rules.schemes_rates import Line, Rate, by_buyer, rates
from essaim.procurement.rules.schemes_suppliers import KnownSupplier, contract_answer

FORMAT = "essaim-spaser-1"
PERIMETER = Text(
    "Marchés notifiés pendant la période par les acheteurs du SPASER et présents dans les données essentielles "
    "importées ici, une ligne par contrat. Les concessions ne sont pas des achats : elles n'y sont pas.",
    "Contracts notified in the period by the buyers of the scheme and present in the essential data imported here, one "
    "line per contract. Concessions are not purchases: they are left out.",
)
DENOMINATOR = Text(
    "Considérations sociales et environnementales : contrats dont la réponse est connue ; la part inconnue est "
    "publiée à côté. ESUS, SIAE, EA et ESAT : tous les contrats, ce qui donne un minimum ; le maximum compte tous les "
    "inconnus. En montant : montant actuel, modifications comprises, hors montants absents ou invraisemblables.",
    "Social and environmental considerations: contracts whose answer is known; the unknown share is published beside. "
    "ESUS, SIAE, EA and ESAT: all contracts, which gives a minimum; the maximum counts every unknown. By value: "
    "current amount, amendments included, without absent or unbelievable amounts.",
)
SOURCE = Text(
    "Données essentielles de la commande publique (licence ouverte 2.0) ; labels datés de l'annuaire Essaim",
    "Essential data of public procurement (Licence Ouverte 2.0); dated labels of the Essaim directory",
)


def line_of(contract: Mapping[str, Any], suppliers: Mapping[str, KnownSupplier]) -> Line:
    """What the rates need of a contract. A suspect amount is no amount."""
    pairs = [(suppliers.get(siret[:9]), siret) for siret in supplier_identifiers(contract)]
    held = {
        category: contract_answer(pairs, kinds, contract.get("notified_on"))
        for category, kinds in supplier_labels().items()
    }
    return Line(
        key=contract["key"],
        buyer_siren=contract["buyer_siren"],
        amount_cents=None if contract.get("amount_flag") else contract.get("amount_cents"),
        social=pursues(contract.get("social")),
        environmental=pursues(contract.get("environmental")),
        **held,
    )


def pursues(codes: Sequence[str] | None) -> bool | None:
    """None: unknown. "none": known, and no."""
    return None if codes is None else any(code != "none" for code in codes)


def lines_of(contracts: Sequence[Mapping[str, Any]]) -> list[Line]:
    suppliers = known_suppliers(contracts)
    return [line_of(each, suppliers) for each in contracts]


def figures_of(scheme: Scheme, first_year: int, last_year: int, on: date) -> dict[str, Any]:
    """Everything a page, a publication or a file says of a period, as JSON values. `on`: the day it is computed.

    `years` goes from the first year of the scheme. The total counts each contract once; a joint scheme's is the sum
    of its buyers', since a contract has one buyer.
    """
    buyers = list(scheme.buyers.all())
    sirens = [each.siren for each in buyers]
    contracts = contracts_of(sirens, min(first_year, scheme.first_year), last_year)
    per_year: dict[int, list[Line]] = {
        year: [] for year in range(min(first_year, scheme.first_year), last_year + 1)
    }
    for contract, line in zip(contracts, lines_of(contracts), strict=True):
        per_year[contract["notified_on"].year].append(line)
    lines = [line for year, some in per_year.items() if year >= first_year for line in some]
    per_buyer = by_buyer(lines, sirens)
    total = rates(lines)
    vintage = max((each["published_on"] for each in contracts if each.get("published_on")), default=None)
    return {
        **identity(scheme, first_year, last_year, on),
        "vintage": vintage.isoformat() if vintage else None,
        "contracts": len(lines),
        "without_amount": sum(line.amount_cents is None for line in lines),
        "buyers": [
            {
                "siren": each.siren,
                "name": each.name,
                "contracts": len(per_buyer[each.siren]),
                "rates": written(rates(per_buyer[each.siren])),
            }
            for each in buyers
        ],
        "total": written(total),
        "years": [
            {"year": year, "contracts": len(some), "rates": written(rates(some))}
            for year, some in per_year.items()
        ],
        "objectives": objectives_of(scheme, total),
        **compared(),
    }


def identity(scheme: Scheme, first_year: int, last_year: int, on: date) -> dict[str, Any]:
    """What the figures are about, and how they are made."""
    return {
        "format": FORMAT,
        "scheme": {
            "id": scheme.pk,
            "name": scheme.name,
            "authority": scheme.authority.name,
            "first_year": scheme.first_year,
            "last_year": scheme.last_year,
            "adopted_on": scheme.adopted_on.isoformat() if scheme.adopted_on else None,
            "url": scheme.url or None,
        },
        "period": {"first_year": first_year, "last_year": last_year},
        "computed_on": on.isoformat(),
        "fictitious": is_fictitious(),
        "source": both(SOURCE),
        "perimeter": both(PERIMETER),
        "denominator": both(DENOMINATOR),
        "categories": {code: both(each.label) for code, each in categories().items()},
    }


def objectives_of(scheme: Scheme, total: Mapping[str, Mapping[str, Rate]]) -> list[dict[str, Any]]:
    """Each target and what the period reached; null when no contract measures it."""
    found = []
    for each in scheme.objectives.all():
        reached = (
            total[each.category][each.measure].headline_pct(each.category) if each.category in total else None
        )
        found.append(
            {
                "category": each.category,
                "measure": each.measure,
                "target_pct": float(each.target_pct),
                "target_year": each.target_year,
                "reached_pct": None if reached is None else round(reached, 2),
            }
        )
    return found


def compared() -> dict[str, Any]:
    """The national figures that stand beside, with their source."""
    sources = {name: source_of(name) for name in ("benchmark", "national_targets")}
    return {
        "benchmarks": [
            {"category": each.category, "year": each.year, "pct": each.pct, "who": each.who}
            | {"label": both(who_label(each.who))}
            for each in benchmarks()
        ],
        "national_targets": [
            {"category": each.category, "pct": each.pct, "from_year": each.from_year, "to_year": each.to_year}
            for each in national_targets()
        ],
        "compared_sources": {
            name: {
                **both(source.name),
                "checked_on": source.checked_on.isoformat(),
                "verified": source.verified,
            }
            for name, source in sources.items()
        },
    }


def both(text: Text) -> dict[str, str]:
    return {"fr": text.fr, "en": text.en}


def written(found: Mapping[str, Mapping[str, Rate]]) -> dict[str, dict[str, dict[str, Any]]]:
    """Rates as JSON: counts, or cents, and percentages rounded to a hundredth."""
    return {
        category: {basis: written_rate(bases[basis], category) for basis in (NUMBER, VALUE)}
        for category, bases in found.items()
    }


def written_rate(rate: Rate, category: str) -> dict[str, Any]:
    percentages = {
        "pct": rate.headline_pct(category),
        "of_known_pct": rate.pct,
        "unknown_pct": rate.unknown_pct,
        "floor_pct": rate.floor_pct,
        "ceiling_pct": rate.ceiling_pct,
    }
    return {
        "positive": rate.positive,
        "known": rate.known,
        "total": rate.total,
        **{name: None if value is None else round(value, 2) for name, value in percentages.items()},
    }


COLUMNS = (
    "buyer_siren", "buyer", "first_year", "last_year", "category", "basis", "positive", "known", "total",
    "pct", "of_known_pct", "unknown_pct", "floor_pct", "ceiling_pct",
)  # fmt: skip


def flat(figures: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """The rows of the CSV file, in the order of `COLUMNS`: each buyer, then the total, then each year. In cents."""
    period = figures["period"]
    groups = [
        (each["siren"], each["name"], period["first_year"], period["last_year"], each["rates"])
        for each in figures["buyers"]
    ]
    groups.append(("", "total", period["first_year"], period["last_year"], figures["total"]))
    groups += [("", "total", each["year"], each["year"], each["rates"]) for each in figures["years"]]
    return [
        (siren, name, first, last, category, basis, *(one[column] for column in COLUMNS[6:]))
        for siren, name, first, last, found in groups
        for category, bases in found.items()
        for basis, one in bases.items()
    ]
