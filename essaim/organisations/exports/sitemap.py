"""Addresses for search engines: the pages of published organisations, fifty thousand a part, and the few others."""

from collections.abc import Iterator
from html import escape

from django.conf import settings
from django.db.models import QuerySet

from essaim.organisations.exports.rows import organisation_uri
from essaim.organisations.models import Organisation

PART = 50_000
"""The most that sitemaps.org allows in one file."""
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def listed() -> QuerySet[Organisation]:
    return Organisation.objects.published().living().order_by("id")


def parts() -> int:
    """How many parts hold the organisations; none when there is none."""
    return -(-listed().count() // PART)


def index() -> str:
    """The sitemap that names the parts; part 0 is that of the other pages."""
    names = [f"{settings.PUBLIC_URL}/sitemap-{number}.xml" for number in range(parts() + 1)]
    entries = "".join(f"<sitemap><loc>{escape(name)}</loc></sitemap>\n" for name in names)
    return f"{HEAD}<sitemapindex {SPACE}>\n{entries}</sitemapindex>\n"


def part(number: int, pages: list[str]) -> Iterator[str]:
    """One part, piece by piece: number 0 holds `pages` (paths), the others organisations."""
    yield f"{HEAD}<urlset {SPACE}>\n"
    if number == 0:
        for path in pages:
            yield f"<url><loc>{escape(settings.PUBLIC_URL + path)}</loc></url>\n"
    else:
        start = (number - 1) * PART
        seen = listed().values_list("id", "last_seen_on")[start : start + PART]
        for organisation, seen_on in seen.iterator(chunk_size=5_000):
            address = escape(organisation_uri(organisation))
            yield f"<url><loc>{address}</loc><lastmod>{seen_on}</lastmod></url>\n"
    yield "</urlset>\n"
