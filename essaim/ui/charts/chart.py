"""The charts of the pages. Each builder takes plain rows and words, and gives a drawing with its table.

A value is a number, None (not known) or `Hidden(reason)` (not published: hatched). Bars start at zero.
Words may be a Text or a string; they are said in the active language.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from essaim.law.text import Text
from essaim.ui.charts.drawing import FONT_SIZE, SMALL_SIZE, WIDTH, draw
from essaim.ui.colours import HATCHED, PALETTE, SERIES
from essaim.ui.tables import Column, Hidden, Kind, Table
from essaim.ui.words import say

Words = Text | str
Value = float | int | Hidden | None

LABEL_LINE = 22
BAR = 12
GAP = 16
HIDDEN_PART = 0.3  # a hidden bar keeps short, to leave room for its reason
NAMES = 150  # room kept at the right of compared bars for "12,3 %  Métropole européenne…"


@dataclass(frozen=True)
class Chart:
    """`svg` to print as is, `sentence` that says what it shows, `table` that holds what it draws."""

    svg: str
    sentence: Words
    table: Table

    @property
    def rows(self) -> Sequence[Sequence[object]]:
        return self.table.rows

    @property
    def columns(self) -> Sequence[Column]:
        return self.table.columns


def bars(
    rows: Sequence[tuple[Words, Value]],
    *,
    title: Words,
    sentence: Words,
    category: Words,
    measure: Words,
    kind: Kind = "number",
    decimals: int | None = None,
    colours: Sequence[str] | None = None,
) -> Chart:
    """One horizontal bar a row: its label above at the left, its value at the right.

    `colours` gives each row a role of the palette ("family-mutual"); one colour for all otherwise.
    """
    column = Column(measure, kind, decimals)
    marks: list[dict[str, object]] = []
    labels: list[dict[str, object]] = []
    top = 0.0
    largest = max((value for _, value in rows if is_known(value)), default=0) or 1
    for index, (label, value) in enumerate(rows):
        role = colours[index] if colours else SERIES[0]
        labels += line_of_words(top, say(label), column.show(value), is_hidden=isinstance(value, Hidden))
        marks += one_bar(top + LABEL_LINE, value, largest, WIDTH, role)
        top += LABEL_LINE + BAR + GAP
    table = Table([Column(category), column], [tuple(row) for row in rows], title)
    return Chart(picture(marks, labels, top - GAP, title, sentence), sentence, table)


def compared_bars(
    rows: Sequence[tuple[Words, Sequence[Value]]],
    *,
    series: Sequence[Words],
    title: Words,
    sentence: Words,
    category: Words,
    kind: Kind = "number",
    decimals: int | None = None,
) -> Chart:
    """Up to five series (territories) compared row by row; each bar says its value and whose it is."""
    if not 1 <= len(series) <= len(SERIES):
        raise ValueError(f"compare between 1 and {len(SERIES)} series, not {len(series)}")
    columns = [Column(name, kind, decimals) for name in series]
    largest = max((value for _, values in rows for value in values if is_known(value)), default=0) or 1
    room = WIDTH - NAMES
    marks: list[dict[str, object]] = []
    labels: list[dict[str, object]] = []
    top = 0.0
    for label, values in rows:
        labels += line_of_words(top, say(label), "")
        top += LABEL_LINE
        for role, column, value in zip(SERIES, columns, values, strict=False):
            marks += one_bar(
                top, value, largest, room * HIDDEN_PART if isinstance(value, Hidden) else room, role
            )
            end = (
                room * value / largest
                if is_known(value)
                else room * HIDDEN_PART
                if isinstance(value, Hidden)
                else 0
            )
            labels.append(
                words_at(
                    end + 6, top + BAR / 2, f"{column.show(value)}  {say(column.label)}", size=SMALL_SIZE, is_soft=True,
                    limit=WIDTH - end - 6,
                )
            )  # fmt: skip
            top += BAR + 6
        top += GAP - 6
    table = Table([Column(category), *columns], [(label, *values) for label, values in rows], title)
    return Chart(picture(marks, labels, top - GAP, title, sentence), sentence, table)


def intervals(
    rows: Sequence[tuple[Words, float | Hidden | None, float | None]],
    *,
    title: Words,
    sentence: Words,
    category: Words,
    measure: Words,
) -> Chart:
    """What is only known between two bounds. `high` None is an open top, drawn to the edge without its end."""
    column = Column(measure, "number")
    ends = [end for _, low, high in rows for end in (low, high) if is_known(end)]
    largest = (max(ends, default=0) or 1) * (1.15 if any(high is None for _, _, high in rows) else 1)
    marks: list[dict[str, object]] = []
    labels: list[dict[str, object]] = []
    top = 0.0
    cells: list[tuple[object, ...]] = []
    for label, low, high in rows:
        value = (low, high) if is_known(low) else low
        cells.append((label, value))
        labels += line_of_words(top, say(label), column.show(value), is_hidden=isinstance(low, Hidden))
        y = top + LABEL_LINE
        marks.append(block(0, y + BAR / 2 - 0.5, WIDTH, 1, "rule"))
        if is_known(low):
            start, end = WIDTH * low / largest, WIDTH * (largest if high is None else high) / largest
            marks.append(block(start, y, max(end - start, 2), BAR, SERIES[0]))
            marks += [
                block(x, y - 3, 2, BAR + 6, "ink") for x in ([start] if high is None else [start, end - 2])
            ]
        elif isinstance(low, Hidden):
            marks.append(block(0, y, WIDTH, BAR, None))
        top += LABEL_LINE + BAR + GAP
    table = Table([Column(category), column], cells, title)
    return Chart(picture(marks, labels, top - GAP, title, sentence), sentence, table)


def is_known(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def one_bar(top: float, value: Value, largest: float, room: float, role: str) -> list[dict[str, object]]:
    """The bar of a known value (a thin mark at zero so that nothing looks forgotten), or the hatching."""
    if isinstance(value, Hidden):
        return [block(0, top, room, BAR, None)]
    if not is_known(value):
        return []
    return [block(0, top, max(room * value / largest, 1.5), BAR, role)]


def block(x: float, y: float, width: float, height: float, role: str | None) -> dict[str, object]:
    """A rectangle in pixels; without a role it is hatched."""
    colour = HATCHED if role is None else PALETTE[role]
    return {"x": round(x, 2), "x2": round(x + width, 2), "y": y, "y2": y + height, "colour": colour}


def words_at(
    x: float,
    y: float,
    words: str,
    *,
    align: str = "left",
    size: float = FONT_SIZE,
    is_bold: bool = False,
    is_soft: bool = False,
    limit: float = WIDTH,
) -> dict[str, object]:
    style = (align, size, is_bold, is_soft, round(limit))
    return {"x": round(x, 2), "y": y, "words": words, "style": style}


def line_of_words(top: float, label: str, value: str, *, is_hidden: bool = False) -> list[dict[str, object]]:
    """The label at the left, the value at the right of the same line."""
    # About 8 px a character at 16 px: what the value takes is not left to the label.
    room = WIDTH - 8 * len(value) - 12 if value else WIDTH
    line = [words_at(0, top + 10, label, limit=max(room, 120))]
    if value:
        line.append(words_at(WIDTH, top + 10, value, align="right", is_bold=not is_hidden, is_soft=is_hidden))
    return line


def picture(
    blocks: Sequence[dict[str, object]],
    words: Sequence[dict[str, object]],
    height: float,
    title: Words,
    sentence: Words,
) -> str:
    """Rectangles and words as Vega-Lite layers, in pixels (`scale: null`), drawn."""
    raw = {"type": "quantitative", "scale": None, "axis": None}
    layers: list[dict[str, object]] = []
    for colour in dict.fromkeys(str(each["colour"]) for each in blocks):
        layers.append(
            {
                "data": {"values": [each for each in blocks if each["colour"] == colour]},
                "mark": {"type": "rect", "color": colour},
                "encoding": {
                    "x": raw | {"field": "x"}, "x2": {"field": "x2"}, "y": raw | {"field": "y"}, "y2": {"field": "y2"},
                },
            }
        )  # fmt: skip
    for style in dict.fromkeys(each["style"] for each in words):
        align, size, is_bold, is_soft, limit = style  # type: ignore[misc]  # words_at makes it
        layers.append(
            {
                "data": {
                    "values": [
                        {name: each[name] for name in ("x", "y", "words")}
                        for each in words
                        if each["style"] == style
                    ]
                },
                "mark": {
                    "type": "text",
                    "align": align,
                    "baseline": "middle",
                    "fontSize": size,
                    "fontWeight": 700 if is_bold else 400,
                    "color": PALETTE["ink-soft" if is_soft else "ink"],
                    "limit": limit,
                },
                "encoding": {
                    "x": raw | {"field": "x"},
                    "y": raw | {"field": "y"},
                    "text": {"field": "words"},
                },
            }
        )
    return draw(layers, height=max(height, 1), title=say(title), description=say(sentence))
