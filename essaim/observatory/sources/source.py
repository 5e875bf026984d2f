"""What one official source is: who publishes it, where, under which licence, and its exact columns."""

from dataclasses import dataclass

from essaim.law.text import Text

LICENCE_OUVERTE = "Licence Ouverte 2.0 (Etalab)"
DATA_GOUV = "https://www.data.gouv.fr/api/1/datasets/r/{resource}"


@dataclass(frozen=True, slots=True)
class Column:
    """One column under its official name.

    parquet: its type in the published Parquet ("string", "int64", "date", "bool", "timestamp[us]").
    csv: how the same value is written in the CSV ("text", "integer", "YYYY-MM-DD", "true/false"...).
    required: the product cannot work without it; an older file may lack the others.
    """

    name: str
    parquet: str
    csv: str
    required: bool


@dataclass(frozen=True, slots=True)
class Resource:
    """One downloadable file. url: a stable address that always answers the newest publication."""

    file: str
    format: str
    url: str


@dataclass(frozen=True, slots=True)
class Source:
    """An official source. role: the table of the intake it feeds (None: reference only)."""

    id: str
    role: str | None
    title: Text
    publisher: str
    licence: str
    rhythm: Text
    page: str
    resources: tuple[Resource, ...]
    stem: str
    """File name expected in the person's folder, without its extension ("" when any name will do)."""
    columns: tuple[Column, ...]
    notes: Text
    needed: bool = False
    """A build cannot do without it."""

    @property
    def required_columns(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns if column.required)

    def resource(self, format: str | None = None) -> Resource | None:
        """The file to fetch: in `format` when given, else the first (the lightest to read)."""
        for resource in self.resources:
            if format in (None, resource.format):
                return resource
        return None

    def describe(self, language: str) -> str:
        """A few lines a person can read in a terminal."""
        words = {
            "fr": ("Éditeur", "Licence", "Rythme", "Page", "Fichier", "Colonnes lues"),
            "en": ("Publisher", "Licence", "Rhythm", "Page", "File", "Columns read"),
        }["en" if language[:2].lower() == "en" else "fr"]
        lines = [f"{self.id} : {self.title.in_(language)}"]
        lines.append(f"  {words[0]}: {self.publisher}. {words[1]}: {self.licence}.")
        lines.append(f"  {words[2]}: {self.rhythm.in_(language)}. {words[3]}: {self.page}")
        lines += [f"  {words[4]} ({r.format}): {r.file} <- {r.url}" for r in self.resources]
        if self.required_columns:
            lines.append(f"  {words[5]}: {', '.join(self.required_columns)}")
        lines.append(f"  {self.notes.in_(language)}")
        return "\n".join(lines)


def data_gouv(stem: str, **resources: str) -> tuple[Resource, ...]:
    """Resources given as format=resource id on data.gouv.fr."""
    return tuple(
        Resource(f"{stem}.{format}", format, DATA_GOUV.format(resource=resource))
        for format, resource in resources.items()
    )


CSV_FORM = {
    "string": "text",
    "int64": "integer",
    "date": "YYYY-MM-DD",
    "bool": "true/false",
    "timestamp[us]": "YYYY-MM-DDTHH:MM:SS",
    "double": "decimal",
}


def columns(layout: str, required: frozenset[str] | set[str]) -> tuple[Column, ...]:
    """Columns from lines "name [type]"; string when no type is written."""
    made = []
    for line in layout.split("\n"):
        if words := line.split(maxsplit=1):
            kind = words[1] if len(words) > 1 else "string"
            made.append(Column(words[0], kind, CSV_FORM[kind], words[0] in required))
    return tuple(made)
