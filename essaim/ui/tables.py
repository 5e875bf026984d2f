"""A table as data: printed by ui/part/table.html, downloaded as CSV, set beside every chart."""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from essaim.law.text import Text
from essaim.ui import formats
from essaim.ui.spreadsheet import neutral, plain
from essaim.ui.words import language, say

Kind = Literal["text", "number", "percent", "euros", "date"]


@dataclass(frozen=True)
class Column:
    """`kind` decides alignment and formatting; `decimals` None lets the format choose."""

    label: Text | str
    kind: Kind = "text"
    decimals: int | None = None

    @property
    def is_number(self) -> bool:
        return self.kind in ("number", "percent", "euros")

    def show(self, value: object) -> str:
        if value is None:
            return formats.NOTHING
        if isinstance(value, Hidden):
            return say(value.reason)
        spoken = language()
        if self.is_number and isinstance(value, tuple):
            return formats.interval(*value, spoken)
        if self.kind == "number":
            return formats.number(value, spoken, self.decimals)
        if self.kind == "percent":
            return formats.percent(value, spoken, 1 if self.decimals is None else self.decimals)
        if self.kind == "euros":
            return formats.euros(value, spoken, self.decimals)
        if self.kind == "date":
            return formats.date_long(value, spoken)
        return say(value)


@dataclass(frozen=True)
class Hidden:
    """A cell that is not published, and why; it is hatched, never shown as zero."""

    reason: Text


@dataclass(frozen=True)
class Cell:
    text: str
    is_number: bool
    is_hidden: bool


@dataclass(frozen=True)
class Table:
    """`rows` hold raw values in the order of `columns`; the first column names the row.

    A value may be a `(low, high)` pair (high None when open) or `Hidden(reason)`.
    """

    columns: Sequence[Column]
    rows: Sequence[Sequence[object]]
    caption: Text | str = ""
    links: Sequence[str | None] = field(default_factory=tuple)

    @property
    def body(self) -> list[dict[str, object]]:
        """What the template prints: for each row its cells, and the link of its name if any."""
        return [
            {
                "cells": [
                    Cell(column.show(value), column.is_number, isinstance(value, Hidden))
                    for column, value in zip(self.columns, row, strict=True)
                ],
                "link": self.links[index] if index < len(self.links) else None,
            }
            for index, row in enumerate(self.rows)
        ]

    def lines(self) -> list[list[object]]:
        """What a file holds, header first: raw values, machine decimals; an interval takes two columns; a hidden cell
        its reason in brackets; a formula neutralised."""
        wide = [any(isinstance(row[i], tuple) for row in self.rows) for i in range(len(self.columns))]
        header: list[object] = []
        for column, is_wide in zip(self.columns, wide, strict=True):
            label = say(column.label)
            header += [f"{label} (min)", f"{label} (max)"] if is_wide else [label]
        found = [header]
        for row in self.rows:
            line: list[object] = []
            for value, is_wide in zip(row, wide, strict=True):
                line += raw(value, is_wide)
            found.append([neutral(cell) for cell in line])
        return found

    def as_csv(self) -> str:
        out = io.StringIO()
        csv.writer(out).writerows(self.lines())
        return out.getvalue()

    def as_xlsx(self) -> bytes:
        """One sheet named after the caption, its header in bold."""
        book = Workbook(write_only=True)
        sheet = book.create_sheet(re.sub(r"[\\/?*\[\]:]", " ", say(self.caption))[:31].strip() or None)
        for number, line in enumerate(self.lines()):
            cells = [
                WriteOnlyCell(sheet, value=plain(value) if isinstance(value, str) else value)
                for value in line
            ]
            for cell in cells:
                cell.font = Font(bold=number == 0)
            sheet.append(cells)
        out = io.BytesIO()
        book.save(out)
        return out.getvalue()


def raw(value: object, is_wide: bool) -> list[object]:
    if isinstance(value, tuple):
        return ["" if end is None else end for end in value]
    shown = f"[{say(value.reason)}]" if isinstance(value, Hidden) else "" if value is None else value
    shown = say(shown) if isinstance(shown, Text) else shown
    return [shown, ""] if is_wide else [shown]
