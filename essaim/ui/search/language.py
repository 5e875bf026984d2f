"""What a person types, read as clauses and turned into an index query. Nothing typed is ever an error.

Words add up. "Quoted words" follow one another; a minus before a word or a quotation excludes it. A word nobody uses
is taken as the beginning of one when it is the last, or as a misspelling.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tantivy import Occur, Query

from essaim.ui.search import analysis
from essaim.ui.search.reader import Snapshot

MOST_CLAUSES = 24
SHORTEST_PREFIX = 2
SHORTEST_FUZZY = 4
LONG = 8
"""From this length on a word may have two letters wrong, below one."""
_QUOTES = str.maketrans({"«": '"', "»": '"', "“": '"', "”": '"', "„": '"', "−": "-", "–": "-"})
_PIECE = re.compile(r'(?P<minus>(?<![^\s(])-)?(?:"(?P<phrase>[^"]*)"|(?P<word>[^\s"]+))')
# SIREN, SIRET (spaces and dots between groups), RNA.
_NUMBER = re.compile(
    r"(?<![0-9A-Za-z])(?:(\d{3}[ .\u00a0\u202f]?\d{3}[ .\u00a0\u202f]?\d{3}(?:[ .\u00a0\u202f]?\d{5})?)|"
    r"([Ww] ?\d[0-9A-Za-z]\d ?\d{6}))(?![0-9A-Za-z])"
)
_NOT_DIGITS = re.compile(r"[^0-9A-Z]")
EXACT_BOOST, CLOSE_BOOST, BEGINNING_BOOST = 1.0, 0.3, 0.6


@dataclass(frozen=True, slots=True)
class Clause:
    """`tokens`: folded words in order; several only in a quotation. `is_number`: an identifier, digits only."""

    tokens: tuple[str, ...]
    is_excluded: bool = False
    is_phrase: bool = False
    is_number: bool = False
    is_last: bool = False


def read(text: str) -> list[Clause]:
    """The clauses of a text, at most MOST_CLAUSES; words such as "de" count only when there are no others."""
    text = text.translate(_QUOTES).replace("\x00", " ")
    clauses: list[Clause] = []
    remaining = _NUMBER.sub(lambda found: _take_number(found, clauses), text)
    for piece in _PIECE.finditer(remaining):
        is_excluded = piece["minus"] is not None
        if piece["phrase"] is not None:
            tokens = tuple(analysis.tokens(piece["phrase"]))
            if tokens:
                clauses.append(Clause(tokens, is_excluded, is_phrase=len(tokens) > 1))
            continue
        tokens = tuple(analysis.tokens(piece["word"]))
        if is_excluded and tokens:
            # A hyphenated word is excluded as a whole: -tiers-lieu is not -tiers -lieu.
            clauses.append(Clause(tokens, True, is_phrase=len(tokens) > 1))
        elif tokens:
            clauses += [Clause((token,)) for token in tokens]
    return _kept(clauses, is_typing=not text.endswith((" ", '"')))


def _take_number(found: re.Match[str], clauses: list[Clause]) -> str:
    clauses.append(Clause((_NOT_DIGITS.sub("", found.group().upper()),), is_number=True))
    return " "


def _kept(clauses: Sequence[Clause], *, is_typing: bool) -> list[Clause]:
    meaningful = [
        clause
        for clause in clauses
        if clause.is_number or clause.is_phrase or analysis.stems(clause.tokens[0])
    ]
    kept = list(dict.fromkeys(meaningful or clauses))[:MOST_CLAUSES]
    words = [clause for clause in kept if not clause.is_number]
    if is_typing and words and kept[-1] is words[-1] and not words[-1].is_phrase:
        kept[-1] = replace(kept[-1], is_last=True)
    return kept


@dataclass(frozen=True)
class Fields:
    """Which fields of a schema are searched: `words` and `exact` hold everything, `boosts` are fields of stems that
    weigh more when the word is there too, `numbers` identifiers."""

    words: str
    exact: str
    boosts: Mapping[str, float]
    numbers: str | None = None


@dataclass(frozen=True)
class Reading:
    """`matching` says which documents answer, `ranking` adds what orders them. Both None when nothing was asked.

    `is_loose`: no document held every word, so close spellings were let in.
    """

    matching: Any | None
    ranking: Any | None
    clauses: tuple[Clause, ...] = ()
    is_loose: bool = False


def hoped(text: str, fields: Fields, snapshot: Snapshot) -> Reading:
    """The query of a text on one state of an index, every word taken as it is written: that which is `understood` as
    soon as one document answers it."""
    clauses = tuple(read(text))
    return _Writer(fields, snapshot, is_loose=False).reading(clauses) if clauses else Reading(None, None)


def understood(text: str, fields: Fields, snapshot: Snapshot) -> Reading:
    """The query of a text on one state of an index."""
    reading = hoped(text, fields, snapshot)
    clauses = reading.clauses
    if not clauses or snapshot.searcher.search(reading.matching, limit=1, count=False).hits:
        return reading
    loose = _Writer(fields, snapshot, is_loose=True).reading(clauses)
    return loose if snapshot.searcher.search(loose.matching, limit=1, count=False).hits else reading


class _Writer:
    def __init__(self, fields: Fields, snapshot: Snapshot, *, is_loose: bool) -> None:
        self.fields, self.snapshot, self.is_loose = fields, snapshot, is_loose

    def reading(self, clauses: tuple[Clause, ...]) -> Reading:
        wanted = [self.clause(clause) for clause in clauses if not clause.is_excluded]
        unwanted = [self.clause(clause) for clause in clauses if clause.is_excluded]
        parts = [(Occur.Must, query) for query in wanted or [Query.all_query()]]
        parts += [(Occur.MustNot, query) for query in unwanted]
        boosts = [
            (Occur.Should, Query.boost_query(self.term(name, stem), weight))
            for clause in clauses
            if not clause.is_excluded and not clause.is_number
            for token in clause.tokens
            for stem in analysis.stems(token)
            for name, weight in self.fields.boosts.items()
        ]
        matching = Query.boolean_query(parts)
        ranking = Query.boolean_query([*parts, *boosts]) if boosts else matching
        return Reading(matching, ranking, clauses, self.is_loose)

    def clause(self, clause: Clause) -> Any:
        if clause.is_number:
            return self.term(self.fields.numbers, clause.tokens[0])
        if clause.is_phrase:
            return Query.phrase_query(self.snapshot.schema, self.fields.exact, list(clause.tokens))
        return self.word(clause.tokens[0], clause)

    def word(self, token: str, clause: Clause) -> Any:
        stem = next(iter(analysis.stems(token)), None)
        known = [
            self.term(name, text)
            for name, text in ((self.fields.words, stem), (self.fields.exact, token))
            if text and self.snapshot.searcher.doc_freq(name, text)
        ][:1]
        others = [] if clause.is_excluded else self.others(token, stem, clause.is_last, bool(known))
        return _any([*known, *others])

    def others(self, token: str, stem: str | None, is_last: bool, is_known: bool) -> list[Any]:
        """Beginnings and close spellings: only for a word that nobody uses, unless reading loosely."""
        if is_known and not self.is_loose:
            return []
        found = []
        if is_last and len(token) >= SHORTEST_PREFIX and self.begins_a_word(token):
            prefix = Query.fuzzy_term_query(self.snapshot.schema, self.fields.exact, token, 0, prefix=True)
            found.append(Query.boost_query(prefix, BEGINNING_BOOST))
        if token.isdigit() and len(token) > 5 and self.fields.numbers:
            beginning = Query.regex_query(self.snapshot.schema, self.fields.numbers, f"{token}.*")
            found.append(Query.boost_query(beginning, BEGINNING_BOOST))
        if (not found or self.is_loose) and len(token) >= SHORTEST_FUZZY and not token.isdigit():
            distance = 2 if len(token) >= LONG else 1
            close = Query.fuzzy_term_query(self.snapshot.schema, self.fields.exact, token, distance)
            found.append(Query.boost_query(close, CLOSE_BOOST))
            if stem and len(stem) >= SHORTEST_FUZZY:
                near = Query.fuzzy_term_query(self.snapshot.schema, self.fields.words, stem, 1)
                found.append(Query.boost_query(near, CLOSE_BOOST))
        return found

    def begins_a_word(self, token: str) -> bool:
        return bool(self.snapshot.searcher.terms_with_prefix(self.fields.exact, token, limit=1))

    def term(self, name: str | None, text: str) -> Any:
        return Query.term_query(self.snapshot.schema, name, text) if name else Query.empty_query()


def _any(queries: Sequence[Any]) -> Any:
    if not queries:
        return Query.empty_query()
    if len(queries) == 1:
        return queries[0]
    return Query.boolean_query([(Occur.Should, query) for query in queries])
