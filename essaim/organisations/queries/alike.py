"""Records whose name is like another's and that lie near: shown before someone proposes one again."""

from dataclasses import dataclass

from rapidfuzz import fuzz, utils

from essaim.observatory.reference import outlines, places
from essaim.organisations.models import Organisation, Site
from essaim.organisations.rules.house import PROPOSALS

MOST_READ = 20_000


@dataclass(frozen=True, slots=True)
class Alike:
    """`likeness`: 0 to 100."""

    organisation: Organisation
    address: str
    likeness: int


def alike(name: str, commune: str, *, on_site_of: int | None = None) -> list[Alike]:
    """Published, open records of the commune and its neighbours whose name (official, usual, acronym, sign of a place)
    is like `name`, most alike first, then by id; at most PROPOSALS.most_alike. `on_site_of`: a record to leave out."""
    if not name.strip() or not commune:
        return []
    rows = Site.objects.filter(
        commune__in=_around(commune), closed_on__isnull=True,
        organisation__in=Organisation.objects.published().living(),
    ).exclude(organisation=on_site_of)  # fmt: skip
    names = ("name", "organisation__name", "organisation__sigle", "organisation__profile__usual_name")
    best: dict[int, int] = {}
    for organisation, *known in rows.values_list("organisation_id", *names)[:MOST_READ]:
        score = max(likeness(name, each) for each in known if each)
        if score >= PROPOSALS.alike_from:
            best[organisation] = max(best.get(organisation, 0), score)
    chosen = sorted(best, key=lambda each: (-best[each], each))[: PROPOSALS.most_alike]
    records = Organisation.objects.prefetch_related("sites").in_bulk(chosen)
    return [Alike(records[each], _address(records[each]), best[each]) for each in chosen]


def likeness(first: str, second: str) -> int:
    """0 to 100, whatever the order of the words, the case and the punctuation. Half of it counts the words
    one name has more than the other: sharing only "association" is not enough."""
    pair = utils.default_process(first), utils.default_process(second)
    return round((fuzz.token_set_ratio(*pair) + fuzz.token_sort_ratio(*pair)) / 2)


def _around(commune: str) -> list[str]:
    """The commune and those it shares a border with."""
    code = f"commune:{commune}"
    if code not in places.all_territories():
        return [commune]
    return [commune, *(each.partition(":")[2] for each in outlines.neighbours(code))]


def _address(organisation: Organisation) -> str:
    site = next((each for each in organisation.sites.all() if each.closed_on is None), None)
    return " ".join(part for part in (site.address, site.postcode) if part) if site else ""
