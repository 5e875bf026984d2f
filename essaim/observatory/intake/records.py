"""Records and physical lines of a CSV, exactly as Python's csv module counts them.

Used when a file has something wrong in it, and to turn record numbers into line numbers for a report. A line
without a quote is a record by itself, which keeps this at some hundred thousand lines a second; one with a
quote goes through the csv module, which may take more lines for the same record.
"""

import codecs
import csv
import io
import re
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import BinaryIO, NamedTuple

from essaim.observatory.intake.sniff import FALLBACK, WINDOWS, Sniffed, opened

RECORD_LINES_MAX = 1_000
"""A quote still open after so many lines was never meant to be opened."""

WRONG_FIELD_COUNT = "wrong_field_count"
UNDECODABLE = "undecodable"
UNCLOSED_QUOTE = "unclosed_quote"


class Record(NamedTuple):
    """number: 1 = first after the header. line: physical, where it starts (the header starts on 1).

    row: its fields, or None when `text` (no quote in it) can be split on the delimiter as it is.
    fields: how many; problem: why it is rejected, or None. ended: a line end closes it.
    """

    number: int
    line: int
    text: str
    row: list[str] | None
    fields: int
    problem: str | None
    ended: bool


@contextmanager
def lines_of(raw: BinaryIO, encoding: str) -> Iterator[Iterator[str]]:
    """Physical lines with their ends; bytes that are not `encoding` come out as lone surrogates."""
    errors = FALLBACK if encoding == WINDOWS else "surrogateescape"
    text = io.TextIOWrapper(raw, encoding=encoding, errors=errors, newline="")
    try:
        yield text
    finally:
        text.detach()  # closing is the business of who opened


class Scanner:
    """Iterates over the records after the header of one CSV."""

    def __init__(self, lines: Iterator[str], delimiter: str) -> None:
        self.lines = lines
        self.delimiter = delimiter
        self.waiting: deque[str] = deque()
        self.line = 0
        self.ran_out = False
        self.expected = len(self._first())
        mark = re.escape(delimiter)
        field = f'(?:"(?:[^"]|"")*"|[^"{mark}]*)'
        self.whole = re.compile(f"{field}(?:{mark}{field}){{{max(self.expected - 1, 0)}}}")

    def _next(self) -> str | None:
        if self.waiting:
            return self.waiting.popleft()
        return next(self.lines, None)

    def _first(self) -> list[str]:
        while (line := self._next()) is not None:
            self.line += 1
            bare = line.removeprefix("\ufeff").removeprefix("\u00ef\u00bb\u00bf")
            if bare.strip("\r\n"):
                row, taken = self._quoted(bare)
                self.line += len(taken) - 1
                return row or []
        return []

    def _quoted(self, line: str) -> tuple[list[str] | None, list[str]]:
        """One record starting at `line`: its fields (None: csv cannot read it) and the lines it took."""
        taken = [line]
        self.ran_out = False

        def more() -> Iterator[str]:
            yield line
            while len(taken) < RECORD_LINES_MAX:
                following = self._next()
                if following is None:
                    break
                taken.append(following)
                yield following
            self.ran_out = True

        try:
            return next(csv.reader(more(), delimiter=self.delimiter, skipinitialspace=True), []), taken
        except csv.Error:
            self.ran_out = True
            return None, taken

    def _is_stray(self, row: list[str] | None, taken: list[str]) -> bool:
        """A quote that swallowed whole records: reject its own line only and read the others again."""
        if len(taken) == 1 or (row is not None and len(row) == self.expected and not self.ran_out):
            return False
        return self.ran_out or any(self._is_whole(line) for line in taken[1:])

    def _is_whole(self, line: str) -> bool:
        """The line is a record by itself, each field either without a quote or wholly quoted."""
        return self.whole.fullmatch(line.rstrip("\r\n")) is not None

    def __iter__(self) -> Iterator[Record]:
        number = 0
        delimiter, expected = self.delimiter, self.expected
        while (line := self._next()) is not None:
            self.line += 1
            bare = line.rstrip("\r\n")
            if not bare:
                continue
            number += 1
            ended = len(bare) != len(line)
            if '"' not in line:
                fields = bare.count(delimiter) + 1
                problem = None if fields == expected else WRONG_FIELD_COUNT
                yield Record(number, self.line, bare, None, fields, problem, ended)
                continue
            row, taken = self._quoted(line)
            if self._is_stray(row, taken):
                self.waiting.extendleft(reversed(taken[1:]))
                yield Record(number, self.line, bare, [], 0, UNCLOSED_QUOTE, ended)
                continue
            fields = len(row or ())
            problem = UNCLOSED_QUOTE if self.ran_out else None if fields == expected else WRONG_FIELD_COUNT
            ended = taken[-1].endswith(("\n", "\r"))
            yield Record(number, self.line, "".join(taken), row or [], fields, problem, ended)
            self.line += len(taken) - 1


def line_of(sniffed: Sniffed, records: Iterable[int]) -> dict[int, int]:
    """Physical line where each wanted record starts; reading stops at the last one.

    For Parquet, where there are no lines, the number itself.
    """
    wanted = set(records)
    if sniffed.format == "parquet" or not wanted:
        return {record: record for record in wanted}
    last = max(wanted)
    found: dict[int, int] = {}
    with opened(sniffed.path, sniffed.packing, sniffed.entry) as raw:
        # Only quotes, delimiters and line ends matter here: Latin-1 reads any bytes without an error.
        wide = raw.read(2) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    encoding = "utf-16" if wide else "latin-1"
    with opened(sniffed.path, sniffed.packing, sniffed.entry) as raw, lines_of(raw, encoding) as lines:
        for record in Scanner(lines, sniffed.delimiter):
            if record.number in wanted:
                found[record.number] = record.line
            if record.number >= last:
                break
    return found
