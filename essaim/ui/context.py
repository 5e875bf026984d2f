"""What the page shell shows on every page. The site hands the entries over through settings.SHELL,
so that `ui` needs to know no room above it; an entry whose page does not exist yet is left out."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from essaim.ui.words import language


@dataclass(frozen=True)
class Entry:
    label: object
    summary: object
    url: str
    is_here: bool


@dataclass(frozen=True)
class Group:
    label: object
    entries: list[Entry]

    @property
    def is_here(self) -> bool:
        return any(entry.is_here for entry in self.entries)


def address(url_name: str) -> str | None:
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return None


def entries(
    listed: Iterable[dict[str, object]], path: str, among: Iterable[dict[str, object]] = ()
) -> list[Entry]:
    """The listed entries whose page exists; the one whose address begins the current path best, of them and of
    `among`, is `is_here`."""
    found = [(entry, url) for entry in listed if (url := address(str(entry["url_name"]))) is not None]
    others = [url for entry in among if (url := address(str(entry["url_name"]))) is not None]
    begins = [
        url
        for url in [*others, *(url for _, url in found)]
        if path == url or (url != "/" and path.startswith(url))
    ]
    here = max(begins, key=len, default="")
    return [Entry(entry["label"], entry.get("summary", ""), url, url == here) for entry, url in found]


def shell(request: HttpRequest) -> dict[str, object]:
    chosen = settings.SHELL
    every = [entry for group in chosen["navigation"] for entry in group["entries"]]
    groups = [
        Group(group["label"], entries(group["entries"], request.path, every))
        for group in chosen["navigation"]
    ]
    login, logout = address(chosen["login"]), address(chosen["logout"])
    return {
        "shell": {
            "navigation": [group for group in groups if group.entries],
            "footer": entries(chosen["footer"], request.path),
            "account_links": {"login": login, "logout": logout, "account": address(chosen["account"])}
            if login and logout
            else None,
            "other_languages": [
                {"code": code, "name": name} for code, name in settings.LANGUAGES if code != language()
            ],
            "other_parameters": [
                (name, value) for name, values in request.GET.lists() for value in values if name != "lang"
            ],
            "has_typeface": chosen["has_typeface"],
            "version": chosen["version"],
            "source_url": chosen["source_url"],
        }
    }
