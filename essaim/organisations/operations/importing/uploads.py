"""Files brought by the pages: looked at first, applied from the very same bytes."""

import hashlib
import time
from collections.abc import Iterable
from contextlib import suppress
from datetime import date
from pathlib import PurePath

from essaim.accounts.models import Authority, User
from essaim.law.text import Text
from essaim.organisations.importing.difference import Difference
from essaim.organisations.importing.kept import Asked, file_of, folder, keep
from essaim.organisations.importing.sources import CannotImport
from essaim.organisations.models import Import
from essaim.organisations.operations.importing.run import import_file
from essaim.organisations.rules.import_words import limits

UPLOAD_BYTES = 100 << 20


def draft_import(
    *,
    content: Iterable[bytes],
    file_name: str,
    format: str,
    dataset: str,
    vintage: date | None,
    by: User | None,
    on: date,
) -> Import:
    """Keep the file and what it would change; nothing of the directory is written. Raises ExplainedError."""
    name = PurePath(file_name).name[-120:]
    part = folder() / f".{hashlib.sha256(name.encode()).hexdigest()[:16]}.{id(content)}.part"
    part.parent.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    try:
        with part.open("wb") as out:
            for block in content:
                size += len(block)
                if size > UPLOAD_BYTES:
                    raise CannotImport(
                        Text(
                            "Ce fichier dépasse 100 Mo. Coupez-le en deux.",
                            "This file is over 100 MB. Cut it in two.",
                        )
                    )
                digest.update(block)
                out.write(block)
        kept = folder() / digest.hexdigest() / name
        kept.parent.mkdir(exist_ok=True)
        part.replace(kept)
    finally:
        part.unlink(missing_ok=True)
    found = import_file(path=kept, format=format, by=by, on=on, apply=False, dataset=dataset, vintage=vintage)
    return keep(found, Asked(kept, format, by, on, None, (), None), None, None)


def apply_draft(
    *, draft: Import, by: User | None, on: date, authority: Authority | None = None, accept_loss: bool = False
) -> Difference:
    """Write what was looked at. Raises CannotImport when it is done already, or when the file is no longer there."""
    path = file_of(draft)
    if draft.summary.get("is_applied"):
        raise CannotImport(
            Text(
                "Cet import est déjà appliqué : rien n'est à faire.",
                "This import is already applied: nothing to do.",
            )
        )
    if not path.exists():
        raise CannotImport(
            Text(
                "Le fichier de cet import n'est plus sur le serveur. Envoyez-le de nouveau.",
                "The file of this import is no longer on the server. Send it again.",
            )
        )
    path.touch()  # not purged while it is read
    return import_file(
        path=path,
        format=draft.format,
        by=by,
        on=on,
        apply=True,
        authority=authority,
        dataset=draft.dataset.removeprefix("list:"),
        vintage=draft.vintage,
        accept_loss=accept_loss,
        draft=draft,
    )


def purge_uploads(*, by: User | None, on: date) -> int:
    """Remove the files brought by the pages some days ago, applied or not: they hold people's names and addresses, and
    an import is undone without them. Returns how many. For the nightly duties; `by` and `on` are who asked and when."""
    oldest = time.time() - limits().kept_days * 86_400
    gone = 0
    for path in sorted(folder().rglob("*")):
        if path.is_file() and path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)
            gone += 1
    for each in folder().glob("*/"):
        with suppress(OSError):  # not empty
            each.rmdir()
    return gone
