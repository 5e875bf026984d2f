"""Which table: whoever had one stays there as long as they can."""

from collections.abc import Iterable, Mapping

from essaim.matching.meetings.problem import Meeting, Pair


def seated(
    cells: Iterable[tuple[Pair, int]], tables: int, kept: Mapping[tuple[Pair, int], int] | None = None
) -> tuple[Meeting, ...]:
    """Meetings, in order, from (pair, slot) cells. A kept cell keeps its table when it exists; a buyer then stays at
    the table of their meeting before; anyone else takes the first free one."""
    kept = kept or {}
    by_slot: dict[int, list[Pair]] = {}
    for pair, slot in cells:
        by_slot.setdefault(slot, []).append(pair)
    found, last = [], dict[int, int]()
    for slot, pairs in sorted(by_slot.items()):
        open_tables = list(range(1, tables + 1))
        given: dict[Pair, int] = {}
        for wanted in (
            {pair: kept[pair, slot] for pair in sorted(pairs) if (pair, slot) in kept},
            {pair: last[pair[0]] for pair in sorted(pairs) if pair[0] in last},
        ):
            for pair, table in wanted.items():
                if pair not in given and table in open_tables:
                    given[pair] = table
                    open_tables.remove(table)
        for pair in sorted(pairs):
            if pair not in given:
                given[pair] = open_tables.pop(0)
        for pair, table in given.items():
            last[pair[0]] = table
            found.append(Meeting(slot, table, *pair))
    return tuple(sorted(found))
