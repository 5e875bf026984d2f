"""What a search answers. Plain values, made for pages, the API, the command line and tests alike."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from essaim.law.text import Text


@dataclass(frozen=True, slots=True)
class Found:
    """One place of one organisation (an organisation without site has one, without position).

    `commune` is an INSEE code, `lon`/`lat` degrees WGS 84, `labels` codes of `rules.LABELS`, `family` and `siren` ""
    when unknown. `distance_km` is measured from the edge of the place asked (0 inside), None when no place was asked
    or when the site has no position. `why_matched` says in a few words what answered the question, best first.
    """

    organisation_id: int
    site_id: int | None
    siret: str
    siren: str
    name: str
    address: str
    postcode: str
    commune: str
    commune_name: str
    lon: float | None
    lat: float | None
    sector: str
    family: str
    sse_status: str
    reason_code: str
    labels: tuple[str, ...]
    summary: str
    distance_km: float | None = None
    why_matched: tuple[Text, ...] = ()
    rna_id: str = ""
    naf: str = ""
    site_name: str = ""


@dataclass(frozen=True, slots=True)
class FacetCount:
    """One value of a facet: how many places it would leave, were it alone chosen in its facet."""

    code: str
    label: Text
    count: int
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """A page of results. `facets`: the keys of `Question.FACETS` (status, family, sector, label, group, public).

    `fresh_at`: up to when the index is known to follow the database. `place_label`: the place of `around`, or of
    `territory`, or of `serves`, in words. `seed`: of the day's rotation, shown when `sort` is "rotation".
    `was_loosened`: nothing held every word as written, close spellings are shown.
    """

    items: list[Found]
    count: int
    facets: Mapping[str, list[FacetCount]]
    page: int
    pages: int
    fresh_at: datetime
    place_label: Text | None = None
    seed: str = ""
    was_loosened: bool = False
    ignored: tuple[Text, ...] = ()
    fictitious: bool = False


@dataclass(frozen=True, slots=True)
class Cluster:
    """Places near one another on a map: their mean position, how many; `found` when there is one only."""

    lon: float
    lat: float
    count: int
    found: Found | None = field(default=None)
