"""How words are cut and folded, the same for what is indexed and for what is typed."""

import re
import unicodedata
from functools import cache

import tantivy

# Folded, since folding comes before. Elided letters (l', d', qu') are words of one letter once cut.
STOP_WORDS = (  # noqa: SIM905  # a list of words reads better as a sentence
    "a au aux avec c ce ces cet cette d dans de des du elle en est et eux il ils j je l la le les leur leurs lui m ma "
    "mais me meme mes moi mon n ne nos notre nous on ont ou par pas pour qu que qui s sa se ses si son sont sur t ta "
    "te tes toi ton tu un une vos votre vous y"
).split()
LONGEST_WORD = 60
_SIGLE = re.compile(r"\b(?:[^\W\d_]\.){2,}(?:[^\W\d_]\b)?")
_SAINT = {"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}
_ABBREVIATED = re.compile(r"\b(ste?s?)\b\.?", re.IGNORECASE)
_SORTED = re.compile(r"[^a-z0-9]+")


def plain(text: str) -> str:
    """Sigles without dots (S.C.I.C. -> SCIC), saint and sainte in full. Applied before cutting, on both sides."""
    if "." in text:
        text = _SIGLE.sub(lambda found: found.group().replace(".", "") + " ", text)
    if "st" in text or "St" in text or "ST" in text:
        text = _ABBREVIATED.sub(lambda found: _SAINT[found.group(1).lower()], text)
    return text


def _folding() -> tantivy.TextAnalyzerBuilder:
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    for step in (
        tantivy.Filter.remove_long(LONGEST_WORD),
        tantivy.Filter.lowercase(),
        tantivy.Filter.ascii_fold(),
    ):
        builder = builder.filter(step)
    return builder


@cache
def analyzers() -> dict[str, tantivy.TextAnalyzer]:
    """ "words": folded, without stop words, stemmed as French; "exact": folded only."""
    french = _folding().filter(tantivy.Filter.custom_stopword(STOP_WORDS))
    return {"words": french.filter(tantivy.Filter.stemmer("french")).build(), "exact": _folding().build()}


def stems(text: str) -> list[str]:
    return analyzers()["words"].analyze(plain(text))


def tokens(text: str) -> list[str]:
    return analyzers()["exact"].analyze(plain(text))


def sorting_key(name: str) -> str:
    """What French order compares first: letters without accents or case, one space between words."""
    letters = name.lower()
    if not letters.isascii():
        bare = unicodedata.normalize("NFKD", name.casefold().replace("œ", "oe").replace("æ", "ae"))
        letters = bare.encode("ascii", "ignore").decode()
    return _SORTED.sub(" ", letters).strip()


CHARACTERS = 7


def sorting_numbers(name: str, parts: int) -> list[int]:
    """The key as `parts` numbers under 2**56, seven letters each, that compare as the letters do."""
    key = sorting_key(name).encode()[: CHARACTERS * parts].ljust(CHARACTERS * parts)
    return [
        int.from_bytes(key[start : start + CHARACTERS], "big")
        for start in range(0, CHARACTERS * parts, CHARACTERS)
    ]
