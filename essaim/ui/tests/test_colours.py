"""The colours of the look: equal in the drawing and the page, readable, and told apart by every eye."""

import re
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from essaim.ui import colours

CSS = (Path(__file__).resolve().parents[1] / "static" / "ui" / "tokens.css").read_text(encoding="utf-8")
LIGHT_CSS, DARK_CSS = CSS.split("@media (prefers-color-scheme: dark)")
TOKEN = re.compile(r"--([a-z0-9-]+): (#[0-9a-f]{6});")
LIGHT = dict(TOKEN.findall(LIGHT_CSS))
DARK = LIGHT | dict(TOKEN.findall(DARK_CSS))
THEMES = {"light": LIGHT, "dark": DARK}

# Machado, Oliveira and Fernandes (2009), severity 1, on linear RGB.
EYES = {
    "common": np.eye(3),
    "protan": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deutan": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritan": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
# CIE 1976 difference; about 2 is the least one sees side by side, 20 is plain across a page.
PLAIN = 20


def linear(colour: str) -> np.ndarray:
    channels = np.array([int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)])
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted(
        (0.05 + linear(each) @ [0.2126, 0.7152, 0.0722] for each in (one, other)), reverse=True
    )
    return float(lighter / darker)


def lab(rgb: np.ndarray) -> np.ndarray:
    matrix = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    x, y, z = matrix @ np.clip(rgb, 0, 1) / [0.9505, 1, 1.089]
    fx, fy, fz = (np.cbrt(v) if v > 0.008856 else 7.787 * v + 16 / 116 for v in (x, y, z))
    return np.array([116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)])


def test_a_downloaded_chart_has_the_colours_of_the_light_page() -> None:
    assert {role: LIGHT[role] for role in colours.PALETTE} == colours.PALETTE


def test_every_role_has_its_own_colour() -> None:
    assert len({*colours.PALETTE.values(), colours.HATCHED}) == len(colours.PALETTE) + 1


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("background", ["paper", "surface", "raised"])
@pytest.mark.parametrize("text", ["ink", "ink-soft", "honey-ink", "leaf", "brick", "sky"])
def test_text_is_readable(theme: str, background: str, text: str) -> None:
    assert contrast(THEMES[theme][text], THEMES[theme][background]) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
def test_text_is_readable_on_notices(theme: str) -> None:
    for wash in ("honey-wash", "leaf-wash", "brick-wash", "sky-wash"):
        assert contrast(THEMES[theme]["ink"], THEMES[theme][wash]) >= 4.5, wash


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("role", [role for role in colours.PALETTE if role.startswith(("family", "series"))])
def test_what_is_drawn_is_seen_on_the_page(theme: str, role: str) -> None:
    assert contrast(THEMES[theme][role], THEMES[theme]["paper"]) >= 3


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("eye", EYES)
def test_families_are_told_apart_by_every_eye(theme: str, eye: str) -> None:
    seen = {
        name: lab(np.array(EYES[eye]) @ linear(THEMES[theme][colours.family(name)]))
        for name in colours.FAMILIES
    }
    close = {
        (one, other): round(float(np.linalg.norm(seen[one] - seen[other])), 1)
        for one, other in combinations(seen, 2)
        if np.linalg.norm(seen[one] - seen[other]) < PLAIN
    }
    assert close == {}


def test_an_unknown_family_has_no_colour() -> None:
    with pytest.raises(KeyError, match="no family 'club'"):
        colours.family("club")
