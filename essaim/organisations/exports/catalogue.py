"""The DCAT-AP 3 description of the directory: what the national and European portals harvest."""

from collections.abc import Iterator

from django.conf import settings

from essaim.accounts.models import Authority
from essaim.organisations.exports.dictionary import FICTITIOUS, LICENCE_URL, TITLE
from essaim.organisations.exports.files import FORMATS
from essaim.organisations.exports.kept import Kept, KeptFile
from essaim.organisations.exports.triples import Iri, Literal, Triple, expanded

EUROPE = "http://publications.europa.eu/resource/authority"
FILE_TYPES = {"csv": "CSV", "xlsx": "XLSX", "geojson": "GEOJSON", "parquet": "PARQUET"}
DESCRIPTION = {
    "fr": "Une ligne pour chaque lieu ouvert d'une organisation de l'économie sociale et solidaire : identité, "
    "adresse, position, statut ESS avec sa raison, famille, secteur, labels. Sans donnée personnelle.",
    "en": "One row for each open place of an organisation of the social and solidarity economy: identity, address, "
    "position, SSE status with its reason, family, sector, labels. Without personal data.",
}
KEYWORDS = {
    "fr": ("économie sociale et solidaire", "ESS", "associations", "coopératives", "insertion"),
    "en": ("social and solidarity economy", "associations", "cooperatives", "work integration"),
}


def address(path: str = "") -> str:
    return f"{settings.PUBLIC_URL}/organisations/data/{path}"


def publisher() -> str:
    """The authority of the installation; "Essaim" when there are several, or none yet."""
    names = list(Authority.objects.values_list("name", flat=True)[:2])
    return names[0] if len(names) == 1 else "Essaim"


def statements(kept: Kept | None) -> Iterator[Triple]:
    """The catalogue, its dataset, its API; the files too once there are some."""
    catalogue, dataset, agent = (
        Iri(address("#catalogue")),
        Iri(address("#dataset")),
        Iri(address("#publisher")),
    )
    yield agent, "rdf:type", Iri(expanded("foaf:Organization"))
    yield agent, "foaf:name", Literal(publisher())
    yield catalogue, "rdf:type", Iri(expanded("dcat:Catalog"))
    for subject in (catalogue, dataset):
        yield from titled(subject, fictitious=bool(kept and kept.fictitious))
        yield subject, "dct:publisher", agent
        yield subject, "dct:license", Iri(LICENCE_URL)
        for language in ("FRA", "ENG"):
            yield subject, "dct:language", Iri(f"{EUROPE}/language/{language}")
    yield catalogue, "foaf:homepage", Iri(address())
    yield catalogue, "dcat:dataset", dataset
    yield from dataset_statements(dataset, kept)
    yield from service_statements(catalogue, dataset)
    for file in kept.files.values() if kept else ():
        yield from file_statements(dataset, file, kept)


def titled(subject: Iri, *, fictitious: bool) -> Iterator[Triple]:
    for language in ("fr", "en"):
        warning = f" {FICTITIOUS.in_(language)}" if fictitious else ""
        yield subject, "dct:title", Literal(TITLE.in_(language), language)
        yield subject, "dct:description", Literal(DESCRIPTION[language] + warning, language)


def dataset_statements(dataset: Iri, kept: Kept | None) -> Iterator[Triple]:
    yield dataset, "rdf:type", Iri(expanded("dcat:Dataset"))
    yield dataset, "dct:identifier", Literal(dataset.address)
    yield dataset, "dcat:landingPage", Iri(address())
    yield dataset, "dct:accrualPeriodicity", Iri(f"{EUROPE}/frequency/DAILY")
    yield dataset, "dct:accessRights", Iri(f"{EUROPE}/access-right/PUBLIC")
    yield dataset, "dct:spatial", Iri(f"{EUROPE}/country/FRA")
    for theme in ("ECON", "SOCI"):
        yield dataset, "dcat:theme", Iri(f"{EUROPE}/data-theme/{theme}")
    for language, words in KEYWORDS.items():
        for word in words:
            yield dataset, "dcat:keyword", Literal(word, language)
    if kept:
        yield dataset, "dct:modified", Literal(kept.made_at.isoformat(), datatype="xsd:dateTime")
        if kept.description["vintage"]:
            yield dataset, "dct:issued", Literal(kept.description["vintage"], datatype="xsd:date")


def service_statements(catalogue: Iri, dataset: Iri) -> Iterator[Triple]:
    service = Iri(address("#api"))
    yield catalogue, "dcat:service", service
    yield service, "rdf:type", Iri(expanded("dcat:DataService"))
    yield service, "dct:title", Literal("API de l'annuaire", "fr")
    yield service, "dct:title", Literal("API of the directory", "en")
    yield service, "dcat:endpointURL", Iri(f"{settings.PUBLIC_URL}/api/organisations")
    yield service, "dcat:endpointDescription", Iri(f"{settings.PUBLIC_URL}/api/openapi.json")
    yield service, "dcat:servesDataset", dataset


def file_statements(dataset: Iri, file: KeptFile, kept: Kept) -> Iterator[Triple]:
    here, checksum = Iri(address(f"#{file.form}")), Iri(address(f"#{file.form}-checksum"))
    media_type = FORMATS[file.form][0].split(";")[0]
    yield dataset, "dcat:distribution", here
    yield here, "rdf:type", Iri(expanded("dcat:Distribution"))
    yield here, "dct:title", Literal(file.path.name)
    yield here, "dcat:accessURL", Iri(address())
    yield here, "dcat:downloadURL", Iri(address(f"organisations.{file.form}"))
    yield here, "dcat:mediaType", Iri(f"https://www.iana.org/assignments/media-types/{media_type}")
    yield here, "dct:format", Iri(f"{EUROPE}/file-type/{FILE_TYPES[file.form]}")
    yield here, "dcat:byteSize", Literal(str(file.bytes), datatype="xsd:nonNegativeInteger")
    yield here, "dct:license", Iri(LICENCE_URL)
    yield here, "dct:modified", Literal(kept.made_at.isoformat(), datatype="xsd:dateTime")
    yield here, "spdx:checksum", checksum
    yield checksum, "rdf:type", Iri(expanded("spdx:Checksum"))
    yield checksum, "spdx:algorithm", Iri(expanded("spdx:checksumAlgorithm_sha256"))
    yield checksum, "spdx:checksumValue", Literal(file.sha256, datatype="xsd:hexBinary")
