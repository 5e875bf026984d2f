"""Bring files of contracts in, correct what was rejected. The store changes first: importing again is harmless."""

import hashlib
import json
import tempfile
from collections.abc import Iterable
from datetime import date
from pathlib import Path, PurePath
from typing import Any

from django.conf import settings
from django.db import transaction

from essaim.accounts.journal import record
from essaim.accounts.models import Authority, User
from essaim.law.text import ExplainedError, Text
from essaim.observatory.contracts.importing import import_files, preview
from essaim.observatory.contracts.rejects import REASONS
from essaim.observatory.intake.provenance import mark_fictitious
from essaim.procurement.models import ContractImport
from essaim.procurement.queries.contracts import contract_store

UPLOAD_BYTES = 100 << 20


class CannotImportContracts(ExplainedError):
    """The file is too large, unreadable, or no longer there."""


class StillRejected(ExplainedError):
    """The corrected entry is still wrong."""


def _uploads() -> Path:
    return Path(settings.HOME) / "contracts" / "uploads"


def look_at_contracts(
    *,
    content: Iterable[bytes],
    file_name: str,
    authority: Authority,
    by: User | None,
    on: date,
    is_fictitious: bool = False,
) -> ContractImport:
    """Keep the file and count what it holds; the contracts are unchanged. `is_fictitious`: made up, and marked so
    wherever it goes. Raises CannotImportContracts."""
    name = PurePath(file_name).name[-120:]
    _uploads().mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=_uploads()) as folder:
        part = Path(folder) / name
        digest = _receive(content, part)
        report = preview(part, Path(folder) / "seen", on=on)
        if report.file is None:
            raise CannotImportContracts(report.refused or Text("Illisible.", "Unreadable."))
        kept = _uploads() / digest / name
        kept.parent.mkdir(exist_ok=True)
        part.replace(kept)
        if is_fictitious:
            mark_fictitious(kept.parent)
    file = report.file
    counts = {
        "format": file.format,
        "entries": file.entries,
        "contracts": file.contracts,
        "concessions": file.concessions,
        "amendments": file.amendments,
        "rejected": file.rejected,
        "reasons": file.reasons,
        "is_fictitious": is_fictitious,
    }
    with transaction.atomic():
        row, created = ContractImport.objects.get_or_create(
            authority=authority,
            sha256=digest,
            defaults={"file_name": name, "by": by, "looked_at_on": on, **counts},
        )
        if created:
            record("contracts looked at", row, by=by, on=on, authority=authority, entries=file.entries)
    return row


def _receive(content: Iterable[bytes], path: Path) -> str:
    """Write what is sent; its SHA-256. Raises CannotImportContracts above UPLOAD_BYTES."""
    digest, size = hashlib.sha256(), 0
    with path.open("wb") as out:
        for block in content:
            size += len(block)
            if size > UPLOAD_BYTES:
                raise CannotImportContracts(
                    Text(
                        "Ce fichier dépasse 100 Mo. Importez-le en ligne de commande : essaim procurement import.",
                        "This file is over 100 MB. Import it from the command line: essaim procurement import.",
                    )
                )
            digest.update(block)
            out.write(block)
    return digest.hexdigest()


def import_contracts(*, looked_at: ContractImport, by: User | None, on: date) -> ContractImport:
    """Bring a file that was looked at into the contracts. Raises CannotImportContracts, BuildUnderWay, DiskFull."""
    path = _uploads() / looked_at.sha256 / looked_at.file_name
    if not path.is_file():
        raise CannotImportContracts(
            Text(
                "Le fichier n'est plus gardé. Déposez-le à nouveau.",
                "The file is no longer kept. Send it again.",
            )
        )
    report = import_files([path], contract_store(), on=on)
    with transaction.atomic():
        looked_at.imported_on = looked_at.imported_on or on
        looked_at.save(update_fields=["imported_on"])
        record(
            "contracts imported",
            looked_at,
            by=by,
            on=on,
            authority=looked_at.authority,
            contracts=looked_at.contracts,
            rejected=looked_at.rejected,
            changed=report.changed,
        )
    return looked_at


def correct_contract_entry(
    *, imported: ContractImport, rejected: dict[str, Any], entry: Any, by: User | None, on: date
) -> None:
    """Replay one rejected entry, corrected. Raises StillRejected with what remains wrong."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "corrections.jsonl"
        line = {"rejected": rejected["rejected"], "format": rejected["format"], "entry": entry}
        path.write_text(json.dumps(line, ensure_ascii=False), encoding="utf-8")
        if imported.is_fictitious:
            mark_fictitious(Path(folder))
        seen = preview(path, Path(folder) / "seen", on=on)
        if seen.file is None or seen.file.rejected:
            codes = seen.file.reasons if seen.file else {"not_an_entry": 1}
            raise StillRejected(
                Text(
                    " ".join(f"{REASONS[code][0].fr} {REASONS[code][1].fr}" for code in codes),
                    " ".join(f"{REASONS[code][0].en} {REASONS[code][1].en}" for code in codes),
                )
            )
        import_files([path], contract_store(), on=on)
    with transaction.atomic():
        record(
            "contract entry corrected",
            imported,
            by=by,
            on=on,
            authority=imported.authority,
            position=rejected["position"],
        )
