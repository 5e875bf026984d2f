"""Pictures as files: read with caution, drawn again at set widths, kept under ESSAIM_HOME/media/organisations/.

What is kept is made from the pixels alone: the camera's place and date, the author's name, a hidden second picture or
a script behind the image never reach the disk.
"""

import io
import os
import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from PIL import Image, ImageOps, UnidentifiedImageError

from essaim.law.text import ExplainedError, Text
from essaim.organisations.rules.house import PHOTOS

# By content, never by name; formats whose readers are old or rare (EPS, PSD, TIFF...) are left alone.
READ_FORMATS = ("JPEG", "PNG", "WEBP")
EXTENSION = ".webp"


class NotAPicture(ExplainedError):
    """The file cannot become a photo."""


class Drawn(NamedTuple):
    width: int
    height: int
    content: bytes


def _refused(fr: str, en: str) -> NotAPicture:
    return NotAPicture(Text(fr, en))


def redrawn(content: bytes) -> list[Drawn]:
    """The picture as WebP at each width of the policy that is not wider than it (at least one), narrowest first.

    Raises NotAPicture. The header is read first: a file that announces more pixels than the policy allows is refused
    before a single one is decoded.
    """
    megabytes = PHOTOS.most_bytes // 1_000_000
    if len(content) > PHOTOS.most_bytes:
        raise _refused(
            f"Ce fichier pèse plus de {megabytes} Mo. Réduisez l'image, ou prenez-en une autre.",
            f"This file weighs more than {megabytes} MB. Make the picture smaller, or take another.",
        )
    try:
        with warnings.catch_warnings():
            # Pillow's own limit only warns; ours is asked below, on the header.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=READ_FORMATS) as picture:
                _check_size(picture)
                upright = ImageOps.exif_transpose(picture)
                plain = _plain(upright)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise _refused(
            "Ce fichier ne se lit pas comme une image JPEG, PNG ou WebP, quel que soit son nom. Prenez-en un autre.",
            "This file does not read as a JPEG, PNG or WebP picture, whatever its name. Choose another.",
        ) from error
    return [_at_width(plain, width) for width in _widths(plain.width)]


def _check_size(picture: Image.Image) -> None:
    if picture.width * picture.height > PHOTOS.most_pixels:
        most = PHOTOS.most_pixels // 1_000_000
        raise _refused(
            f"Cette image a plus de {most} millions de points. Réduisez-la avant de l'envoyer.",
            f"This picture has more than {most} million pixels. Make it smaller before sending it.",
        )
    if min(picture.size) < PHOTOS.least_px:
        raise _refused(
            f"Cette image est trop petite : {PHOTOS.least_px} points au moins de chaque côté.",
            f"This picture is too small: at least {PHOTOS.least_px} pixels on each side.",
        )


def _plain(picture: Image.Image) -> Image.Image:
    """Pixels only, on white where it was transparent, in a new image that carries no information of the old."""
    opaque = picture.convert("RGBA")
    paper = Image.new("RGB", opaque.size, "white")
    paper.paste(opaque, mask=opaque.getchannel("A"))
    return paper


def _widths(width: int) -> list[int]:
    return [each for each in PHOTOS.widths_px if each <= width] or [width]


def _at_width(picture: Image.Image, width: int) -> Drawn:
    height = max(1, round(picture.height * width / picture.width))
    resized = picture.resize((width, height), Image.Resampling.LANCZOS)
    file = io.BytesIO()
    resized.save(file, "WEBP", quality=PHOTOS.quality, method=4, exif=b"", icc_profile=None, xmp=b"")
    return Drawn(width, height, file.getvalue())


def folder() -> Path:
    return Path(settings.HOME) / "media" / "organisations"


def write(stem: str, drawn: list[Drawn]) -> list[Path]:
    """One file a width: <stem>-480.webp; written whole, then put in place."""
    written = []
    for each in drawn:
        path = folder() / f"{stem}-{each.width}{EXTENSION}"
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_suffix(".part")
        beside.write_bytes(each.content)
        beside.replace(path)
        written.append(path)
    return written


def widths_of(stem: str) -> list[int]:
    """Widths on the disk, narrowest first; empty once the file is gone."""
    base = folder() / stem
    found = base.parent.glob(f"{base.name}-*{EXTENSION}") if base.parent.is_dir() else ()
    return sorted(int(path.stem.rpartition("-")[2]) for path in found)


def path_of(stem: str, width: int) -> Path | None:
    """The file of that width, or of the nearest one there is; None when all are gone."""
    there = widths_of(stem)
    if not there:
        return None
    nearest = min(there, key=lambda each: abs(each - width))
    return folder() / f"{stem}-{nearest}{EXTENSION}"


def stem_of(path: Path) -> str:
    return f"{path.parent.name}/{path.stem.rpartition('-')[0]}"


def every_file() -> Iterator[Path]:
    if folder().is_dir():
        yield from sorted(folder().glob(f"*/*{EXTENSION}"))


def start_waiting(stem: str) -> None:
    """From now on runs the time after which the file may go."""
    for width in widths_of(stem):
        os.utime(folder() / f"{stem}-{width}{EXTENSION}")


def remove(stems: Iterable[str]) -> None:
    """At once, every width: for an erasure, which waits for nothing."""
    for stem in stems:
        for width in widths_of(stem):
            (folder() / f"{stem}-{width}{EXTENSION}").unlink(missing_ok=True)
