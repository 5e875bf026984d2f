"""The house policy of claims, proposals and photos: numbers read from `house.yaml`, none of them law."""

from dataclasses import dataclass
from types import MappingProxyType

import yaml

from essaim.organisations.rules.vocabulary import FOLDER


@dataclass(frozen=True, slots=True)
class ClaimPolicy:
    code_length: int
    code_alphabet: str
    most_wrong_tries: int
    mail_hours: int
    post_days: int
    invitation_days: int
    wait_days: int
    most_a_day: int


@dataclass(frozen=True, slots=True)
class ProposalPolicy:
    most_an_hour: int
    alike_from: int
    most_alike: int


@dataclass(frozen=True, slots=True)
class PhotoPolicy:
    most: int
    most_bytes: int
    most_pixels: int
    least_px: int
    widths_px: list[int]
    quality: int
    kept_days: int


@dataclass(frozen=True, slots=True)
class ProfilePolicy:
    most_offers: int
    most_links: int
    most_contacts: int
    most_sites: int
    most_served_territories: int
    most_ranges_a_day: int


_READ = MappingProxyType(yaml.safe_load((FOLDER / "house.yaml").read_text(encoding="utf-8")))

CLAIMS = ClaimPolicy(**_READ["claims"])
PROPOSALS = ProposalPolicy(**_READ["proposals"])
PHOTOS = PhotoPolicy(**_READ["photos"])
PROFILES = ProfilePolicy(**_READ["profile"])
HISTORY_ROWS: int = _READ["history"]["page_rows"]
