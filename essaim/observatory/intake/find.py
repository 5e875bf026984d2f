"""Which file of a folder plays which role: by its header, else by its name."""

import re
from dataclasses import dataclass
from pathlib import Path

from essaim.law.text import Text
from essaim.observatory.errors import MissingFile, SourceError, UnreadableFile, unreadable
from essaim.observatory.intake.header import (
    likeness,
    portal_likeness,
    portal_missing,
    portal_places,
    wrong_header,
)
from essaim.observatory.intake.provenance import DATE_IN_NAME, NOTE_SUFFIX
from essaim.observatory.intake.sniff import Sniffed, sniff
from essaim.observatory.sources import sirene_establishments, sirene_geolocation, sirene_history, sirene_units
from essaim.observatory.sources.city_portal import key
from essaim.observatory.sources.ess_france import SOURCE as ESS_FRANCE
from essaim.observatory.sources.source import Source

OFFICIAL: tuple[Source, ...] = (
    sirene_units.SOURCE,
    sirene_establishments.SOURCE,
    sirene_geolocation.SOURCE,
    sirene_history.SOURCE,
    ESS_FRANCE,
)
BY_ROLE = {source.role: source for source in OFFICIAL if source.role}

NAMES = {
    "units": re.compile(r"stockunitelegale(?!historique)", re.I),
    "establishments": re.compile(r"stocketablissement(?!historique|lienssuccession)", re.I),
    "history": re.compile(r"stocketablissementhistorique", re.I),
    "geolocation": re.compile(r"geolocalisationetablissement", re.I),
    "ess_list": re.compile(r"liste[-_ ]des[-_ ]entreprises[-_ ]de[-_ ]l[-_ ]?ess|ess[-_]?france", re.I),
}
QPV_NAME = re.compile(r"(qpv|qp20\d\d)", re.I)
QPV_SUFFIXES = (".geojson", ".json", ".gpkg", ".shp", ".parquet", ".zip")
TABLES = (".csv", ".txt", ".zip", ".gz", ".parquet")
LIKE = 0.8
"""Share of the needed columns from which a header is recognised whatever the file's name."""


@dataclass(frozen=True, slots=True)
class Found:
    """files: role -> what was seen of its file; roles of OFFICIAL plus "portal" and "regional"."""

    files: dict[str, Sniffed]
    qpv: Path | None


def find(source: Path) -> Found:
    """The files to read under a folder, or the one file given.

    Raises MissingFile (what is needed, what was seen) or the reason why a needed file cannot be read.
    """
    if source.is_file():
        return _alone(source)
    if not source.is_dir():
        raise MissingFile(
            Text(
                f"Le dossier « {source} » n'existe pas. Donnez celui où sont les fichiers officiels.",
                f"The folder “{source}” does not exist. Give the one holding the official files.",
            )
        )
    candidates: dict[str, list[Sniffed]] = {}
    unreadables: list[UnreadableFile] = []
    qpv = None
    seen = sorted(path for path in source.iterdir() if path.is_file())
    for path in seen:
        if path.name.endswith(NOTE_SUFFIX):
            continue
        if QPV_NAME.match(path.name) and path.suffix.lower() in QPV_SUFFIXES:
            qpv = path
        elif path.suffix.lower() in TABLES:
            try:
                sniffed = sniff(path)
            except UnreadableFile as error:
                if _role_by_name(path):
                    raise
                unreadables.append(error)
                continue
            if role := role_of(sniffed):
                candidates.setdefault(role, []).append(sniffed)
    files = {role: _best(list_) for role, list_ in candidates.items()}
    if {"units", "establishments"} <= files.keys():
        files.pop("portal", None)
    elif "portal" not in files:
        raise _missing(source, seen, files, unreadables)
    else:
        files.pop("units", None)
        files.pop("establishments", None)
    return Found(files, qpv)


def role_of(sniffed: Sniffed) -> str | None:
    """The header decides when it is clear; else the name, and the header check will say what is missing."""
    scores = {role: likeness(source, sniffed.header) for role, source in BY_ROLE.items()}
    portal = portal_likeness(sniffed.header) if sniffed.format == "csv" else 0.0
    named = _role_by_name(sniffed.path)
    best = max(scores, key=lambda role: (scores[role], role == named))
    if portal >= LIKE and portal > scores[best]:
        return "portal"
    if scores[best] >= LIKE:
        return best
    if _is_regional(sniffed):
        return "regional"
    return named


def _role_by_name(path: Path) -> str | None:
    return next((role for role, pattern in NAMES.items() if pattern.match(path.name)), None)


def _is_regional(sniffed: Sniffed) -> bool:
    titles = {key(title) for title in sniffed.header}
    return sniffed.format == "csv" and "siren" in titles and bool(titles & {"famille", "family"})


def _best(candidates: list[Sniffed]) -> Sniffed:
    """The latest by the date in the name, then Parquet before CSV before archives."""

    def rank(sniffed: Sniffed) -> tuple[str, int, str]:
        dated = DATE_IN_NAME.search(sniffed.path.name)
        lightness = 2 if sniffed.format == "parquet" else 0 if sniffed.packing else 1
        return (dated.group() if dated else "", lightness, sniffed.path.name)

    return max(candidates, key=rank)


def _alone(path: Path) -> Found:
    sniffed = sniff(path)
    if sniffed.format != "csv" or portal_likeness(sniffed.header) < LIKE:
        raise unreadable(
            path.name,
            "seul, ce fichier ne suffit pas : il faut un dossier avec les unités légales et les "
            "établissements, ou l'export SIRENE d'un portail de ville.",
            "alone, this file is not enough: give a folder with the legal units and the establishments, or a "
            "city portal's SIRENE export.",
        )
    if missing := portal_missing(found := portal_places(sniffed.header)):
        taken = set(found.values())
        spare = [title for position, title in enumerate(sniffed.header) if position not in taken]
        raise wrong_header(path, missing, spare)
    return Found({"portal": sniffed}, None)


def _missing(
    folder: Path, seen: list[Path], files: dict[str, Sniffed], unreadables: list[UnreadableFile]
) -> SourceError:
    """Say the most useful thing: an unfinished download, an unreadable file, else what is needed."""
    for path in seen:
        if path.suffix == ".part" and _role_by_name(path):
            return unreadable(
                path.name,
                "le téléchargement n'est pas fini. Relancez « essaim observatory fetch » : il reprend où "
                "il en était.",
                "the download is not finished. Run “essaim observatory fetch” again: it resumes where it "
                "stopped.",
            )
    if unreadables:
        return unreadables[0]
    needed = [BY_ROLE[role].stem for role in ("units", "establishments") if role not in files]
    names = ", ".join(path.name for path in seen[:8]) or "—"
    wanted = " + ".join(f"{stem}.parquet|csv|zip" for stem in needed)
    return MissingFile(
        Text(
            f"Il manque {wanted} dans « {folder} » (vu : {names}). Téléchargez les fichiers avec « essaim "
            "observatory fetch », ou donnez l'export SIRENE d'un portail de ville.",
            f"{wanted} is missing from “{folder}” (seen: {names}). Download the files with “essaim "
            "observatory fetch”, or give a city portal's SIRENE export.",
        )
    )
