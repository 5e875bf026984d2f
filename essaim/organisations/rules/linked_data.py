"""An organisation said to machines: schema.org in JSON-LD, safe to print inside a page. Never a person's data."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

CONTEXT = "https://schema.org"
# What schema.org calls each family; a cooperative, a mutual or a company is an Organization and nothing narrower.
FAMILY_TYPES = {"association": "NGO", "foundation": "NGO"}
# Inside <script>, these would end the element or open a comment; JSON reads the escapes as the same characters.
UNSAFE = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def linked_data(
    *,
    uri: str,
    name: str,
    official_name: str,
    sigle: str,
    family: str,
    summary: str,
    siren: str | None,
    rna_id: str,
    naf: str,
    created_on: str | None,
    closed_on: str | None,
    website: str,
    links: Sequence[str],
    places: Iterable[Mapping[str, Any]],
    serves: Sequence[str],
    offers: Sequence[str],
    is_open_to_public: bool,
) -> dict[str, Any]:
    """The JSON-LD document. `places`: mappings with siret, name, street, postcode, commune, lon, lat, the head office
    first; `is_open_to_public`: it has opening hours, hence is also a LocalBusiness. Empty values are left out."""
    kinds = ["Organization"]
    if family in FAMILY_TYPES:
        kinds.append(FAMILY_TYPES[family])
    located = [_place(each) for each in places]
    if is_open_to_public and located:
        kinds.append("LocalBusiness")
    document = {
        "@context": CONTEXT,
        "@type": kinds if len(kinds) > 1 else kinds[0],
        "@id": uri,
        "url": uri,
        "name": name,
        "legalName": official_name,
        "alternateName": sigle,
        "description": summary,
        "identifier": _identifiers(siren, rna_id),
        "isicV4": _isic(naf),
        "foundingDate": created_on,
        "dissolutionDate": closed_on,
        "sameAs": [link for link in (website, *links) if link],
        "address": located[0]["address"] if located else None,
        "geo": located[0].get("geo") if located else None,
        "location": located,
        "areaServed": list(serves),
        "makesOffer": [
            {"@type": "Offer", "itemOffered": {"@type": "Service", "name": one}} for one in offers
        ],
    }
    return {key: value for key, value in document.items() if value not in (None, "", [])}


def printed(document: Mapping[str, Any]) -> str:
    """The document as text that may stand inside <script type="application/ld+json">: it cannot close the element."""
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    for character, escape in UNSAFE.items():
        text = text.replace(character, escape)
    return text


def _identifiers(siren: str | None, rna_id: str) -> list[dict[str, str]]:
    return [
        {"@type": "PropertyValue", "propertyID": kind, "value": value}
        for kind, value in (("SIREN", siren), ("RNA", rna_id))
        if value
    ]


def _place(each: Mapping[str, Any]) -> dict[str, Any]:
    address = {
        "@type": "PostalAddress",
        "streetAddress": each.get("street"),
        "postalCode": each.get("postcode"),
        "addressLocality": each.get("commune"),
        "addressCountry": "FR",
    }
    found: dict[str, Any] = {
        "@type": "Place",
        "name": each.get("name"),
        "address": {key: value for key, value in address.items() if value},
    }
    if each.get("siret"):
        found["identifier"] = {"@type": "PropertyValue", "propertyID": "SIRET", "value": each["siret"]}
    if each.get("lon") is not None and each.get("lat") is not None:
        found["geo"] = {
            "@type": "GeoCoordinates",
            "longitude": each["lon"],
            "latitude": each["lat"],
        }
    return {key: value for key, value in found.items() if value not in (None, "")}


def _isic(naf: str) -> str | None:
    """The division of NAF rev. 2 is that of ISIC rev. 4, by construction of both."""
    return naf[:2] if naf[:2].isdigit() else None
