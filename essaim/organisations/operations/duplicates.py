"""Possible duplicates: looked for across the directory, judged by a person."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from essaim.accounts import journal
from essaim.accounts.models import User
from essaim.law.text import ExplainedError, Text
from essaim.organisations import permissions
from essaim.organisations.models import DuplicatePair
from essaim.organisations.queries.comparable import facts_of
from essaim.organisations.queries.decisions import already_decided
from essaim.organisations.rules.duplicates import PROPOSE_FROM, Likeness, candidate_pairs, compare

BATCH_ROWS = 1_000
TELL_EVERY = 20_000
Progress = Callable[[int], None]


class PairRefused(ExplainedError):
    """The pair cannot be judged so."""


@dataclass(frozen=True, slots=True)
class Search:
    """What one search did. `gone`: open pairs whose records are no longer alike, or no longer public."""

    records: int
    compared: int
    proposed: int
    reopened: int
    changed: int
    gone: int


def find_duplicates(
    *, by: User | None, on: date, apply: bool = True, progress: Progress | None = None
) -> Search:
    """Compare the published records and keep the likely pairs for review; a second run with nothing changed writes
    nothing. A pair judged distinct comes back only when something more makes it likely. `progress` is told how many
    pairs were compared so far. With `apply` False, counts only.

    The comparing happens outside the transaction: writers are not kept waiting."""
    facts = facts_of()
    found, compared = _likely(facts, progress)
    with transaction.atomic():
        known = {(each.low_id, each.high_id): each for each in DuplicatePair.objects.select_for_update()}
        new = [key for key in found if key not in known]
        reopened, changed = [], []
        for key, likeness in found.items():
            pair = known.get(key)
            if pair is None or pair.state == "merged" or pair.score == likeness.score:
                continue
            if pair.state == "open":
                changed.append(_told(pair, likeness))
            elif likeness.score > pair.score:
                reopened.append(_reopened(pair, likeness, on))
        gone = [each for key, each in known.items() if each.state == "open" and key not in found]
        if apply:
            DuplicatePair.objects.bulk_create(
                (
                    _told(DuplicatePair(low_id=low, high_id=high, found_on=on), found[low, high])
                    for low, high in sorted(new)
                ),
                batch_size=BATCH_ROWS,
            )
            fields = ["score", "reasons", "state", "found_on", "decided_on", "decided_by"]
            DuplicatePair.objects.bulk_update([*changed, *reopened], fields, batch_size=BATCH_ROWS)
            for start in range(0, len(gone), BATCH_ROWS):
                pks = [each.pk for each in gone[start : start + BATCH_ROWS]]
                DuplicatePair.objects.filter(pk__in=pks).delete()
    return Search(len(facts), compared, len(new), len(reopened), len(changed), len(gone))


@transaction.atomic
def judge_distinct(*, pair: DuplicatePair, reason: str, by: User | None, on: date) -> DuplicatePair:
    """Say that the two are two organisations: the pair is not proposed again unless more makes it likely.
    Raises PairRefused, AlreadyDecided."""
    locked = _locked(pair)
    if locked.state != "open":
        raise already_decided(locked)
    _check_may(locked, by)
    locked.state, locked.decided_on, locked.decided_by = "distinct", on, by
    locked.save(update_fields=["state", "decided_on", "decided_by"])
    authority = permissions.authority_of_moderator(by, locked.low) if by is not None else None
    journal.record("pair judged distinct", locked, by=by, on=on, authority=authority, low=locked.low_id,
                   high=locked.high_id, score=locked.score, reason=reason)  # fmt: skip
    return locked


@transaction.atomic
def reopen_pair(*, pair: DuplicatePair, by: User | None, on: date) -> DuplicatePair:
    """Take back the judgement that two records are distinct. A merge is taken back by undoing it.
    Raises PairRefused."""
    locked = _locked(pair)
    if locked.state != "distinct":
        raise PairRefused(
            Text(
                "Seul un jugement « distinctes » se reprend ainsi ; une fusion s'annule depuis le journal.",
                "Only a judgement “distinct” is taken back so; a merge is undone from the journal.",
            )
        )
    _check_may(locked, by)
    locked.state, locked.decided_on, locked.decided_by = "open", None, None
    locked.save(update_fields=["state", "decided_on", "decided_by"])
    authority = permissions.authority_of_moderator(by, locked.low) if by is not None else None
    journal.record("pair reopened", locked, by=by, on=on, authority=authority)
    return locked


def _locked(pair: DuplicatePair) -> DuplicatePair:
    # Only the pair: the records are locked by the merge, in their own order.
    return DuplicatePair.objects.select_for_update(of=("self",)).select_related("low", "high").get(pk=pair.pk)


def _check_may(locked: DuplicatePair, by: User | None) -> None:
    if by is not None and not permissions.may_merge(by, locked.low, locked.high):
        raise PairRefused(
            Text(
                "Les deux fiches ne sont pas sur le territoire d'une collectivité pour laquelle vous agissez.",
                "Both records are not in the territory of an authority you act for.",
            )
        )


def _likely(facts, progress: Progress | None) -> tuple[dict[tuple[int, int], Likeness], int]:
    found: dict[tuple[int, int], Likeness] = {}
    compared = 0
    for one, other in candidate_pairs(facts):
        compared += 1
        likeness = compare(one, other)
        if likeness.score >= PROPOSE_FROM:
            found[min(one.id, other.id), max(one.id, other.id)] = likeness
        if progress is not None and compared % TELL_EVERY == 0:
            progress(compared)
    return found, compared


def _told(pair: DuplicatePair, likeness: Likeness) -> DuplicatePair:
    pair.score = likeness.score
    pair.reasons = [
        {"code": each.code, "strength": each.strength, "points": each.points} for each in likeness.reasons
    ]
    return pair


def _reopened(pair: DuplicatePair, likeness: Likeness, on: date) -> DuplicatePair:
    pair.state, pair.found_on, pair.decided_on, pair.decided_by = "open", on, None, None
    return _told(pair, likeness)
