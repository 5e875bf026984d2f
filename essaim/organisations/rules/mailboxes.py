"""Which mail domains are an organisation's own: plain text in, plain text out."""

from collections.abc import Iterable
from urllib.parse import urlsplit

import yaml

from essaim.organisations.rules.vocabulary import FOLDER

_LISTS = yaml.safe_load((FOLDER / "mailboxes.yaml").read_text(encoding="utf-8"))
PUBLIC_MAILBOXES = frozenset(_LISTS["public_mailboxes"])
SHARED_HOSTS = frozenset(_LISTS["shared_hosts"])


def plain_domain(name: str) -> str:
    """Lower case, without final dot, in the letters machines compare ("é" as xn--…): two names that look alike on
    screen differ here. "" when it cannot be a domain."""
    try:
        domain = name.strip().rstrip(".").encode("idna").decode("ascii").lower()
    except UnicodeError:
        return ""
    return domain if "." in domain and "@" not in domain and " " not in domain else ""


def domain_of_address(address: str) -> str:
    """The part after the last @."""
    local, at, domain = address.rpartition("@")
    return plain_domain(domain) if at and local.strip() else ""


def domain_of_website(url: str) -> str:
    """Host of an http(s) address, without its "www."."""
    parts = urlsplit(url if "//" in url else f"//{url}")
    return plain_domain(parts.hostname or "").removeprefix("www.")


def is_shared(domain: str) -> bool:
    """Whether strangers share the domain: a public mailbox provider, or a host of many people's pages."""
    labels = domain.split(".")
    above = {".".join(labels[start:]) for start in range(len(labels))}
    return not domain or domain in PUBLIC_MAILBOXES or not above.isdisjoint(SHARED_HOSTS)


def own_domains(website: str, addresses: Iterable[str]) -> tuple[str, ...]:
    """Domains an address of which proves that one belongs to the organisation, sorted; equal domains only: what is
    under or above one may be someone else's."""
    found = {domain_of_website(website)} if website else set()
    found |= {domain_of_address(address) for address in addresses}
    return tuple(sorted(domain for domain in found if not is_shared(domain)))
