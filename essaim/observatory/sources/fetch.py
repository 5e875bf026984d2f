"""Downloads that survive a cut line: what was received is kept, and the next run asks for the rest only.

While it comes, a file is `NAME.part` with `NAME.part.json` (address, entity tag) beside it. Once whole it
takes its name in one step, with `NAME.source.json` (address, date, size, SHA-256, entity tag, vintage).
"""

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import httpx

from essaim.law.text import Text
from essaim.observatory.errors import FetchError, explained
from essaim.observatory.intake.provenance import DATE_IN_NAME, blocks, read_note, write_note
from essaim.observatory.progress import Tell, silent
from essaim.observatory.sources.source import Resource

CHUNK_BYTES = 1 << 20
TIMEOUT = httpx.Timeout(60.0, connect=20.0)
PART_SUFFIX = ".part"


@dataclass(frozen=True, slots=True)
class Fetched:
    """A whole file. new: false when the one already there is still what the publisher serves."""

    path: Path
    url: str
    sha256: str
    size_bytes: int
    new: bool


def fetch(
    resource: Resource,
    to: Path,
    progress: Tell = silent,
    expected_sha256: str | None = None,
    client: httpx.Client | None = None,
) -> Fetched:
    """Download `resource` into the folder `to`, resuming an earlier attempt when the file has not changed.

    Raises FetchError (refused, cut, checksum), DiskFull, Interrupted; the part received stays for the next
    run, except when its checksum is wrong. `client`: another way to reach the network (tests).
    """
    to.mkdir(parents=True, exist_ok=True)
    path = to / resource.file
    with explained(str(to)):
        own = client is None
        browser = client or httpx.Client(timeout=TIMEOUT, follow_redirects=True)
        try:
            return _fetch(browser, resource.url, path, progress, expected_sha256)
        except httpx.HTTPError as error:
            raise _cut(resource.url, path, str(error) or type(error).__name__) from error
        finally:
            if own:
                browser.close()


def _fetch(client: httpx.Client, url: str, path: Path, tell: Tell, expected: str | None) -> Fetched:
    part = path.with_name(path.name + PART_SUFFIX)
    headers, have = _what_to_ask(url, path, part)
    with client.stream("GET", url, headers=headers) as answer:
        if answer.status_code == httpx.codes.NOT_MODIFIED:
            note = read_note(path)
            return Fetched(path, url, str(note["sha256"]), path.stat().st_size, new=False)
        if answer.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE and have:
            # The part is longer than what is served now: it belongs to another publication.
            _forget(part)
            return _fetch(client, url, path, tell, expected)
        if answer.status_code not in (httpx.codes.OK, httpx.codes.PARTIAL_CONTENT):
            raise _refused(url, answer.status_code)
        resumed = answer.status_code == httpx.codes.PARTIAL_CONTENT and _starts_at(answer, have)
        if answer.status_code == httpx.codes.PARTIAL_CONTENT and not resumed:
            _forget(part)
            return _fetch(client, url, path, tell, expected)
        size = _receive(answer, url, path, part, have if resumed else 0, tell)
        received = part.stat().st_size
        if size is not None and received != size:
            raise _cut(url, path, f"{received} / {size}")
        facts = {"url": url, "final_url": str(answer.url), **_stamps(answer)}
    return _keep(path, part, facts, expected)


def _what_to_ask(url: str, path: Path, part: Path) -> tuple[dict[str, str], int]:
    """Request headers and how many bytes are already here."""
    headers = {"Accept-Encoding": "identity", "User-Agent": "essaim (open data; +https://www.data.gouv.fr)"}
    started = _read(part)
    stamp = started.get("etag") or started.get("last_modified")
    if part.exists() and started.get("url") == url and stamp and (have := part.stat().st_size):
        return headers | {"Range": f"bytes={have}-", "If-Range": stamp}, have
    _forget(part)
    note = read_note(path)
    # Validators are only worth something for the file they were noted about.
    if path.exists() and note.get("url") == url and note.get("size_bytes") == path.stat().st_size:
        if note.get("etag"):
            headers["If-None-Match"] = note["etag"]
        elif note.get("last_modified"):
            headers["If-Modified-Since"] = note["last_modified"]
    return headers, 0


def _starts_at(answer: httpx.Response, have: int) -> bool:
    return bool(answer.headers.get("content-range", "").startswith(f"bytes {have}-"))


def _receive(answer: httpx.Response, url: str, path: Path, part: Path, have: int, tell: Tell) -> int | None:
    """Append (or write) the body to the part; the whole size when the server says it."""
    length = answer.headers.get("content-length")
    size = have + int(length) if length is not None and length.isdigit() else None
    about = {"url": url, **_stamps(answer)}
    _part_note(part).write_text(json.dumps(about), encoding="utf-8")
    step = Text(f"Téléchargement de {path.name}", f"Downloading {path.name}")
    with part.open("ab" if have else "wb") as out:
        done = have
        tell(step, done, size)
        for block in answer.iter_raw(CHUNK_BYTES):
            out.write(block)
            done += len(block)
            tell(step, done, size)
        out.flush()
        os.fsync(out.fileno())
    return size


def _keep(path: Path, part: Path, facts: dict[str, Any], expected: str | None) -> Fetched:
    """Check the whole part and give it its name; a wrong checksum throws it away and keeps the old file."""
    digest = hashlib.sha256()
    for block in blocks(part):
        digest.update(block)
    sha256 = digest.hexdigest()
    if expected is not None and sha256 != expected:
        _forget(part)
        raise FetchError(
            Text(
                f"« {path.name} » reçu de {facts['url']} n'a pas l'empreinte attendue : il est écarté et "
                "rien n'est changé. Relancez ; si cela recommence, l'éditeur a changé le fichier.",
                f"“{path.name}” received from {facts['url']} does not have the expected checksum: it is "
                "thrown away and nothing is changed. Try again; if it happens again, the publisher changed "
                "the file.",
            )
        )
    size = part.stat().st_size
    part.replace(path)
    _part_note(part).unlink(missing_ok=True)
    write_note(path, **facts, sha256=sha256, fetched_at=datetime.now(UTC).isoformat(timespec="seconds"))
    return Fetched(path, str(facts["url"]), sha256, size, new=True)


def _stamps(answer: httpx.Response) -> dict[str, str]:
    """What identifies this publication: entity tag, date, and the vintage they imply (ISO date)."""
    stamps = {}
    etag, modified = answer.headers.get("etag"), answer.headers.get("last-modified")
    if etag and not etag.startswith("W/"):
        stamps["etag"] = etag
    if modified:
        stamps["last_modified"] = modified
    if vintage := _vintage(str(answer.url), modified):
        stamps["vintage"] = vintage
    return stamps


def _vintage(url: str, modified: str | None) -> str | None:
    """The date in the address the publisher redirects to (…/20261101-063012/…), else its Last-Modified."""
    if found := DATE_IN_NAME.search(url):
        year, month, day = (part or "01" for part in found.groups())
        return f"{year}-{month}-{day}"
    if modified is None:
        return None
    try:
        return parsedate_to_datetime(modified).date().isoformat()
    except ValueError:
        return None


def _part_note(part: Path) -> Path:
    return part.with_name(part.name + ".json")


def _read(part: Path) -> dict[str, Any]:
    try:
        note = json.loads(_part_note(part).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return note if isinstance(note, dict) else {}


def _forget(part: Path) -> None:
    for path in _files(part):
        path.unlink(missing_ok=True)


def _files(part: Path) -> Iterator[Path]:
    yield part
    yield _part_note(part)


def _refused(url: str, status: int) -> FetchError:
    return FetchError(
        Text(
            f"Le serveur refuse {url} (réponse {status}). Vérifiez l'adresse sur la page de la source "
            "(« essaim observatory sources »), ou réessayez plus tard.",
            f"The server refuses {url} (answer {status}). Check the address on the source's page (“essaim "
            "observatory sources”), or try again later.",
        )
    )


def _cut(url: str, path: Path, why: str) -> FetchError:
    return FetchError(
        Text(
            f"Le téléchargement de « {path.name} » s'est arrêté ({why}). Ce qui est arrivé est gardé : "
            "relancez la même commande pour continuer.",
            f"The download of “{path.name}” stopped ({why}). What has arrived is kept: run the same command "
            f"again to go on. Address: {url}",
        )
    )
