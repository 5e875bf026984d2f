"""Teams of suppliers, when nobody answers a lot alone: the smallest sets that hold every activity in every place."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

Piece = tuple[str, str]
"""(activity, place): one piece of what is asked."""
LARGEST = 4
POOL = 24
"""Four among 24 makes 10,626 sets: all are looked at."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """`holds`: the pieces it answers; `jobs`: head-count it can bring, None when unknown; `points`: its score;
    `draw`: the day's, which settles ties."""

    organisation_id: int
    holds: frozenset[Piece]
    jobs: int | None
    points: int
    draw: int = 0


@dataclass(frozen=True, slots=True)
class Team:
    """`members` best first; `jobs`: known head-counts added up; `unknown`: members whose head-count is not known."""

    members: tuple[Candidate, ...]
    jobs: int
    unknown: int

    def brings(self, member: Candidate) -> frozenset[Piece]:
        """The pieces that this member alone answers in the team."""
        others = frozenset().union(*(one.holds for one in self.members if one is not member))
        return member.holds - others


def smallest_teams(
    pieces: frozenset[Piece], candidates: Sequence[Candidate], *, jobs: int | None, most: int = 3
) -> list[Team]:
    """The smallest sets of at most four that hold every piece and the head-count (an unknown one never makes a set
    too small, it is said). Empty when one answers alone, or when no set of four does. Ranked by total points, then by
    the draw. Candidates beyond the pool of 24 best are left out: best of each piece first.
    """
    pool = _pool(pieces, candidates)
    for size in range(1, LARGEST + 1):
        found = [Team(*_team(some)) for some in combinations(pool, size) if _is_enough(some, pieces, jobs)]
        if found:
            return [] if size == 1 else sorted(found, key=_rank)[:most]
    return []


def _is_enough(some: Sequence[Candidate], pieces: frozenset[Piece], jobs: int | None) -> bool:
    if not pieces <= frozenset().union(*(one.holds for one in some)):
        return False
    if jobs is None or any(one.jobs is None for one in some):
        return True
    return sum(one.jobs or 0 for one in some) >= jobs


def _team(some: Sequence[Candidate]) -> tuple[tuple[Candidate, ...], int, int]:
    members = tuple(sorted(some, key=_order))
    return members, sum(one.jobs or 0 for one in members), sum(one.jobs is None for one in members)


def _pool(pieces: frozenset[Piece], candidates: Sequence[Candidate]) -> list[Candidate]:
    """Turn by turn, the best of each piece not yet taken."""
    queues = [
        [one for one in sorted(candidates, key=_order) if piece in one.holds] for piece in sorted(pieces)
    ]
    pool: dict[int, Candidate] = {}
    while any(queues) and len(pool) < POOL:
        for queue in queues:
            while queue and queue[0].organisation_id in pool:
                queue.pop(0)
            if queue and len(pool) < POOL:
                taken = queue.pop(0)
                pool[taken.organisation_id] = taken
    return list(pool.values())


def _order(one: Candidate) -> tuple[int, int, int]:
    return -one.points, one.draw, one.organisation_id


def _rank(team: Team) -> tuple[int, int, tuple[int, ...]]:
    return (
        -sum(one.points for one in team.members),
        sum(one.draw for one in team.members),
        tuple(one.organisation_id for one in team.members),
    )
