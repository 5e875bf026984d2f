"""The message catalogues: `python scripts/messages.py update` after changing words, `compile` before serving.

French is written in the code and the templates. Each Django room keeps its English in
`essaim/<room>/locale/en/LC_MESSAGES/django.po`: `update` adds the new sentences, removes those that are gone
(nothing is guessed: a changed sentence must be translated anew), sorts, and writes no line numbers, so that two
branches rarely touch the same lines. `compile` turns what has changed into the `.mo` files Django reads.
"""

import io
import os
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

PACKAGE = Path(__file__).resolve().parents[1] / "essaim"
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
ENGLISH_PLURAL = "nplurals=2; plural=(n != 1);"


def rooms() -> list[Path]:
    """Rooms that speak through Django: those with templates, or with code that calls gettext."""
    return [room for room in sorted(PACKAGE.iterdir()) if (room / "apps.py").exists()]


def catalogue_of(room: Path) -> Path:
    return room / "locale" / "en" / "LC_MESSAGES" / "django.po"


def sentences(room: Path) -> Catalog:
    """Every French sentence of a room's code and templates, tests excluded."""
    found = Catalog(locale="en")
    for path in sorted(room.rglob("*.py")):
        if {"tests", "migrations"}.isdisjoint(path.relative_to(room).parts):
            for _, message, _, context in extract_from_file("python", path, keywords=KEYWORDS):
                found.add(message, context=context)
    pages, mails = room.rglob("templates/**/*.html"), room.rglob("templates/**/*.txt")
    for path in sorted([*pages, *mails]):
        code = as_python(path.read_text(encoding="utf-8"), str(path))
        for _, message, _, context in extract_code(code):
            found.add(message, context=context)
    return found


def as_python(template: str, origin: str) -> str:
    """A template as Django's own extractor sees it: only its translated strings, as calls."""
    # Django is imported here, so that `compile` needs no settings.
    from django.conf import settings  # noqa: PLC0415  # see above
    from django.utils.translation import templatize  # noqa: PLC0415  # see above

    if not settings.configured:
        settings.configure(USE_I18N=True)
    # What is not a sentence is blanked out but keeps its indentation, which means nothing here.
    return "\n".join(line.lstrip() for line in templatize(template, origin=origin).splitlines())


def extract_code(code: str) -> list[tuple]:
    from babel.messages.extract import extract  # noqa: PLC0415  # kept beside its use

    # Between brackets, so that the template's own indentation is not taken for Python's.
    return list(extract("python", io.BytesIO(f"(\n{code}\n)".encode()), keywords=KEYWORDS))


def read(path: Path) -> Catalog:
    if not path.exists():
        return Catalog(locale="en")
    with path.open("rb") as file:
        return read_po(file, locale="en")


def updated(room: Path) -> Catalog:
    """The room's sentences with the English already written for them."""
    known, fresh = read(catalogue_of(room)), sentences(room)
    kept = Catalog(
        locale="en",
        project="Essaim",
        header_comment="# English of this room. Written by scripts/messages.py update.",
    )
    kept.mime_headers = [
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Content-Transfer-Encoding", "8bit"),
        ("Language", "en"),
        ("Plural-Forms", ENGLISH_PLURAL),
    ]
    for message in fresh:
        if message.id:
            before = known.get(message.id, context=message.context)
            kept.add(message.id, string=before.string if before else None, context=message.context,
                     flags=python_format(message))  # fmt: skip
    return kept


def python_format(message: object) -> set[str]:
    return {"python-format"} if message.python_format else set()


def write(room: Path) -> tuple[int, int]:
    """Rewrite a room's catalogue; how many sentences, how many without English."""
    catalogue = updated(room)
    path = catalogue_of(room)
    if not len(catalogue):
        return 0, 0
    path.parent.mkdir(parents=True, exist_ok=True)
    text = io.BytesIO()
    write_po(
        text, catalogue, width=0, no_location=True, sort_output=True, omit_header=True, ignore_obsolete=True
    )
    header = (
        "# English of this room. Written by scripts/messages.py update.\n"
        'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'
        f'"Language: en\\n"\n"Plural-Forms: {ENGLISH_PLURAL}\\n"\n\n'
    )
    path.write_bytes(header.encode() + text.getvalue())
    return len(catalogue), len(missing(catalogue))


def missing(catalogue: Catalog) -> list[str]:
    """Sentences without English, or marked as doubtful."""
    return [
        message.id if isinstance(message.id, str) else message.id[0]
        for message in catalogue
        if message.id and (message.fuzzy or not all(as_tuple(message.string)))
    ]


def as_tuple(string: str | tuple[str, ...] | None) -> tuple[str, ...]:
    return string if isinstance(string, tuple) else (string or "",)


def compile_stale() -> int:
    """Write the `.mo` of each catalogue newer than it; how many were written. Safe when several run at once."""
    written = 0
    for room in rooms():
        source = catalogue_of(room)
        target = source.with_suffix(".mo")
        if not source.exists() or (
            target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns
        ):
            continue
        beside = target.with_suffix(f".{os.getpid()}.part")
        with beside.open("wb") as file:
            write_mo(file, read(source))
        beside.replace(target)
        written += 1
    return written


def main(arguments: list[str]) -> int:
    if arguments == ["compile"]:
        print(f"{compile_stale()} catalogue(s) compiled.")
        return 0
    if arguments == ["update"]:
        counts = {room.name: write(room) for room in rooms()}
        for name, (total, untranslated) in counts.items():
            if total:
                print(f"{name}: {total} sentences, {untranslated} without English")
        return 0
    print("Usage: python scripts/messages.py update|compile", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
