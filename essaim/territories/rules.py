"""How a territory is found from what a person types. Pure: the command line and the pages share it."""

import re
import unicodedata

SHORTEST_QUERY = 2
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss"})
_ABBREVIATIONS = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}
# Where ranks and populations are equal (Paris, a commune and a department), the one people mean first.
_KIND_ORDER = {
    kind: order
    for order, kind in enumerate(("commune", "epci", "departement", "region", "ept", "qpv", "country"))
}


def normalise(text: str) -> str:
    """Words in lower case without accents, hyphens or apostrophes; st and ste written in full."""
    bare = unicodedata.normalize("NFKD", text.casefold().translate(_LIGATURES))
    letters = "".join(character for character in bare if not unicodedata.combining(character))
    words = re.findall(r"[a-z0-9]+", letters)
    return " ".join(_ABBREVIATIONS.get(word, word) for word in words)


def search_words(name: str, *others: str | None) -> str:
    """Every word a territory answers to, each preceded by a space so that " lil" finds a beginning of word."""
    words = dict.fromkeys(word for text in (name, *others) if text for word in normalise(text).split())
    return " " + " ".join(words)


def rank(query: str, *, name: str, identifier: str, words: str) -> int | None:
    """How well a territory answers a normalised query, 0 best, None not at all.

    0 its very name or identifier, 1 its name holds the query as whole words, 2 every word of the query is one it
    answers to (post code, former commune...), 3 its name begins with the query, 4 every word begins a word of its
    name, 5 or of anything else it answers to.
    """
    tokens = query.split()
    if not tokens or not all(f" {token}" in words for token in tokens):
        return None
    if query in (name, identifier.lower()):
        return 0
    if f" {query} " in f" {name} ":
        return 1
    if all(f" {token} " in f"{words} " for token in tokens):
        return 2
    if name.startswith(query):
        return 3
    return 4 if all(f" {token}" in f" {name}" for token in tokens) else 5


def order(rank: int, *, population: int | None, kind: str, code: str) -> tuple[int, int, int, str]:
    """Sorting key of results: rank, then the most populated."""
    return rank, -(population or 0), _KIND_ORDER[kind], code
