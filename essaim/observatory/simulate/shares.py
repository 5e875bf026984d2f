"""What a plausible register is made of: legal forms, activities, flags, head-counts, words.

Shares follow the published count of establishments by legal category (Insee, SIRENE, 2020, Licence Ouverte)
with the later growth of simplified companies and the share of flagged units seen since; they are rounded on
purpose. Nothing here describes a real enterprise.
"""

from dataclasses import dataclass
from pathlib import Path

import yaml


@dataclass(frozen=True, slots=True)
class Kind:
    """How units of a family of legal forms behave, in thousandths.

    flag_yes, flag_no: SSE flag O and N (the rest is null); active: units still active; employer: active
    units with employees; bands: which list of `BANDS`; years: the oldest were created so long ago.
    """

    naf: tuple[str, ...]
    words: tuple[str, ...]
    flag_yes: int
    flag_no: int
    active: int
    employer: int
    bands: str
    years: int


WORDS: dict[str, str] = yaml.safe_load((Path(__file__).parent / "words.yaml").read_text(encoding="utf-8"))
TRADES = tuple(WORDS["trades"].split())
OWN_ACCOUNT = tuple(WORDS["own_account"].split())
ASSOCIATION = tuple(WORDS["association"].split())
FOLLOWING = tuple(WORDS["following"].split(", "))
QUALIFYING = tuple(WORDS["qualifying"].split(", "))
STREETS = tuple(WORDS["streets"].split(", "))

KINDS: dict[str, Kind] = {
    "person": Kind(OWN_ACCOUNT, ("ATELIER", "CABINET", "BOUTIQUE"), 0, 30, 470, 40, "small", 25),
    "company": Kind(TRADES, ("SOCIETE", "COMPTOIR", "ETABLISSEMENTS"), 4, 480, 490, 330, "medium", 40),
    "simplified": Kind(TRADES, ("STUDIO", "GROUPE", "MANUFACTURE"), 12, 430, 560, 250, "medium", 16),
    "property": Kind(("68.20B", "68.20A", "64.20Z"), ("SCI", "DOMAINE"), 0, 400, 620, 10, "small", 40),
    "farm": Kind(
        ("01.11Z", "01.41Z", "01.50Z", "01.21Z", "02.40Z"), ("FERME",), 1, 400, 600, 220, "small", 40
    ),
    "association": Kind(
        ASSOCIATION,
        ("ASSOCIATION", "AMICALE", "LES AMIS", "COMITE", "CLUB", "COLLECTIF", "MAISON", "RESSOURCERIE"),
        900,
        55,
        660,
        115,
        "medium",
        50,
    ),
    "inclusion": Kind(
        ("78.20Z", "78.30Z", "81.21Z", "38.32Z", "88.99B"),
        ("CHANTIER", "RELAIS"),
        920,
        40,
        700,
        880,
        "large",
        35,
    ),
    "recognised": Kind(
        ("88.99B", "87.30A", "88.10B", "94.99Z", "72.19Z"),
        ("FEDERATION", "OEUVRE"),
        930,
        40,
        800,
        560,
        "large",
        90,
    ),
    "foundation": Kind(
        ("94.99Z", "87.10A", "88.99B", "72.19Z", "86.10Z"), ("FONDATION",), 860, 50, 820, 380, "large", 70
    ),
    "mutual": Kind(("65.12Z", "84.30C", "86.23Z", "47.78A"), ("MUTUELLE",), 560, 300, 520, 420, "large", 80),
    "cooperative": Kind(
        ("43.32A", "62.01Z", "70.22Z", "47.29Z", "56.10A", "85.59A", "38.32Z", "71.12B", "18.12Z", "49.41A"),
        ("COOPERATIVE", "COOPERATIVE OUVRIERE"),
        780,
        90,
        620,
        700,
        "medium",
        40,
    ),
    "farm_cooperative": Kind(
        ("01.61Z", "46.21Z", "10.51A", "11.02B", "77.31Z"),
        ("COOPERATIVE AGRICOLE",),
        720,
        90,
        650,
        300,
        "medium",
        70,
    ),
    "bank": Kind(("64.19Z", "65.12Z"), ("CAISSE LOCALE",), 640, 120, 780, 560, "large", 90),
    "public": Kind(
        ("84.11Z", "84.13Z", "85.20Z", "85.31Z", "86.10Z", "88.10A"),
        ("REGIE", "SYNDICAT"),
        1,
        420,
        720,
        620,
        "large",
        60,
    ),
    "body": Kind(
        ("94.20Z", "94.11Z", "81.10Z", "68.32A", "94.92Z"),
        ("COMITE SOCIAL", "SYNDICAT"),
        15,
        520,
        680,
        60,
        "small",
        50,
    ),
}

CATEGORIES: tuple[tuple[str, float, str], ...] = (
    # legal category, share of units in thousandths, kind
    ("1000", 588, "person"),
    ("2110", 3.4, "person"),
    ("2210", 3.7, "person"),
    ("2900", 1.1, "body"),
    ("3120", 1.4, "company"),
    ("3220", 1.2, "company"),
    ("4110", 0.1, "public"),
    ("4140", 0.1, "public"),
    ("5202", 5.5, "company"),
    ("5306", 0.2, "company"),
    ("5308", 0.2, "company"),
    ("5385", 0.03, "company"),
    ("5460", 0.2, "cooperative"),
    ("5453", 0.05, "cooperative"),
    ("5458", 0.25, "cooperative"),
    ("5485", 2.4, "company"),
    ("5498", 36, "company"),
    ("5499", 112, "company"),
    ("5505", 0.1, "company"),
    ("5510", 0.1, "company"),
    ("5515", 0.2, "company"),
    ("5532", 0.05, "farm_cooperative"),
    ("5547", 0.05, "cooperative"),
    ("5558", 0.08, "cooperative"),
    ("5560", 0.2, "cooperative"),
    ("5599", 10, "company"),
    ("5660", 0.09, "cooperative"),
    ("5699", 0.8, "company"),
    ("5710", 66, "simplified"),
    ("5720", 24, "simplified"),
    ("5785", 1, "simplified"),
    ("5800", 0.04, "company"),
    ("6220", 1, "company"),
    ("6316", 0.6, "farm_cooperative"),
    ("6317", 0.35, "farm_cooperative"),
    ("6318", 0.05, "farm_cooperative"),
    ("6411", 0.12, "bank"),
    ("6533", 2, "farm"),
    ("6534", 1.2, "farm"),
    ("6540", 62, "property"),
    ("6541", 3.3, "property"),
    ("6560", 0.05, "cooperative"),
    ("6561", 0.2, "company"),
    ("6589", 2.2, "company"),
    ("6595", 0.15, "bank"),
    ("6596", 0.2, "bank"),
    ("6597", 1.6, "farm"),
    ("6598", 3.6, "farm"),
    ("6599", 11, "property"),
    ("7172", 0.3, "public"),
    ("7210", 1.3, "public"),
    ("7220", 0.03, "public"),
    ("7321", 0.3, "public"),
    ("7331", 0.3, "public"),
    ("7346", 0.05, "public"),
    ("7353", 0.4, "public"),
    ("7361", 0.7, "public"),
    ("7362", 0.2, "public"),
    ("7364", 0.1, "public"),
    ("7389", 0.1, "public"),
    ("8210", 0.15, "mutual"),
    ("8250", 0.03, "mutual"),
    ("8290", 0.03, "mutual"),
    ("8310", 0.3, "body"),
    ("8410", 0.3, "body"),
    ("8420", 0.3, "body"),
    ("9110", 6, "body"),
    ("9150", 1, "body"),
    ("9210", 0.1, "association"),
    ("9220", 44.5, "association"),
    ("9221", 0.09, "inclusion"),
    ("9222", 0.06, "inclusion"),
    ("9223", 0.35, "inclusion"),
    ("9224", 0.05, "company"),
    ("9230", 0.2, "recognised"),
    ("9240", 0.1, "body"),
    ("9260", 1.1, "association"),
    ("9300", 0.18, "foundation"),
    ("9900", 0.6, "body"),
)

ALSACE_MOSELLE = ("57", "67", "68")
"""Departments where associations are of local law (9260)."""

BAND_CODES = ("00", "01", "02", "03", "11", "12", "21", "22", "31", "32", "41", "42", "51", "52", "53")
BANDS = {
    # ranks in BAND_CODES (from 1), repeated by weight, 64 each
    "small": (1,) * 6 + (2,) * 36 + (3,) * 12 + (4,) * 6 + (5,) * 3 + (6,),
    "medium": (1,) * 4 + (2,) * 24 + (3,) * 14 + (4,) * 9 + (5,) * 6 + (6,) * 5 + (7,) + (8,),
    "large": (1,) * 2
    + (2,) * 12
    + (3,) * 10
    + (4,) * 10
    + (5,) * 10
    + (6,) * 11
    + (7,) * 5
    + (8,) * 2
    + (9, 10),
}

STREET_TYPES = ("RUE", "AVENUE", "PLACE", "BOULEVARD", "CHEMIN", "ALLEE", "IMPASSE", "RUE")
FORENAMES = ("ADELIE", "BASTIEN", "CORALIE", "DONATIEN", "ELIETTE", "FLORIMOND", "GUENOLE", "HERMINE")

EXTRA = (12,) + (5,) * 2 + (2,) * 5 + (1,) * 13 + (0,) * 79
"""Establishments beside the seat, for each hundred units (45 in all, as in the register: 1.45 per unit)."""

LARGE_FIRST = 8
"""The first eight of each hundred, which have two or more beside the seat, are never natural persons."""


def slots(weights: list[float], count: int) -> list[int]:
    """`count` slots shared out by largest remainder, each index at least once: [0, 0, 0, 1, ...]."""
    total = sum(weights)
    exact = [weight / total * (count - len(weights)) for weight in weights]
    given = [1 + int(share) for share in exact]
    rest = sorted(range(len(weights)), key=lambda at: exact[at] - int(exact[at]), reverse=True)
    for at in rest[: count - sum(given)]:
        given[at] += 1
    return [index for index, times in enumerate(given) for _ in range(times)]
