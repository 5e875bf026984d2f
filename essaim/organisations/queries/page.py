"""Everything an organisation's page says, in a constant number of queries."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

from django.db.models import Q

from essaim.law.parameter import NotInForce, parameter
from essaim.law.rules.sse_perimeter import FAMILIES, PRECEDENCE, SseFinding, category_class
from essaim.law.rules.sse_words import REASONS, SOURCES, STATUS_LABELS
from essaim.law.text import Text
from essaim.observatory import categories
from essaim.observatory.reference import places
from essaim.organisations.models import (
    Act,
    Contact,
    Evidence,
    Label,
    Offer,
    Organisation,
    Photo,
    Profile,
    Ruling,
    ServedZone,
    Site,
    StepPresence,
    Support,
)
from essaim.organisations.rules.status import Said, status_finding
from essaim.territories.models import Territory

MOST_MERGES = 20


@dataclass(frozen=True)
class SourceSaid:
    """What one source says: `says` is "member", "not_member", or "" when it knows the organisation and is silent."""

    source: str
    label: Text
    says: str
    value: str
    on: date | None
    dataset: str


@dataclass(frozen=True)
class Provenance:
    """A file some of the page comes from, and the most recent date it speaks of."""

    dataset: str
    on: date | None


@dataclass(frozen=True)
class Sheet:
    """One organisation with all that hangs on it. Contacts are not here: see `shown_contacts`."""

    organisation: Organisation
    profile: Profile
    finding: SseFinding
    said: list[SourceSaid]
    ruling: Ruling | None
    labels: list[Label]
    sites: list[Site]
    offers: list[Offer]
    served: ServedZone | None
    photos: list[Photo]
    supports: list[Support]
    steps: list[StepPresence]
    predecessors: list[Organisation]
    successor: Organisation | None
    has_contacts: bool
    changed_at: datetime | None
    neighbourhoods: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The usual name, or the official one."""
        return self.profile.usual_name or self.organisation.name

    @property
    def official_name(self) -> str:
        """The official name when the page bears another one; nothing otherwise."""
        return self.organisation.name if self.profile.usual_name else ""

    @cached_property
    def open_sites(self) -> list[Site]:
        return [site for site in self.sites if site.closed_on is None]

    @cached_property
    def closed_sites(self) -> list[Site]:
        return [site for site in self.sites if site.closed_on is not None]

    @cached_property
    def placed_sites(self) -> list[Site]:
        """Open sites that can be drawn on a map."""
        return [site for site in self.open_sites if site.lon is not None and site.lat is not None]

    @property
    def disagreement(self) -> tuple[list[SourceSaid], list[SourceSaid]] | None:
        """Sources that say member and sources that say not, when there are both; a ruling does not make them agree."""
        ours = [each for each in self.said if each.says == "member"]
        against = [each for each in self.said if each.says == "not_member"]
        return (ours, against) if ours and against else None

    @cached_property
    def provenance(self) -> list[Provenance]:
        """The files the page comes from, most recent first."""
        latest: dict[str, date | None] = {}
        told = [(each.dataset, each.on) for each in self.said]
        told += [(label.dataset, label.seen_on) for label in self.labels]
        for dataset, on in told:
            if dataset and (latest.get(dataset) is None or (on and on > (latest[dataset] or date.min))):
                latest[dataset] = on
        found = [Provenance(dataset, on) for dataset, on in latest.items()]
        return sorted(found, key=lambda each: (-(each.on or date.min).toordinal(), each.dataset))


def address_of(organisation_id: int) -> int | None:
    """Where the page of that id is now: the same id, the id of the record it was merged into, or None when nothing
    may be shown. An id that never existed and a hidden record give the same answer."""
    seen: set[int] = set()
    wanted = organisation_id
    while wanted not in seen and len(seen) < MOST_MERGES:
        seen.add(wanted)
        row = Organisation.objects.filter(pk=wanted).values_list("hidden", "merged_into_id").first()
        if row is None:
            return None
        hidden, kept = row
        # A hidden record tells nothing, not even what it became.
        if hidden:
            return None
        if kept is None:
            return wanted
        wanted = kept
    return None


def sheet(organisation_id: int, on: date) -> Sheet | None:
    """The published organisation as its page shows it on a day; None for any other id. About fifteen queries."""
    organisation = (
        Organisation.objects.published()
        .select_related("profile", "served", "successor")
        .filter(pk=organisation_id)
        .first()
    )
    if organisation is None:
        return None
    evidence = list(organisation.evidence.all())
    ruling = ruling_in_force(organisation, on)
    finding = status_finding(
        legal_category=organisation.legal_category,
        naf=organisation.naf,
        evidence=[Said(each.source, each.says, each.value, each.family) for each in evidence],
        ruling=ruling.says if ruling else None,
        on=on,
    )
    sites = list(organisation.sites.all())
    served = getattr(organisation, "served", None)
    successor = organisation.successor
    last = Act.objects.filter(revisions__organisation_id=organisation.pk).order_by("-id").first()
    return Sheet(
        organisation=organisation,
        profile=getattr(organisation, "profile", None) or Profile(organisation=organisation),
        finding=finding,
        said=_said(evidence, finding),
        ruling=ruling,
        labels=list(organisation.labels.select_related("site")),
        sites=sites,
        offers=list(organisation.offers.all()),
        served=served,
        photos=list(organisation.photos.all()),
        supports=list(organisation.supports.all()),
        steps=list(organisation.steps.filter(origin="said")),
        predecessors=list(organisation.predecessors.filter(hidden="", merged_into__isnull=True)),
        successor=successor if successor and successor.is_published else None,
        has_contacts=shown_contacts(organisation).exists(),
        changed_at=last.at if last else None,
        neighbourhoods=_neighbourhoods(sites, served),
    )


def ruling_in_force(organisation: Organisation, on: date) -> Ruling | None:
    """The decision that settles the status on that day, with its authority."""
    rulings = organisation.rulings.select_related("authority")
    in_time = rulings.filter(revoked_on__isnull=True, ruled_on__lte=on)
    return in_time.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on)).first()


def shown_contacts(organisation: Organisation) -> "Contact.objects":
    """Contacts that may be shown, personal ones only with their dated consent. To be read by a person, on the page,
    and nowhere else."""
    return organisation.contacts.filter(Q(is_personal=False) | Q(consent_on__isnull=False))


def place_name(code: str, neighbourhoods: Mapping[str, str] | None = None) -> str:
    """The name of a territory code; the code itself when nobody knows it."""
    if neighbourhoods and code in neighbourhoods:
        return neighbourhoods[code]
    try:
        return places.territory(code).name
    except places.UnknownTerritory:
        return code


def legal_category_label(code: str, on: date) -> str:
    """The legal form in words when `law` names it, nothing otherwise."""
    found = category_class(code, on)
    if not code or found.parameter_id is None:
        return ""
    try:
        value = parameter(found.parameter_id, on)
    except NotInForce:
        return ""
    return str(value.value.get(code, "")) if value.type == "codes" else ""


def size_label(code: str) -> Text | None:
    """The head-count band of the register in words; None when not given."""
    band = categories.bands().get(code)
    if band is None or band.high == 0:
        return None
    if band.high is None:
        return Text(f"{band.low} salariés et plus", f"{band.low} employees or more")
    return Text(f"{band.low} à {band.high} salariés", f"{band.low} to {band.high} employees")


def sector_label(code: str) -> Text | None:
    return categories.labels()["sector"].get(code) if code != categories.UNKNOWN else None


def status_words(finding: SseFinding) -> tuple[Text, Text]:
    """(status, the reason in one sentence)."""
    return STATUS_LABELS[finding.status], REASONS[finding.reason_code]


def family_label(code: str | None) -> Text | None:
    return FAMILIES.get(code or "")


def map_outlines(sites: Iterable[Site]) -> tuple[str, str] | None:
    """(kind, within) of the outlines to draw under the sites: the communes of the smallest territory that holds them
    all. None when a commune is unknown."""
    communes = {site.commune for site in sites}
    try:
        met = [places.territory(f"commune:{commune}") for commune in communes]
    except places.UnknownTerritory:
        return None
    if not met:
        return None
    if len(met) == 1:
        return "commune", met[0].code
    for level, kind in (("epci", "commune"), ("departement", "commune"), ("region", "departement")):
        held = {getattr(place, level) for place in met}
        if len(held) == 1 and None not in held:
            return kind, f"{level}:{held.pop()}"
    return "region", "country:FR"


def _said(evidence: list[Evidence], finding: SseFinding) -> list[SourceSaid]:
    """Every source known for it, strongest first: its evidence rows, and the legal category, which needs none."""
    voices = {each.source: each for each in finding.evidence}
    rows = {each.source: each for each in evidence}
    found = []
    for source in PRECEDENCE:
        row, voice = rows.get(source), voices.get(source)
        if source == "ruling" or (row is None and voice is None):
            continue
        found.append(
            SourceSaid(
                source,
                SOURCES[source],
                voice.says if voice else (row.says if row else ""),
                row.value if row else "",
                row.on if row else None,
                row.dataset if row else "",
            )
        )
    return found


def _neighbourhoods(sites: list[Site], served: ServedZone | None) -> dict[str, str]:
    """Names of the priority neighbourhoods met: they are in the database, not in the reference."""
    wanted = {f"qpv:{site.qpv}" for site in sites if site.qpv}
    wanted |= {code for code in (served.territories if served else []) if str(code).startswith("qpv:")}
    if not wanted:
        return {}
    return dict(Territory.objects.filter(code__in=wanted).values_list("code", "name"))
