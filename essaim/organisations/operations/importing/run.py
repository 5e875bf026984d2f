"""`import_file`: the difference a file makes, shown or written whole; `undo_import`."""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from django.db import connection

from essaim.accounts.models import Authority, User
from essaim.law.text import Text
from essaim.observatory.progress import Tell, silent
from essaim.organisations import acts, bulk
from essaim.organisations.acts import Deed
from essaim.organisations.importing.difference import Difference, damage
from essaim.organisations.importing.families import (
    Owner,
    families,
    kept_links,
    owners,
    read_ground,
)
from essaim.organisations.importing.gather import Gathered, gather
from essaim.organisations.importing.kept import Asked, keep
from essaim.organisations.importing.outcome import Tally
from essaim.organisations.importing.plan import plan_batch
from essaim.organisations.importing.sources import CannotImport, open_reading
from essaim.organisations.importing.work import TakeIds, Work
from essaim.organisations.importing.write import PretendIds, write
from essaim.organisations.intake import Reading
from essaim.organisations.intake.successions import Link, followed, loops, read_successions
from essaim.organisations.models import Act, Import, Statement, Succession

BATCH_OWNERS = 2_000
LOCK = 733_421_001
"""Any number nobody else uses: PostgreSQL lets one import write at a time."""
WRITING = Text("Écriture", "Writing")
EXAMINING = Text("Examen des différences", "Looking at the differences")


def import_file(
    *,
    path: Path,
    format: str,
    by: User | None,
    on: date,
    apply: bool,
    authority: Authority | None = None,
    territories: Sequence[str] = (),
    successions: Path | None = None,
    dataset: str = "",
    vintage: date | None = None,
    accept_loss: bool = False,
    draft: Import | None = None,
    progress: Tell = silent,
) -> Difference:
    """Read `path` ("siae", "csv" or "register") and show, or write when `apply`, what it changes in the directory.

    `territories` (register only): their communes, in full; all the file otherwise. `vintage`: the day the file speaks
    of (else its name says, else `on`). `draft`: the `Import` kept when the file was only looked at. All or nothing: one
    transaction. Raises ExplainedError: CannotImport (damaged file without `accept_loss`...), WrongColumns, SourceError.
    """
    asked = Asked(path, format, by, on, authority, territories, successions)
    last = _last_import()
    reading = open_reading(
        path=path, format=format, on=on, territories=territories, dataset=dataset, vintage=vintage
    )
    gathered = gather(reading, progress)
    warning = damage(reading, gathered)
    if warning is not None and apply and not accept_loss:
        raise CannotImport(warning)
    links = kept_links()
    new_links = _new_links(asked, gathered, links)
    if not apply:
        tally = Tally()
        for part in _parts(asked, reading, gathered, links, new_links, PretendIds(), progress):
            tally.add(part)
        found = _difference(reading, tally, gathered, warning)
    else:
        with acts.act(
            "directory import", by=by, on=on, authority=authority, format=format, file=path.name
        ) as deed:
            _hold_imports(last)
            tally = _apply(deed, asked, reading, gathered, links, new_links, progress)
            found = _difference(reading, tally, gathered, warning)
            found.is_applied = True
            found.number = keep(found, asked, draft, deed.act).pk
    found.loops = loops(followed([*links, *new_links]))
    return found


def undo_import(*, imported: Import, by: User | None, on: date, authority: Authority | None = None) -> Act:
    """Put back every row the import changed, byte for byte. Raises CannotUndo, or CannotImport when it changed nothing.

    Imports made since on the same records must be undone first."""
    if imported.act is None:
        raise CannotImport(
            Text(
                "Cet import n'a rien changé : il n'y a rien à annuler.",
                "This import changed nothing: there is nothing to undo.",
            )
        )
    return acts.undo(imported.act, by=by, on=on, authority=authority)


def _apply(
    deed: Deed,
    asked: Asked,
    reading: Reading,
    gathered: Gathered,
    links: Sequence[Link],
    new_links: Sequence[Link],
    tell: Tell,
) -> Tally:
    if new_links:
        ids = bulk.reserve_ids(Succession, len(new_links))
        rows = [{"id": id, **link._asdict()} for id, link in zip(ids, new_links, strict=True)]
        deed.create_rows(Succession, rows)
    tally = Tally()
    for part in _parts(asked, reading, gathered, links, new_links, bulk.reserve_ids, tell, deed):
        tally.add(part)
    return tally


def _parts(
    asked: Asked,
    reading: Reading,
    gathered: Gathered,
    links: Sequence[Link],
    new_links: Sequence[Link],
    take_ids: TakeIds,
    tell: Tell,
    deed: Deed | None = None,
) -> Iterator[Tally]:
    """Families of records some thousands at a time: planned, and written when there is a deed."""
    if not gathered.changed and not new_links:
        return
    ground = read_ground()
    source = reading.origin.source
    owner_of = owners(source, gathered, ground)
    every_link = [*links, *new_links]
    groups = families(owner_of, every_link, new_links, ground)
    work = Work(
        source=source,
        changed=gathered.changed,
        owner_of=owner_of,
        ground=ground,
        before_links=followed(links),
        after_links=followed(every_link),
        on=asked.on,
        take_ids=take_ids,
    )
    total, done = sum(len(group) for group in groups), 0
    for some in _some(groups):
        plan = plan_batch(work, some)
        if deed is not None:
            write(deed, plan)
        done += len(some)
        tell(EXAMINING if deed is None else WRITING, done, total)
        yield plan.tally


def _some(groups: Sequence[Sequence[Owner]]) -> Iterator[list[Owner]]:
    """Whole families, about BATCH_OWNERS at a time."""
    some: list[Owner] = []
    for group in groups:
        some.extend(group)
        if len(some) >= BATCH_OWNERS:
            yield some
            some = []
    if some:
        yield some


def _difference(reading: Reading, tally: Tally, gathered: Gathered, warning: Text | None) -> Difference:
    unchanged = len((gathered.kept | tally.confirmed) - tally.touched)
    return Difference(
        reading.origin,
        reading.read_rows,
        reading.reasons,
        reading.remarks,
        reading.rejected,
        reading.notes,
        tally,
        unchanged,
        warning,
    )


def _new_links(asked: Asked, gathered: Gathered, links: Sequence[Link]) -> list[Link]:
    """Those of the file that touch the directory, or what this import brings to it."""
    if asked.successions is None:
        return []
    known = {key for key in Statement.objects.values_list("key", flat=True).order_by() if len(key) == 14}
    known.update(key for key in gathered.changed if len(key) == 14)
    already = {(link.before, link.after) for link in links}
    return [link for link in read_successions(asked.successions, known) if link[:2] not in already]


def _last_import() -> int:
    return Import.objects.order_by("-id").values_list("id", flat=True).first() or 0


def _hold_imports(last: int) -> None:
    """One import at a time: what was compared must still be what is written over."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    if Import.objects.filter(pk__gt=last, summary__is_applied=True).exists():
        raise CannotImport(
            Text(
                "Un autre import vient d'être appliqué : rien n'est écrit. Relancez pour voir la nouvelle différence.",
                "Another import has just been applied: nothing is written. Run it again to see the new difference.",
            )
        )
