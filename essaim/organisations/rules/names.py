"""Names, sites and numbers made comparable."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

import yaml

_READ = yaml.safe_load((Path(__file__).parent / "duplicates.yaml").read_text(encoding="utf-8"))
LEGAL_WORDS = frozenset(_READ["legal_words"])
SMALL_WORDS = frozenset(_READ["small_words"])
SHARED_DOMAINS = frozenset(_READ["shared_domains"])
SHORTEST_ACRONYM = 3
_NOT_WORDS = re.compile(r"[^a-z0-9]+")
_INITIALS = re.compile(r"\b([a-z])\.(?=[a-z]\b\.?)")


def plain(text: str) -> str:
    """Lower case, no accents, words apart by one space; "A.D.I.E." is one word."""
    bare = unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("Œ", "OE").replace("æ", "ae"))
    low = "".join(each for each in bare if not unicodedata.combining(each)).lower()
    return _NOT_WORDS.sub(" ", _INITIALS.sub(r"\1", low)).strip()


@lru_cache(maxsize=100_000)
def core_words(name: str) -> tuple[str, ...]:
    """The words that tell one name from another, sorted: neither legal form nor small words. All of them when nothing
    else is left ("La Coopérative")."""
    words = plain(name).split()
    kept = [each for each in words if each not in LEGAL_WORDS and each not in SMALL_WORDS]
    return tuple(sorted(kept or words))


def core(name: str) -> str:
    return " ".join(core_words(name))


@lru_cache(maxsize=100_000)
def acronyms(name: str) -> frozenset[str]:
    """Initials of its words, with and without the legal form: "adie" of "Association pour le droit à l'initiative
    économique"."""
    words = [each for each in plain(name).split() if each not in SMALL_WORDS]
    shorter = [each for each in words if each not in LEGAL_WORDS]
    made = {"".join(each[0] for each in some) for some in (words, shorter) if len(some) > 1}
    return frozenset(each for each in made if len(each) >= SHORTEST_ACRONYM)


def squeezed(text: str) -> str:
    return plain(text).replace(" ", "")


def domain_of(address: str) -> str:
    """Domain of a website or an e-mail address, without "www."; "" when thousands share it, or when unreadable."""
    text = address.strip().lower()
    if "@" in text:
        host = text.rpartition("@")[2]
    else:
        try:
            host = urlsplit(text if "//" in text else f"//{text}").hostname or ""
        except ValueError:
            return ""
    host = host.removeprefix("www.").rstrip(".")
    shared = any(host == each or host.endswith(f".{each}") for each in SHARED_DOMAINS)
    return "" if shared or "." not in host else host


def phone_digits(phone: str) -> str:
    """Ten digits, whether written "+33 3 20…", "0033 3 20…" or "03.20…"; "" when it is no such number."""
    digits = re.sub(r"\D", "", phone.replace("(0)", ""))
    for prefix in ("0033", "33"):
        if digits.startswith(prefix) and len(digits) == len(prefix) + 9:
            digits = "0" + digits.removeprefix(prefix)
    return digits if len(digits) == 10 and digits.startswith("0") else ""


def plain_address(address: str) -> str:
    """Comparable street address: "12 bis, av. Jean-Jaurès" and "12 BIS AVENUE JEAN JAURES" are the same."""
    return " ".join(_STREETS.get(each, each) for each in plain(address).split())


_STREETS = {
    "av": "avenue",
    "ave": "avenue",
    "bd": "boulevard",
    "bld": "boulevard",
    "blvd": "boulevard",
    "r": "rue",
    "pl": "place",
    "all": "allee",
    "imp": "impasse",
    "rte": "route",
    "ch": "chemin",
    "che": "chemin",
    "sq": "square",
    "fg": "faubourg",
    "fbg": "faubourg",
    "st": "saint",
    "ste": "sainte",
}


def domains_of(addresses: Iterable[str]) -> frozenset[str]:
    return frozenset(filter(None, map(domain_of, addresses)))
