"""Is a legal unit part of the social and solidarity economy? Act 2014-856, articles 1, 2 and 6.

Five sources may speak: a local ruling (settles), ESS France's or the regional chamber's list, the
SIRENE flag, the legal category, the form in the national business register (RNE). A source that
is silent says nothing: an empty flag is unknown, absence from the list proves nothing. Sources
that speak and agree decide; sources that disagree leave the unit "to confirm".

`sse_status` answers for one unit; `class_decisions` enumerates the same rule so that a whole
register can be joined to it: there is no second implementation.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import product
from typing import Any, Literal, NamedTuple

from essaim.law.finding import Citation, Finding
from essaim.law.parameter import Value, parameter
from essaim.law.rules.sse_words import REASONS, SOURCES, says
from essaim.law.text import Text

SSE_STATUSES = ("member", "to_confirm", "not_member")

FAMILIES = {
    "association": Text("Associations", "Associations"),
    "cooperative": Text("Coopératives", "Cooperatives"),
    "mutual": Text("Mutuelles", "Mutuals"),
    "foundation": Text("Fondations", "Foundations"),
    "commercial": Text("Sociétés de l'ESS", "SSE companies"),
}

# Strongest first: the order in which evidence is shown. Only the ruling settles against the others.
PRECEDENCE = ("ruling", "listed", "flag", "category", "rne_form")

Flag = Literal["O", "N"]
Ruling = Literal["member", "not_member"]


class Voice(NamedTuple):
    """One source that speaks. `firm` is False when it is not enough alone to make a member;
    `doubt` is then the reason code."""

    source: str
    member: bool
    firm: bool = True
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one source says, in words; `says` is "member" or "not_member"."""

    source: str
    label: Text
    says: str
    detail: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class SseFinding(Finding):
    """`allowed` is True for a member. `family` is None for a non-member, and when no source tells it."""

    status: str
    family: str | None
    reason_code: str
    evidence: tuple[Evidence, ...]


class CategoryClass(NamedTuple):
    """What a legal category says by itself: `member` None means nothing, and `family` may still be known."""

    member: bool | None
    verified: bool
    family: str | None
    parameter_id: str | None


SILENT = CategoryClass(None, True, None, None)

# parameter -> what its categories say; exact codes are looked up before prefixes
_CODES = {
    "sse.form.association": ("association", True),
    "sse.form.cooperative": ("cooperative", True),
    "sse.form.mutual": ("mutual", True),
    "sse.form.foundation": ("foundation", True),
    "sse.form.association_unverified": ("association", True),
    "sse.form.cooperative_unverified": ("cooperative", True),
    "sse.not_by_form": (None, False),
}
_PREFIXES = {
    "sse.natural_person_prefixes": (None, False),
    "sse.public_law_prefixes": (None, False),
    "sse.company_prefixes": ("commercial", None),
}


def sse_status(
    *,
    legal_category: str | None,
    naf: str | None = None,
    flag: Flag | Literal[""] | None = None,
    listed: bool = False,
    listed_family: str | None = None,
    ruling: Ruling | None = None,
    rne_form: str | None = None,
    form_is_known: bool = True,
    on: date,
) -> SseFinding:
    """Status of one legal unit on a day, with reasons, citations and the evidence heard.

    `legal_category` is INSEE's four-figure code, `naf` the main activity ("94.91Z" or "9491Z"),
    `flag` the SIRENE value, `listed` presence on ESS France's or a CRESS list, `rne_form` an RNE
    code ("5743") or form ("SCIC"). `form_is_known` False: no register was read, so that a missing
    category is not a fact, and silence leaves the unit to confirm. Raises ValueError on any other
    flag, family or ruling, and NotInForce before the act (2 August 2014).
    """
    _check(flag, listed_family, ruling)
    category = category_class(legal_category, on)
    rne = _rne_form(rne_form, on)
    excluded = is_excluded_activity(naf, on)
    voices = list(_voices(category, flag or None, listed, excluded, rne is not None, ruling))
    status, reason_code = weigh(voices)
    if not (voices or form_is_known):
        status, reason_code = "to_confirm", "nothing_known"
    family = None
    if status != "not_member":
        family = _family(category, listed_family or (rne[1] if rne else None))
    details = {
        "ruling": str(ruling),
        "listed": listed_family or "",
        "flag": str(flag),
        "category": _label(legal_category, category, on),
        "rne_form": rne[0] if rne else "",
    }
    evidence = tuple(
        Evidence(
            v.source,
            SOURCES[v.source],
            "member" if v.member else "not_member",
            says(v.source, details, v.member),
        )
        for v in voices
    )
    return SseFinding(
        allowed=status == "member",
        reasons=(REASONS[reason_code], *(each.detail for each in evidence)),
        citations=tuple(_citations(voices, category, excluded, on)),
        status=status,
        family=family,
        reason_code=reason_code,
        evidence=evidence,
    )


def weigh(voices: Iterable[Voice]) -> tuple[str, str]:
    """(status, reason code) of what the sources say, in whatever order they are given."""
    heard = sorted(voices, key=lambda voice: PRECEDENCE.index(voice.source))
    if heard and heard[0].source == "ruling":
        return ("member", "ruling_member") if heard[0].member else ("not_member", "ruling_not_member")
    if not heard:
        return "not_member", "no_source"
    if len({voice.member for voice in heard}) == 2:
        return "to_confirm", "sources_disagree"
    member = heard[0].member
    if len(heard) == 1:
        (voice,) = heard
        if member and not voice.firm:
            return "to_confirm", voice.doubt
        return ("member", voice.source) if member else ("not_member", f"{voice.source}_not")
    return ("member", "sources_agree") if member else ("not_member", "sources_agree_not")


@cache
def class_decisions(category: CategoryClass) -> tuple[dict[str, Any], ...]:
    """The rule enumerated for the categories of one class: flag x listed x excluded_activity.

    Columns: flag ("O", "N", ""), listed (bool), excluded_activity (bool), status, family (text or None),
    reason_code; as many rows for every class. Rulings, the list's own family and RNE forms are not in
    it; a register carries none of them.
    """
    rows = []
    for flag, listed, excluded in product(("O", "N", None), (True, False), (True, False)):
        status, reason_code = weigh(_voices(category, flag, listed, excluded, False, None))
        rows.append(
            {
                "flag": flag or "",
                "listed": listed,
                "excluded_activity": excluded,
                "status": status,
                "family": None if status == "not_member" else category.family,
                "reason_code": reason_code,
            }
        )
    return tuple(rows)


def category_class(legal_category: str | None, on: date) -> CategoryClass:
    """What a legal category says by itself; anything but a classified four-figure code says nothing."""
    if (
        legal_category is None
        or len(legal_category) != 4
        or not (legal_category.isascii() and legal_category.isdigit())
    ):
        return SILENT
    classes = _classes(on)
    if legal_category in classes.codes:
        return classes.codes[legal_category]
    found = (classes.prefixes[prefix] for prefix in classes.prefixes if legal_category.startswith(prefix))
    return next(found, SILENT)


def excluded_activities(on: date) -> frozenset[str]:
    """NAF rev. 2 codes ("94.91Z") that cast doubt on a unit known by its legal category alone."""
    return frozenset(parameter("sse.excluded_activities", on).value)


def is_excluded_activity(naf: str | None, on: date) -> bool:
    if not naf:
        return False
    bare = naf.replace(".", "").upper()
    return f"{bare[:2]}.{bare[2:]}" in excluded_activities(on)


def natural_person_categories(on: date) -> tuple[str, ...]:
    """Starts of the legal categories of natural persons ("1"), fit for `str.startswith`."""
    return _prefixes("sse.natural_person_prefixes", on)


def public_law_categories(on: date) -> tuple[str, ...]:
    """Starts of the legal categories that are not private ("4", "7"), fit for `str.startswith`."""
    return _prefixes("sse.public_law_prefixes", on)


def person_named_categories(on: date) -> frozenset[str]:
    """Categories without legal personality whose units bear persons' names: counted, never displayed."""
    return frozenset(parameter("sse.named_after_persons", on).value)


class _Classes(NamedTuple):
    codes: dict[str, CategoryClass]
    prefixes: dict[str, CategoryClass]


@cache
def _classes(on: date) -> _Classes:
    codes, prefixes = {}, {}
    for id, (family, member) in _CODES.items():
        found = parameter(id, on)
        # Only a doubt about a form that makes members weakens it: a negative reading still speaks.
        sure = found.verified or not member
        codes.update(dict.fromkeys(found.value, CategoryClass(member, sure, family, id)))
    for id, (family, speaks) in _PREFIXES.items():
        for prefix in parameter(id, on).value:
            prefixes[prefix] = CategoryClass(speaks, True, family, id)
    return _Classes(codes, prefixes)


def _voices(
    category: CategoryClass, flag: str | None, listed: bool, excluded: bool, rne: bool, ruling: str | None
) -> Iterator[Voice]:
    """The sources that speak, strongest first."""
    if ruling:
        yield Voice("ruling", ruling == "member")
    if listed:
        yield Voice("listed", True)
    if flag:
        yield Voice("flag", flag == "O")
    if category.member is not None:
        doubt = (
            "category_excluded_activity" if excluded else "" if category.verified else "category_unverified"
        )
        yield Voice("category", category.member, firm=not (category.member and doubt), doubt=doubt)
    if rne:
        yield Voice("rne_form", True)


def _family(category: CategoryClass, told: str | None) -> str | None:
    """The family by form first, then what the list or the RNE tells, then "commercial" for a company."""
    if category.member and category.family:
        return category.family
    return told or category.family


def _rne_form(rne_form: str | None, on: date) -> tuple[str, str] | None:
    """(form, family) of an RNE code or form name; None when it is not an SSE one."""
    if not rne_form:
        return None
    for name, group in parameter("sse.rne_forms", on).value.items():
        if rne_form.upper() == name or rne_form in group["codes"]:
            return name, group["family"]
    return None


def _citations(voices: list[Voice], category: CategoryClass, excluded: bool, on: date) -> Iterator[Citation]:
    of_source = {
        "listed": "sse.official_list",
        "flag": "sse.sirene_flag",
        "category": category.parameter_id,
        "rne_form": "sse.rne_forms",
    }
    for voice in voices:
        id = of_source.get(voice.source)
        if id is not None:
            yield parameter(id, on).citation
        if voice.source == "category" and voice.doubt == "category_excluded_activity" and excluded:
            yield parameter("sse.excluded_activities", on).citation


def _label(legal_category: str | None, category: CategoryClass, on: date) -> str:
    if legal_category is None or category.parameter_id is None:
        return legal_category or ""
    found: Value = parameter(category.parameter_id, on)
    return f"{legal_category}, {found.value[legal_category]}" if found.type == "codes" else legal_category


def _prefixes(id: str, on: date) -> tuple[str, ...]:
    found: tuple[str, ...] = parameter(id, on).value
    return found


def _check(flag: str | None, listed_family: str | None, ruling: str | None) -> None:
    if flag not in (None, "", "O", "N"):
        raise ValueError(f"the SIRENE flag is O, N or empty, not {flag!r}")
    if listed_family is not None and listed_family not in FAMILIES:
        raise ValueError(f"the families are {', '.join(FAMILIES)}, not {listed_family!r}")
    if ruling not in (None, "member", "not_member"):
        raise ValueError(f"a ruling says member or not_member, not {ruling!r}")
