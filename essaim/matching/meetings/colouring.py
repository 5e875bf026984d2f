"""Meetings into slots: the edges of a bipartite graph coloured so that no two of one colour touch.

König (1916): as many colours as the busiest person has meetings are enough. Colours are then evened out, so that a
number of tables that is enough in total is enough in each slot.
"""

from collections.abc import Sequence

from essaim.matching.meetings.problem import Pair

Node = tuple[bool, int]
"""(is a supplier, key)"""


def colour(pairs: Sequence[Pair], colours: int) -> list[list[Pair]]:
    """The pairs, each once, in `colours` lists where nobody is twice, of lengths that differ by one at most.

    Raises ValueError when someone has more pairs than there are colours. About pairs x people steps at worst.
    """
    at: dict[Node, dict[int, Pair]] = {}
    for pair in pairs:
        buyer, supplier = at.setdefault((False, pair[0]), {}), at.setdefault((True, pair[1]), {})
        ours = _free(buyer, colours)
        theirs = _free(supplier, colours)
        if ours not in supplier:
            theirs = ours
        elif theirs not in buyer:
            ours = theirs
        if ours != theirs:
            # Walk from the supplier along the two colours; in a bipartite graph the walk never reaches the buyer.
            _swap(at, (True, pair[1]), ours, theirs)
        buyer[ours] = pair
        supplier[ours] = pair
    classes: list[list[Pair]] = [[] for _ in range(colours)]
    for node, coloured in at.items():
        if not node[0]:
            for number, pair in coloured.items():
                classes[number].append(pair)
    return sorted((sorted(each) for each in _evened(classes)), key=lambda each: (-len(each), each))


def _free(used: dict[int, Pair], colours: int) -> int:
    for each in range(colours):
        if each not in used:
            return each
    raise ValueError(f"someone has more than {colours} meetings for {colours} slots")


def _swap(at: dict[Node, dict[int, Pair]], start: Node, one: int, other: int) -> None:
    """Exchange two colours along the path that leaves `start` by colour `one`."""
    path, node, wanted = [], start, one
    while (pair := at[node].get(wanted)) is not None:
        path.append((pair, wanted))
        node = (not node[0], pair[0] if node[0] else pair[1])
        wanted = other if wanted == one else one
    for pair, was in path:
        for end in ((False, pair[0]), (True, pair[1])):
            if at[end].get(was) == pair:
                del at[end][was]
    for pair, was in path:
        for end in ((False, pair[0]), (True, pair[1])):
            at[end][other if was == one else one] = pair


def _evened(classes: list[list[Pair]]) -> list[list[Pair]]:
    """Move pairs from the longest list to the shortest along alternating paths until lengths differ by one at most."""
    while classes:
        longest = max(range(len(classes)), key=lambda each: (len(classes[each]), -each))
        shortest = min(range(len(classes)), key=lambda each: (len(classes[each]), each))
        if len(classes[longest]) - len(classes[shortest]) <= 1:
            break
        component = _longer_component(classes[longest], classes[shortest])
        one, other = set(classes[longest]), set(classes[shortest])
        classes[longest] = sorted((one - component) | (other & component))
        classes[shortest] = sorted((other - component) | (one & component))
    return classes


def _longer_component(longer: Sequence[Pair], shorter: Sequence[Pair]) -> set[Pair]:
    """A path of the two lists together with one pair more of the first: there is one, since the first is longer."""
    touching: dict[Node, list[Pair]] = {}
    for pair in (*longer, *shorter):
        touching.setdefault((False, pair[0]), []).append(pair)
        touching.setdefault((True, pair[1]), []).append(pair)
    first, seen = set(longer), set[Pair]()
    for start in longer:
        if start in seen:
            continue
        component, waiting = {start}, [start]
        while waiting:
            pair = waiting.pop()
            for end in ((False, pair[0]), (True, pair[1])):
                fresh = [each for each in touching[end] if each not in component]
                component.update(fresh)
                waiting.extend(fresh)
        seen |= component
        if 2 * len(component & first) > len(component):
            return component
    raise AssertionError("the longer list has a longer component")
