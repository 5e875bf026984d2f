"""Is every column the product reads in the file, and where."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path

from essaim.law.text import Text
from essaim.observatory.errors import WrongHeader
from essaim.observatory.sources.city_portal import ESTABLISHMENT_TITLES, OPTIONAL, UNIT_TITLES, key, titles
from essaim.observatory.sources.source import Source


def places(source: Source, header: Sequence[str]) -> dict[str, int]:
    """Official name -> position in the header, case and outer spaces aside; absent columns are left out."""
    at: dict[str, int] = {}
    for position, name in enumerate(header):
        at.setdefault(name.strip().lower(), position)
    return {c.name: at[c.name.lower()] for c in source.columns if c.name.lower() in at}


def likeness(source: Source, header: Sequence[str]) -> float:
    """Share of the source's required columns found in the header, 0 to 1."""
    if not source.required_columns:
        return 0.0
    found = places(source, header)
    return sum(name in found for name in source.required_columns) / len(source.required_columns)


def check_header(path: Path, source: Source, header: Sequence[str]) -> dict[str, int]:
    """`places`, once every required column is there; WrongHeader names the first missing one."""
    found = places(source, header)
    missing = [name for name in source.required_columns if name not in found]
    if missing:
        taken = set(found.values())
        spare = [name for position, name in enumerate(header) if position not in taken]
        raise wrong_header(path, missing, spare)
    return found


def wrong_header(path: Path, missing: Sequence[str], spare: Sequence[str]) -> WrongHeader:
    """`spare`: the columns of the file that are not expected, among which a renamed one may hide."""
    lowered = {name.lower(): name for name in spare if name}
    close = get_close_matches(missing[0].lower(), lowered, n=1, cutoff=0.5)
    others = len(missing) - 1
    fr, en = f"la colonne « {missing[0]} » manque", f"the column “{missing[0]}” is missing"
    if others:
        fr += f" (et {others} autre{'s' if others > 1 else ''})"
        en += f" (and {others} other{'s' if others > 1 else ''})"
    if close:
        hidden = lowered[close[0]]
        fr += (
            f" ; renommée en « {hidden} » ? Rendez-lui son nom officiel ou téléchargez de nouveau le fichier."
        )
        en += f"; renamed to “{hidden}”? Give it back its official name or download the file again."
    else:
        fr += ". Téléchargez de nouveau le fichier officiel."
        en += ". Download the official file again."
    return WrongHeader(Text(f"Impossible de lire « {path.name} » : {fr}", f"Cannot read “{path.name}”: {en}"))


def portal_places(header: Sequence[str]) -> dict[str, int]:
    """Official name (or name of `PLACE_TITLES`) -> position in a city portal's header."""
    at: dict[str, int] = {}
    for position, title in enumerate(header):
        at.setdefault(key(title), position)
    found: dict[str, int] = {}
    for name, known in titles().items():
        for title in known:
            if title in at:
                found[name] = at[title]
                break
    return found


def portal_missing(found: Mapping[str, int]) -> list[str]:
    """Titles (as portals write them) of the columns that are needed and not there."""
    needed = {**UNIT_TITLES, **ESTABLISHMENT_TITLES}
    return [known[0] for name, known in needed.items() if name not in OPTIONAL and name not in found]


def portal_likeness(header: Sequence[str]) -> float:
    """Share of a portal's needed columns found in the header, 0 to 1."""
    needed = {*UNIT_TITLES, *ESTABLISHMENT_TITLES} - OPTIONAL
    return 1 - len(portal_missing(portal_places(header))) / len(needed)
