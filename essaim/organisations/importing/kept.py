"""What is kept of an import: its line in the list, the rows refused, the file itself when it came by the pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.conf import settings

from essaim.accounts.models import Authority, User
from essaim.organisations.importing.difference import Difference
from essaim.organisations.importing.sources import fingerprint
from essaim.organisations.models import Act, Import, ImportRejection


def folder() -> Path:
    """Where files brought by the pages wait, one folder a fingerprint."""
    return Path(settings.HOME) / "imports"


def file_of(imported: Import) -> Path:
    """Where the file looked at waits, when it still does."""
    return folder() / imported.sha256 / imported.file_name


@dataclass(frozen=True)
class Asked:
    """What `import_file` was asked."""

    path: Path
    format: str
    by: User | None
    on: date
    authority: Authority | None
    territories: Sequence[str]
    successions: Path | None


def keep(found: Difference, asked: Asked, draft: Import | None, act: Act | None) -> Import:
    """The line of the list of imports, with the rows refused. A draft is replaced by what was really done."""
    imported = draft or Import()
    imported.act = act
    imported.format, imported.file_name = asked.format, imported.file_name or asked.path.name[:200]
    imported.sha256, imported.dataset = fingerprint(asked.path), found.origin.source
    imported.vintage, imported.is_fictitious = found.origin.vintage, found.origin.is_fictitious
    imported.scope, imported.summary = sorted(found.origin.scope), found.summary
    for name, count in found.counts.items():
        setattr(imported, name, count)
    imported.save()
    imported.rejections.all().delete()
    ImportRejection.objects.bulk_create(
        [ImportRejection(of=imported, **each._asdict()) for each in found.rejections], batch_size=1_000
    )
    return imported
