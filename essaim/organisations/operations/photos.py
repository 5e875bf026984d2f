"""Pictures of an organisation: re-drawn from their pixels, so that nothing else of the file comes in."""

import secrets
import time
from datetime import date
from pathlib import Path

from django.db import transaction

from essaim.accounts.models import User
from essaim.law.text import Text
from essaim.organisations import pictures
from essaim.organisations.acts import act
from essaim.organisations.editing import EditRefused, changes_to, needs, on_behalf_of, opened, row_of
from essaim.organisations.models import Organisation, Photo
from essaim.organisations.rules.house import PHOTOS

TOO_MANY = Text(
    f"Cette fiche a déjà {PHOTOS.most} photos, le plus que nous gardons. Retirez-en une d'abord.",
    f"This page already has {PHOTOS.most} photos, the most we keep. Remove one first.",
)
NO_ALT = Text(
    "Décrivez l'image en une phrase : elle est lue à voix haute aux personnes qui ne la voient pas.",
    "Describe the picture in one sentence: it is read aloud to people who do not see it.",
)


def add_photo(
    *, organisation: Organisation, content: bytes, alt: str, credit: str, by: User | None, on: date
) -> Photo:
    """`content`: the file as it was sent, whatever its name says. Raises EditRefused: not a picture, too large, no
    description."""
    needs(bool(alt.strip()), NO_ALT)
    try:
        drawn = pictures.redrawn(content)
    except pictures.NotAPicture as error:
        raise EditRefused(error.text) from error
    stem = f"{organisation.pk}/{secrets.token_hex(12)}"
    written = pictures.write(stem, drawn)
    try:
        with transaction.atomic():
            organisation = opened(organisation, by)
            position = organisation.photos.count()
            needs(position < PHOTOS.most, TOO_MANY)
            photo = Photo(
                organisation=organisation, file=stem, width=drawn[-1].width, height=drawn[-1].height,
                alt=alt.strip(), credit=credit.strip(), position=position,
            )  # fmt: skip
            with act("photo added", by=by, on=on, authority=on_behalf_of(by, organisation)) as deed:
                return deed.create(photo)
    except BaseException:
        _erase(written)
        raise


def edit_photo(
    *,
    photo: Photo,
    alt: str,
    credit: str,
    by: User | None,
    on: date,
    seen: dict[str, str] | None = None,
) -> bool:
    """Its description and credit. Raises EditRefused, EditConflict."""
    needs(bool(alt.strip()), NO_ALT)
    with transaction.atomic():
        organisation = opened(photo.organisation, by)
        row = row_of(Photo, organisation, photo.pk)
        changes = changes_to(row, {"alt": alt.strip(), "credit": credit.strip()}, seen)
        with act("photo edited", by=by, on=on, authority=on_behalf_of(by, organisation)) as deed:
            return deed.update(row, **changes)


def remove_photo(*, photo: Photo, by: User | None, on: date) -> None:
    """Seen by nobody from now on; its file goes after the policy's days, until when the act can be undone. Raises
    EditRefused."""
    with transaction.atomic():
        organisation = opened(photo.organisation, by)
        row = row_of(Photo, organisation, photo.pk)
        with act("photo removed", by=by, on=on, authority=on_behalf_of(by, organisation)) as deed:
            deed.delete(row)
        transaction.on_commit(lambda: pictures.start_waiting(row.file))


def purge_photos(*, by: User | None, on: date, at_once: Organisation | None = None) -> int:
    """Remove the files of pictures no page shows any more, once their days have passed; those of `at_once` (an erased
    organisation) today. Returns how many files. For the nightly duties; `by` and `on` are who asked and when."""
    oldest = time.time() - PHOTOS.kept_days * 86_400
    kept = set(Photo.objects.values_list("file", flat=True))
    gone = 0
    for path in pictures.every_file():
        stem = pictures.stem_of(path)
        if stem in kept:
            continue
        is_asked = at_once is not None and stem.partition("/")[0] == str(at_once.pk)
        if is_asked or (at_once is None and path.stat().st_mtime < oldest):
            gone += _erase([path])
    return gone


def _erase(paths: list[Path]) -> int:
    for path in paths:
        path.unlink(missing_ok=True)
    return len(paths)
