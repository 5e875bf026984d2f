"""Files that leave procurement: what is made up says so in the name of the file, and in every row of a table."""

from dataclasses import replace

from django.http import HttpResponse, JsonResponse

from essaim.law.text import Text
from essaim.procurement.queries.fictitious import is_fictitious
from essaim.ui.tables import Column, Table

FICTITIOUS = Text(
    "Données fictives, inventées pour la démonstration. Ne les citez pas.",
    "Fictitious data, made up for the demonstration. Do not quote.",
)


def signed(table: Table) -> Table:
    """The table, with a last column that says it when what it holds is made up."""
    if not is_fictitious():
        return table
    columns = [*table.columns, Column(Text("Avertissement", "Warning"))]
    return replace(table, columns=columns, rows=[(*row, FICTITIOUS) for row in table.rows])


def attached(answer: HttpResponse, name: str) -> HttpResponse:
    """The answer as a file of that name."""
    prefix = "fictif-" if is_fictitious() else ""
    answer["Content-Disposition"] = f'attachment; filename="{prefix}{name}"'
    return answer


def csv_file(table: Table, name: str) -> HttpResponse:
    """With the mark by which spreadsheets know UTF-8."""
    content = "\ufeff" + signed(table).as_csv()
    return attached(HttpResponse(content, content_type="text/csv; charset=utf-8"), name)


def json_file(content: object, name: str) -> HttpResponse:
    return attached(JsonResponse(content, json_dumps_params={"ensure_ascii": False, "indent": 1}), name)


def calendar_file(content: str, name: str) -> HttpResponse:
    return attached(HttpResponse(content, content_type="text/calendar; charset=utf-8"), name)
