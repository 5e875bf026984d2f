"""What a file really is, read from its bytes and never from its name."""

import codecs
import csv
import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

import pyarrow as pa
import pyarrow.parquet as pq

from essaim.observatory.errors import UnreadableFile, unreadable

PEEK_BYTES = 1 << 18
BLOCK_BYTES = 1 << 22
DELIMITERS = ",;\t|"
BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
WINDOWS = "cp1252"
FALLBACK = "essaim_latin1"

# cp1252 leaves five bytes undefined; Latin-1 gives them a meaning, so that a Latin-1 file never fails.
codecs.register_error(
    FALLBACK,
    lambda error: (
        cast("UnicodeDecodeError", error)
        .object[cast("UnicodeDecodeError", error).start : cast("UnicodeDecodeError", error).end]
        .decode("latin-1"),
        cast("UnicodeDecodeError", error).end,
    ),
)

ZIP_FAILURES = (zipfile.BadZipFile, zlib.error, EOFError, gzip.BadGzipFile, NotImplementedError)


@dataclass(frozen=True, slots=True)
class Sniffed:
    """packing: "", "zip" or "gzip"; format: "csv" or "parquet"; delimiter and header as found.

    entry: name of the CSV inside the zip. size_bytes: of the CSV itself when known without unpacking.
    """

    path: Path
    format: str
    packing: str
    header: tuple[str, ...]
    delimiter: str = ","
    entry: str = ""
    size_bytes: int = 0


def sniff(path: Path) -> Sniffed:
    """Look at the beginning (and for Parquet the end) of a file.

    Raises UnreadableFile when it is empty, a web page, a cut Parquet or zip, or not a table.
    """
    with path.open("rb") as raw:
        head = raw.read(8)
    if not head:
        raise unreadable(
            path.name,
            "le fichier est vide. Téléchargez-le de nouveau.",
            "the file is empty. Download it again.",
        )
    if head[:4] == b"PAR1":
        return _sniff_parquet(path)
    if head[:2] == b"PK":
        return _sniff_zip(path)
    return _sniff_csv(path, "gzip" if head[:2] == b"\x1f\x8b" else "", "", path.stat().st_size)


def cut(path: Path) -> UnreadableFile:
    return unreadable(
        path.name,
        "le fichier est coupé ou abîmé (téléchargement interrompu ?). Téléchargez-le de nouveau : "
        "« essaim observatory fetch » reprend où il en était.",
        "the file is cut short or damaged (interrupted download?). Download it again: "
        "“essaim observatory fetch” resumes where it stopped.",
    )


def _sniff_parquet(path: Path) -> Sniffed:
    try:
        with pq.ParquetFile(path) as file:
            return Sniffed(path, "parquet", "", tuple(file.schema_arrow.names))
    except (pa.ArrowException, OSError) as error:
        if isinstance(error, PermissionError | FileNotFoundError):
            raise
        raise cut(path) from error


def _sniff_zip(path: Path) -> Sniffed:
    try:
        with zipfile.ZipFile(path) as archive:
            tables = [
                entry
                for entry in archive.infolist()
                if entry.filename.lower().endswith(".csv") and not entry.filename.startswith("__MACOSX")
            ]
    except ZIP_FAILURES as error:
        raise cut(path) from error
    if len(tables) != 1:
        raise unreadable(
            path.name,
            f"l'archive contient {len(tables)} fichiers CSV, il en faut un seul. Décompressez-la et donnez "
            "le bon fichier.",
            f"the archive holds {len(tables)} CSV files, it must hold exactly one. Unpack it and give the "
            "right file.",
        )
    return _sniff_csv(path, "zip", tables[0].filename, tables[0].file_size)


@contextmanager
def opened(path: Path, packing: str, entry: str) -> Iterator[BinaryIO]:
    """The bytes of the CSV itself, unpacked on the way; a damaged archive raises UnreadableFile."""
    try:
        if packing == "zip":
            with zipfile.ZipFile(path) as archive, archive.open(entry) as inside:
                yield cast("BinaryIO", inside)
        elif packing == "gzip":
            with gzip.open(path) as inside:
                yield cast("BinaryIO", inside)
        else:
            with path.open("rb") as raw:
                yield raw
    except ZIP_FAILURES as error:
        raise cut(path) from error
    except RuntimeError as error:  # zipfile's word for an encrypted entry
        if "encrypted" not in str(error):
            raise
        raise unreadable(
            path.name,
            "l'archive est protégée par un mot de passe. Décompressez-la d'abord.",
            "the archive is protected by a password. Unpack it first.",
        ) from error


def _sniff_csv(path: Path, packing: str, entry: str, size: int) -> Sniffed:
    with opened(path, packing, entry) as raw:
        head = raw.read(PEEK_BYTES)
    start = head.removeprefix(codecs.BOM_UTF8).lstrip()[:200].lower()
    if start.startswith((b"<!doctype", b"<html", b"<?xml", b"<head", b"<body")):
        raise unreadable(
            path.name,
            "c'est une page web enregistrée sous ce nom, pas un fichier de données. Ouvrez-la pour lire le "
            "message du site, puis téléchargez de nouveau.",
            "it is a web page saved under that name, not a data file. Open it to read the site's message, "
            "then download again.",
        )
    if not head.strip() or (
        b"\x00" in head[:1000] and not head.startswith(BOMS[1][0] + b"") and not (head.startswith(BOMS[2][0]))
    ):
        raise unreadable(
            path.name,
            "ce n'est ni un CSV, ni un zip, ni un Parquet. Donnez le fichier officiel.",
            "it is neither a CSV, nor a zip, nor a Parquet file. Give the official file.",
        )
    text = _decoded(head)
    first = text.lstrip("\ufeff").split("\n", 1)[0]
    delimiter = max(DELIMITERS, key=first.count)
    header = next(csv.reader(io.StringIO(text.lstrip("\ufeff"), newline=""), delimiter=delimiter), [])
    return Sniffed(path, "csv", packing, tuple(name.strip() for name in header), delimiter, entry, size)


def _decoded(head: bytes) -> str:
    for bom, encoding in BOMS:
        if head.startswith(bom):
            return head.decode(encoding, "replace")
    try:
        return codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return head.decode(WINDOWS, FALLBACK)


def encoding_of(path: Path) -> str:
    """ "utf-8", "cp1252" or "utf-16", from all the bytes of a CSV (about 1 GB a second).

    A file with more lines that are accented UTF-8 than lines that are not UTF-8 at all is a UTF-8 file
    with damaged lines, which will be rejected one by one; otherwise the whole file is Windows-1252, of which
    printed Latin-1 is a part.
    """
    accented = broken = 0
    rest = b""
    with path.open("rb") as raw:
        if raw.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            return "utf-16"
        raw.seek(0)
        while block := raw.read(BLOCK_BYTES):
            whole, line_end, rest_of_block = (rest + block).rpartition(b"\n")
            rest = rest_of_block
            accented, broken = _tally(whole + line_end, accented, broken)
    accented, broken = _tally(rest, accented, broken)
    return WINDOWS if broken > accented else "utf-8"


def _tally(block: bytes, accented: int, broken: int) -> tuple[int, int]:
    if block.isascii():
        return accented, broken
    for line in block.split(b"\n"):
        if line.isascii():
            continue
        try:
            line.decode("utf-8")
            accented += 1
        except UnicodeDecodeError:
            broken += 1
    return accented, broken
