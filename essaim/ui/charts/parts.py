"""Charts of a whole cut in parts, and of years."""

from collections.abc import Sequence

from essaim.law.text import Text
from essaim.ui.charts.chart import Chart, Value, Words, block, is_known, line_of_words, picture, words_at
from essaim.ui.charts.drawing import SMALL_SIZE, WIDTH
from essaim.ui.colours import SERIES
from essaim.ui.tables import Column, Hidden, Table
from essaim.ui.words import say

STRIP = 34
LINE = 28
SWATCH = 14
CREATIONS = Text("Créations", "Openings")
CLOSURES = Text("Fermetures", "Closures")


def strip(
    rows: Sequence[tuple[Words, Value]],
    *,
    title: Words,
    sentence: Words,
    category: Words,
    measure: Words,
    colours: Sequence[str] = SERIES,
) -> Chart:
    """One strip of 100 %, then a line for each part: its colour, its name, its number and its share.

    Shares are those of the published parts; a hidden one is listed and hatched, at no width of its own.
    """
    count, share = Column(measure, "number"), Column(Text("Part", "Share"), "percent")
    total = sum(value for _, value in rows if is_known(value))
    blocks: list[dict[str, object]] = []
    words: list[dict[str, object]] = []
    cells: list[tuple[object, ...]] = []
    x, top = 0.0, STRIP + 18.0
    for index, (label, value) in enumerate(rows):
        role = colours[index % len(colours)]
        part = 100 * value / total if is_known(value) and total else None
        if part:
            width = WIDTH * part / 100
            # A thread of paper between neighbours: parts are told apart without their colours.
            blocks.append(block(x, 0, max(width - 1.5, 0.75), STRIP, role))
            x += width
        shown = f"{count.show(value)}  ·  {share.show(part)}" if part is not None else count.show(value)
        is_hidden = isinstance(value, Hidden)
        blocks.append(block(0, top + 3, SWATCH, SWATCH, None if is_hidden else role))
        line = line_of_words(top, say(label), shown, is_hidden=is_hidden)
        line[0]["x"] = SWATCH + 10
        words += line
        cells.append((label, value, value if is_hidden else part))
        top += LINE
    table = Table([Column(category), count, share], cells, title)
    return Chart(picture(blocks, words, top, title, sentence), sentence, table)


def years(
    rows: Sequence[tuple[int, Value, Value]],
    *,
    title: Words,
    sentence: Words,
    up: Words = CREATIONS,
    down: Words = CLOSURES,
) -> Chart:
    """What opens goes up, what closes goes down, from one zero line and on one scale; a number at each end."""
    up_known = any(value is not None for _, value, _ in rows)
    down_known = any(value is not None for _, _, value in rows)
    largest = max((v for row in rows for v in row[1:] if is_known(v)), default=0) or 1
    deepest = max((v for *_, v in rows if is_known(v)), default=0)
    half = 96.0
    zero = half + 40
    foot = zero + (max(half * deepest / largest, half / 3) + 36 if down_known else 16)
    step = WIDTH / max(len(rows), 1)
    width = min(step * 0.62, 40)
    # Numbers stand at every bar while they fit; beyond that at one bar in so many, the last always.
    every = max(1, round(len(rows) * 8 * len(f"{largest:,.0f}") / WIDTH + 0.49))
    blocks = [block(0, zero - 0.5, WIDTH, 1, "ink-soft")]
    words = [words_at(0, 8, say(up), is_bold=True)] if up_known else []
    for index, (year, opened, closed) in enumerate(rows):
        middle = step * (index + 0.5)
        is_labelled = (len(rows) - 1 - index) % every == 0
        for value, direction, role in ((opened, -1, "leaf"), (closed, 1, "brick")):
            if isinstance(value, Hidden):
                start = zero - half / 3 if direction < 0 else zero
                blocks.append(block(middle - width / 2, start, width, half / 3, None))
            elif is_known(value):
                size = max(half * value / largest, 1.5)
                start = zero - size if direction < 0 else zero
                blocks.append(block(middle - width / 2, start, width, size, role))
                if is_labelled:
                    end = zero + direction * (size + 11)
                    words.append(
                        words_at(
                            middle, end, Column("", "number").show(value), align="center", size=SMALL_SIZE
                        )
                    )
        if is_labelled:
            words.append(words_at(middle, foot, str(year), align="center", size=SMALL_SIZE, is_soft=True))
    if down_known:
        words.append(words_at(0, foot + 22, say(down), is_bold=True))
    table = Table([Column(Text("Année", "Year")), Column(up, "number"), Column(down, "number")],
                  [(str(year), opened, closed) for year, opened, closed in rows], title)  # fmt: skip
    height = foot + (34 if down_known else 10)
    return Chart(picture(blocks, words, height, title, sentence), sentence, table)
