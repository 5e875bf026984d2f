"""What must be written so that some families of records say what their sources say. Nothing is written here."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date

from essaim.organisations.importing.compare import Comparison
from essaim.organisations.importing.families import Owner
from essaim.organisations.importing.work import Plan, Present, Values, Work, read_present
from essaim.organisations.models import Statement
from essaim.organisations.rules.statements import State, Told, disagreements, fold


def plan_batch(work: Work, owners: Sequence[Owner]) -> Plan:
    """`owners`: whole families. Ids of rows to be created are taken here."""
    present = read_present(work, owners)
    before_told, after_told = told_before_and_after(work, present, owners)
    before, after = fold(before_told, work.before_links), fold(after_told, work.after_links)
    comparison = Comparison(work, present, before, after)
    comparison.compare()
    _plan_statements(work, present, comparison.plan, comparison.id_of, comparison.site_ids, after)
    found = disagreements(after_told)
    comparison.plan.tally.note_disagreements(found)
    return comparison.plan


def told_before_and_after(
    work: Work, present: Present, owners: Sequence[Owner]
) -> tuple[list[Told], list[Told]]:
    before: list[Told] = []
    after: list[Told] = []
    known: set[str] = set()
    for row in present.statements:
        said, owner = json.loads(row["said"]), row["organisation_id"]
        told = _told(work, owner, row["source"], row["key"], row["on"], said)
        before.append(told)
        is_changed = row["source"] == work.source and row["key"] in work.owner_of
        if is_changed:
            known.add(row["key"])
            text, on = work.changed[row["key"]]
            owner = work.owner_of[row["key"]]
            told = _told(work, owner, row["source"], row["key"], on, json.loads(text))
        after.append(told)
    for owner in owners:
        for key in work.keys_of.get(owner, ()):
            if key not in known:
                text, on = work.changed[key]
                after.append(_told(work, owner, work.source, key, on, json.loads(text)))
    return before, after


def _told(work: Work, owner: Owner, source: str, key: str, on: date, said: Values) -> Told:
    root = work.ground.root(owner)
    if root != owner:
        # A record merged into another brings its places and labels, not its name nor its status.
        said = {name: said[name] for name in ("siret", "place", "labels", "state") if name in said}
    return Told(root, source, key, on, said)


def _plan_statements(
    work: Work,
    present: Present,
    plan: Plan,
    id_of: Callable[[Owner], int],
    site_ids: Mapping[tuple[Owner, str], int],
    after: Mapping[Owner, State],
) -> None:
    """The statements themselves, tied to their organisation and site."""

    def row_of(key: str, owner: Owner) -> Values:
        root = work.ground.root(owner)
        site = after[root].site_of.get((work.source, key), "")
        text, on = work.changed[key]
        return {
            "organisation_id": id_of(owner),
            "site_id": site_ids.get((root, site)),
            "on": on,
            "said": text,
        }

    known = {row["key"]: row for row in present.statements if row["source"] == work.source}
    wanted = sorted(
        {key for owner in after for key in work.keys_of.get(owner, ())} | (known.keys() & work.owner_of)
    )
    wanted += sorted(
        key
        for owner in work.ground.merged
        if work.ground.root(owner) in after
        for key in work.keys_of.get(owner, ())
        if key not in known
    )
    new = [key for key in wanted if key not in known]
    for id, key in zip(work.take_ids(Statement, len(new)), new, strict=True):
        row = {"id": id, "source": work.source, "key": key, **row_of(key, work.owner_of[key])}
        plan.created[Statement].append(row)
    for row in present.statements:
        is_changed = row["source"] == work.source and row["key"] in work.owner_of
        owner = work.owner_of.get(row["key"])
        values = row_of(row["key"], owner) if is_changed else _tied(work, row, site_ids, after)
        changed = {name: value for name, value in values.items() if row[name] != value}
        if changed:
            was = {name: row[name] for name in changed}
            organisation = values.get("organisation_id", row["organisation_id"])
            plan.changed[Statement].append((row["id"], organisation, was, changed))


def _tied(
    work: Work, row: Values, site_ids: Mapping[tuple[Owner, str], int], after: Mapping[Owner, State]
) -> Values:
    """A statement of another source: its place may have turned out to be an establishment."""
    root = work.ground.root(row["organisation_id"])
    site = after[root].site_of.get((row["source"], row["key"]), "") if root in after else ""
    return {"site_id": site_ids[root, site]} if (root, site) in site_ids else {}
