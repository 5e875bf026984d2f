"""Records, rejects and line numbers agree with Python's csv module, whatever the file is like."""

import csv
import io
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from essaim.observatory.intake.records import line_of
from essaim.observatory.intake.rejects import Reject
from essaim.observatory.intake.sniff import sniff
from essaim.observatory.intake.table import shelf, write_table
from essaim.observatory.progress import silent

WIDTH = 3
HEADER = ["siren", "nom", "commune"]
BROKEN = "\udce9"
"""A lone Latin-1 é once written: no valid UTF-8."""

fields = st.text(alphabet='ab0é" \t,;\n\r', max_size=6)
good_rows = st.lists(fields, min_size=WIDTH, max_size=WIDTH)
# No delimiter inside these: a line break in a bad row then never leaves a whole record on a line of its own.
plain_fields = st.text(alphabet='ab0é" \t\n', max_size=6)
bad_rows = st.lists(plain_fields, min_size=1, max_size=WIDTH + 2).filter(lambda row: len(row) != WIDTH)
broken_rows = st.lists(st.sampled_from(["x" + BROKEN, BROKEN + "1"]), min_size=WIDTH, max_size=WIDTH)


@dataclass(frozen=True)
class Document:
    rows: list[list[str]]
    delimiter: str
    ending: str
    quoting: int
    bom: bool
    blank_lines: bool
    ended: bool

    def bytes(self) -> bytes:
        out = io.StringIO(newline="")
        # A return alone is not quoted by the csv module, which then reads it as the end of a line.
        alone = self.ending == "\n" and any("\r" in field for row in self.rows for field in row)
        quoting = csv.QUOTE_ALL if alone else self.quoting
        writer = csv.writer(out, delimiter=self.delimiter, lineterminator=self.ending, quoting=quoting)
        for row in [HEADER, *self.rows]:
            writer.writerow(row)
            if self.blank_lines:
                out.write(self.ending)
        text = out.getvalue()
        if not self.ended and not self.blank_lines:
            text = text.removesuffix(self.ending)
        # A file is known to be UTF-8 by its accented lines: more of them than broken ones.
        accents = [row for row in self.rows if any(BROKEN in field for field in row)]
        text += (
            "".join(f"é{self.delimiter}é{self.delimiter}é{self.ending}" for _ in accents)
            if self.ended
            else ""
        )
        return text.encode("utf-8", "surrogateescape")


def documents(
    rows: st.SearchStrategy[list[str]], ended: st.SearchStrategy[bool]
) -> st.SearchStrategy[Document]:
    return st.builds(
        Document,
        rows=st.lists(rows, min_size=1, max_size=12),
        delimiter=st.sampled_from([",", ";"]),
        ending=st.sampled_from(["\n", "\r\n"]),
        quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
        bom=st.just(False),
        blank_lines=st.booleans(),
        ended=ended,
    )


def oracle(content: bytes, delimiter: str) -> tuple[list[tuple[int, list[str]]], list[tuple[int, int]]]:
    """(record, row) of each good row and (record, line) of each bad one, the slow obvious way."""
    text = io.TextIOWrapper(io.BytesIO(content), encoding="utf-8", errors="surrogateescape", newline="")
    reader = csv.reader(text, delimiter=delimiter, skipinitialspace=True)
    good, bad, record, start = [], [], -1, 1
    for row in reader:
        if row:
            record += 1
            if record and (len(row) != WIDTH or any(BROKEN in field for field in row)):
                bad.append((record, start))
            elif record:
                good.append((record, [field.strip() for field in row]))
        start = reader.line_num + 1
    return good, bad


def read(path: Path, work: Path) -> tuple[list[tuple[int, list[str]]], list[Reject]]:
    sniffed = sniff(path)
    select = ", ".join(f"c{at}" for at in range(WIDTH)) + ", record"
    with shelf(work, silent) as on:
        write_table(sniffed, select, work / "out.parquet", on)
        rows = pq.read_table(work / "out.parquet").to_pylist()
        return [(row["record"], [row[f"c{at}"].strip() for at in range(WIDTH)]) for row in rows], list(
            on.rejects
        )


def check(document: Document, folder: Path) -> None:
    path = folder / "file.csv"
    path.write_bytes(document.bytes())
    good, bad = oracle(path.read_bytes(), document.delimiter)
    if not good:
        return
    rows, rejects = read(path, folder / "work")
    assert rows == good
    assert [reject.line for reject in rejects] == [line for _, line in bad]
    lines = line_of(sniff(path), [record for record, _ in bad])
    assert lines == dict(bad)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(document=documents(good_rows, st.booleans()))
def test_a_sound_file_is_read_as_the_csv_module_reads_it(document: Document, tmp_path: Path) -> None:
    check(document, tmp_path)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(document=documents(good_rows | bad_rows | broken_rows, st.just(True)))
def test_bad_rows_are_named_by_their_line_and_the_others_keep_their_number(
    document: Document, tmp_path: Path
) -> None:
    check(document, tmp_path)


def rows_and_rejects(tmp_path: Path, content: str) -> tuple[list[tuple[int, list[str]]], list[Reject]]:
    path = tmp_path / "file.csv"
    path.write_text(content, encoding="utf-8", newline="")
    return read(path, tmp_path / "work")


def test_a_row_shifted_by_a_comma_is_rejected_even_when_its_last_field_is_empty(tmp_path: Path) -> None:
    content = "siren,nom,commune\n1,A,\n2,DUPONT, FILS,\n3,B,\n"
    rows, rejects = rows_and_rejects(tmp_path, content)
    assert rows == [(1, ["1", "A", ""]), (3, ["3", "B", ""])]
    assert rejects == [Reject("file.csv", 3, "wrong_field_count", "4 ≠ 3")]


def test_a_quote_never_closed_costs_its_own_line_only(tmp_path: Path) -> None:
    lines = ["siren,nom,commune", "1,A,59350", '2,"CAFE,59350', *(f"{n},C,59350" for n in range(3, 3000))]
    rows, rejects = rows_and_rejects(tmp_path, "\n".join(lines) + "\n")
    assert [record for record, _ in rows] == [1, *range(3, 3000)]
    assert rejects == [Reject("file.csv", 3, "unclosed_quote", "0 ≠ 3")]


def test_a_quote_closed_by_a_later_row_costs_only_the_rows_that_cannot_be_read(tmp_path: Path) -> None:
    content = 'siren,nom,commune\n1,"A,59350\n2,B,59350\n"3",C,59350\n4,E,59350\n'
    rows, rejects = rows_and_rejects(tmp_path, content)
    assert rows == [(2, ["2", "B", "59350"]), (3, ["3", "C", "59350"]), (4, ["4", "E", "59350"])]
    assert [(reject.line, reject.reason) for reject in rejects] == [(2, "unclosed_quote")]


def test_line_breaks_inside_quotes_shift_lines_and_not_records(tmp_path: Path) -> None:
    content = 'siren,nom,commune\n1,"A\r\nB\nC",59350\n2,bad\n3,C,59350\n4,too,many,fields\n'
    rows, rejects = rows_and_rejects(tmp_path, content)
    assert rows == [(1, ["1", "A\r\nB\nC", "59350"]), (3, ["3", "C", "59350"])]
    assert [reject.line for reject in rejects] == [5, 7]
    assert line_of(sniff(tmp_path / "file.csv"), [1, 3]) == {1: 2, 3: 6}


def test_many_records_keep_their_order_and_number(tmp_path: Path) -> None:
    """Larger than DuckDB's blocks, so that several threads read it."""
    lines = ["siren,nom,commune", *(f'{n},"N, {n}",{n % 7}' for n in range(1, 200_001))]
    rows, rejects = rows_and_rejects(tmp_path, "\n".join(lines) + "\n")
    assert [(record, int(row[0])) for record, row in rows] == [(n, n) for n in range(1, 200_001)]
    assert rejects == []


def test_line_of_reads_no_further_than_needed(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_text("a,b\n1,2\n3,4\n5,6\n", encoding="utf-8")
    assert line_of(sniff(path), []) == {}
    assert line_of(sniff(path), [2, 99]) == {2: 3}
