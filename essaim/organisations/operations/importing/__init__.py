"""The directory fed from official sources and lists, dry by default, undone in one act."""

from essaim.organisations.importing.difference import Difference
from essaim.organisations.importing.sources import FORMATS, CannotImport
from essaim.organisations.operations.importing.run import import_file, undo_import
from essaim.organisations.operations.importing.uploads import (
    UPLOAD_BYTES,
    apply_draft,
    draft_import,
    purge_uploads,
)

__all__ = [
    "FORMATS",
    "UPLOAD_BYTES",
    "CannotImport",
    "Difference",
    "apply_draft",
    "draft_import",
    "import_file",
    "purge_uploads",
    "undo_import",
]
