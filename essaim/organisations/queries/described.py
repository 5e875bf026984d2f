"""Pieces of the organisation's page in words: labels by group, zone served, addresses, links; and the page as JSON."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from essaim.law.text import Text
from essaim.organisations.models import Label, Site, StepPresence
from essaim.organisations.queries import page as queries
from essaim.organisations.queries.page import Sheet
from essaim.organisations.rules import LABELS, LabelKind
from essaim.organisations.rules.channels import CHANNELS
from essaim.organisations.rules.nomenclature import naf_code, naf_label
from essaim.organisations.rules.opening import opening_table

GROUPS = {
    "siae": _("Insertion par l'activité économique (SIAE)"),
    "disability": _("Travail et handicap"),
    "employers": _("Groupements d'employeurs"),
    "approval": _("Agréments"),
    "status": _("Statuts coopératifs"),
    "place": _("Lieux"),
}
FRANCE = Text("Toute la France", "The whole of France")


@dataclass(frozen=True)
class Held:
    """One label with its validity: "valid", "expired", "later" (not yet) or "unknown" (no dates known)."""

    label: Label
    kind: LabelKind
    validity: str

    @property
    def proof_url(self) -> str:
        return safe_url(self.label.proof)


def held(label: Label, on: date) -> Held:
    if label.valid_to and label.valid_to < on:
        validity = "expired"
    elif label.valid_from and label.valid_from > on:
        validity = "later"
    else:
        validity = "valid" if label.valid_from or label.valid_to else "unknown"
    return Held(label, LABELS[label.kind], validity)


def label_groups(labels: Iterable[Label], on: date) -> list[tuple[object, list[Held]]]:
    """(group in words, its labels), groups in the order of GROUPS, labels in that of `labels.yaml`."""
    order = {code: position for position, code in enumerate(LABELS)}
    found = sorted(
        (held(label, on) for label in labels), key=lambda each: (order[each.kind.code], each.label.pk)
    )
    return [
        (words, [each for each in found if each.kind.group == group])
        for group, words in GROUPS.items()
        if any(each.kind.group == group for each in found)
    ]


def signs(labels: Iterable[Label], on: date) -> list[LabelKind]:
    """The kinds shown beside the name: each once, none that has expired or has not begun."""
    met = {label.kind for label in labels if held(label, on).validity in ("valid", "unknown")}
    return [kind for code, kind in LABELS.items() if code in met]


def address_line(site: Site) -> str:
    """ "12 rue des Lilas, 59000 Lille"."""
    return ", ".join(part for part in (site.address, town(site)) if part)


def town(site: Site) -> str:
    """ "59000 Lille"."""
    commune = queries.place_name(f"commune:{site.commune}") if site.commune else ""
    return " ".join(part for part in (site.postcode, commune) if part)


def zone(sheet: Sheet) -> Text | None:
    """The zone served in one sentence, without its names of territories: see `zone_places`."""
    served = sheet.served
    if served is None:
        return None
    if served.kind == "national":
        return FRANCE
    if served.kind == "radius":
        return Text(
            f"Dans un rayon de {served.radius_km} km autour de ses lieux",
            f"Within {served.radius_km} km of its places",
        )
    names = ", ".join(str(each) for each in zone_places(sheet))
    return Text(names, names) if names else None


def zone_places(sheet: Sheet) -> list[Text | str]:
    """Names of the territories served, the whole of France included; nothing for a radius."""
    served = sheet.served
    if served is None or served.kind == "radius":
        return []
    if served.kind == "national":
        return [FRANCE]
    return [queries.place_name(code, sheet.neighbourhoods) for code in served.territories]


def safe_url(url: object) -> str:
    """The address when a browser may follow it as a plain link, nothing otherwise."""
    text = str(url or "").strip()
    return text if text.lower().startswith(("https://", "http://")) else ""


def safe_links(links: Sequence[Any]) -> list[tuple[str, str]]:
    """(words, address) of the further links, kept as addresses or as {"label", "url"}."""
    found = []
    for each in links or ():
        label, url = (each.get("label"), each.get("url")) if isinstance(each, dict) else ("", each)
        if safe_url(url):
            bare = safe_url(url).split("://", 1)[1].strip("/")
            found.append((str(label or bare), safe_url(url)))
    return found


def words(labels: Mapping[str, Text], codes: Sequence[str]) -> list[Text | str]:
    """Publics, languages or accessibility in words; a code without words stays as it is."""
    return [labels.get(code, str(code)) for code in codes or ()]


def step_words(steps: Iterable[StepPresence]) -> list[tuple[str, Text, Text]]:
    """(channel code, channel, step) of the steps it says it holds; what the vocabulary no longer has is left out."""
    found = []
    for each in steps:
        channel = CHANNELS.get(each.channel)
        if channel and each.step in channel.steps:
            found.append((channel.code, channel.label, channel.steps[each.step].label))
    return found


def as_json(sheet: Sheet, uri: str, on: date) -> dict[str, Any]:
    """The page as data: the same facts, texts in both languages, never a contact."""
    organisation, profile = sheet.organisation, sheet.profile
    return {
        "id": organisation.pk,
        "uri": uri,
        "siren": organisation.siren,
        "rna_id": organisation.rna_id or None,
        "name": sheet.name,
        "official_name": organisation.name,
        "sigle": organisation.sigle or None,
        "summary": profile.summary or None,
        "description": profile.description or None,
        "sse": _sse_json(sheet),
        "legal_category": organisation.legal_category or None,
        "naf": naf_code(organisation.naf) or None,
        "naf_label": _both(naf_label(organisation.naf)),
        "sectors": profile.sectors or [organisation.sector],
        "created_on": organisation.created_on and organisation.created_on.isoformat(),
        "closed_on": organisation.closed_on and organisation.closed_on.isoformat(),
        "successor": sheet.successor and sheet.successor.pk,
        "predecessors": [each.pk for each in sheet.predecessors],
        "labels": [_label_json(held(label, on)) for label in sheet.labels],
        "sites": [_site_json(site) for site in sheet.open_sites],
        "offers": [{"title": each.title, "kind": each.kind, "cpv": each.cpv} for each in sheet.offers],
        "served": sheet.served
        and {
            "kind": sheet.served.kind,
            "territories": sheet.served.territories,
            "radius_km": sheet.served.radius_km,
        },
        "publics": profile.publics,
        "languages": profile.languages,
        "accessibility": profile.accessibility,
        "opening_hours": profile.opening_hours if opening_table(profile.opening_hours or {}) else None,
        "website": safe_url(profile.website) or None,
        "links": [url for _label, url in safe_links(profile.links)],
        "channels": [{"channel": each.channel, "step": each.step} for each in sheet.steps],
        "provenance": [
            {"dataset": each.dataset, "on": each.on and each.on.isoformat()} for each in sheet.provenance
        ],
        "changed_at": sheet.changed_at and sheet.changed_at.isoformat(),
    }


def _both(text: Text | None) -> dict[str, str] | None:
    return {"fr": text.fr, "en": text.en} if text else None


def _sse_json(sheet: Sheet) -> dict[str, Any]:
    status, reason = queries.status_words(sheet.finding)
    return {
        "status": sheet.finding.status,
        "label": _both(status),
        "family": sheet.finding.family,
        "reason_code": sheet.finding.reason_code,
        "reason": _both(reason),
        "sources": [
            {
                "source": each.source,
                "says": each.says or None,
                "value": each.value or None,
                "on": each.on and each.on.isoformat(),
                "dataset": each.dataset or None,
            }
            for each in sheet.said
        ],
        "ruling": sheet.ruling
        and {
            "says": sheet.ruling.says,
            "authority": sheet.ruling.authority.name,
            "reason": sheet.ruling.reason,
            "on": sheet.ruling.ruled_on.isoformat(),
        },
    }


def _label_json(each: Held) -> dict[str, Any]:
    return {
        "kind": each.kind.code,
        "group": each.kind.group,
        "label": _both(each.kind.label),
        "validity": each.validity,
        "valid_from": each.label.valid_from and each.label.valid_from.isoformat(),
        "valid_to": each.label.valid_to and each.label.valid_to.isoformat(),
        "siret": each.label.site.siret if each.label.site else None,
        "dataset": each.label.dataset or None,
    }


def _site_json(site: Site) -> dict[str, Any]:
    return {
        "siret": site.siret,
        "name": site.name or None,
        "address": site.address or None,
        "postcode": site.postcode or None,
        "commune": site.commune or None,
        "qpv": site.qpv or None,
        "lon": site.lon,
        "lat": site.lat,
        "is_head_office": site.is_head_office,
    }
