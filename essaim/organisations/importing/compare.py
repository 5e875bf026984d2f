"""Three ways at once: what the sources said before, what they say now, what the record holds.

A column that holds something else than the sources said before was entered by someone: it stays.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from essaim.organisations.importing.families import Owner
from essaim.organisations.importing.outcome import Outcome, as_text
from essaim.organisations.importing.work import Plan, Present, Values, Work
from essaim.organisations.models import Contact, Evidence, Label, Organisation, Site
from essaim.organisations.models.organisation import Hidden
from essaim.organisations.queries.quality import facts_present
from essaim.organisations.rules.quality import quality_of
from essaim.organisations.rules.statements import State, sector_of
from essaim.organisations.rules.status import Said, status_finding

ORGANISATION: Values = {
    "siren": None, "rna_id": "", "name": "", "sigle": "", "legal_category": "", "naf": "", "size_band": "",
    "created_on": None, "closed_on": None, "successor_id": None,
}  # fmt: skip
SITE: Values = {
    "siret": None, "name": "", "address": "", "postcode": "", "commune": "", "qpv": "", "lon": None, "lat": None,
    "position_source": "", "position_score": None, "naf": "", "employer": None, "size_band": "",
    "is_head_office": False, "is_official": True, "opened_on": None, "closed_on": None,
}  # fmt: skip
# A position is one fact: nobody wants the longitude of one and the latitude of another.
TOGETHER = (("lon", "lat", "position_source", "position_score"), ("address", "postcode", "commune"))
EVIDENCE = ("says", "value", "family", "on", "dataset")
LABEL = ("valid_from", "valid_to", "proof", "dataset", "seen_on")
DATES_ONLY = {"on", "seen_on", "last_seen_on"}
"""Columns that only say that the source was read again."""
BLANK = State()


def chosen(mine: Values, base: Values, theirs: Values) -> tuple[Values, int]:
    """(columns to set, how many were kept because someone entered them)."""
    groups = [group for group in TOGETHER if group[0] in theirs]
    singles = [(name,) for name in theirs if not any(name in group for group in groups)]
    changes: Values = {}
    kept = 0
    for group in (*groups, *singles):
        new = {name: theirs[name] for name in group}
        if all(new[name] == base[name] for name in group):
            continue
        if all(mine[name] == base[name] for name in group):
            changes |= {name: value for name, value in new.items() if mine[name] != value}
        elif any(mine[name] != new[name] for name in group):
            kept += 1
    return changes, kept


class Comparison:
    """One batch of families: `compare` fills `plan`."""

    def __init__(
        self, work: Work, present: Present, before: Mapping[Owner, State], after: Mapping[Owner, State]
    ) -> None:
        self.work, self.present, self.before, self.after = work, present, before, after
        self.plan = Plan()
        self.site_ids: dict[tuple[Owner, str], int] = {}
        new = sorted(owner for owner in after if not isinstance(owner, int))
        self.ids: dict[Owner, int] = dict(zip(new, work.take_ids(Organisation, len(new)), strict=True))
        self.by_siret = {row["siret"]: row for row in present.sites.values() if row["siret"]}
        self.by_statement = {
            f"at:{row['source']}:{row['key']}": present.sites[row["site_id"]]
            for row in present.statements
            if row["site_id"] in present.sites
        }
        self.final_sites: dict[Owner, dict[int, Values]] = {}
        self.notes: dict[Owner, list[tuple[str, Any, Any]]] = {}

    def id_of(self, owner: Owner) -> int:
        return owner if isinstance(owner, int) else self.ids[owner]

    def compare(self) -> None:
        """Sites first: statements, labels and the organisation's own columns need them."""
        owners = [owner for owner in self.after if self._is_open_to_imports(owner)]
        for owner in owners:
            self.notes[owner] = []
        self._sites(owners)
        evidence = {owner: self._evidence(owner) for owner in owners}
        self._labels(owners)
        for owner in owners:
            self._organisation(owner, evidence[owner])

    def _is_open_to_imports(self, owner: Owner) -> bool:
        row = self.present.organisations.get(owner) if isinstance(owner, int) else {}
        return row is not None and row.get("hidden") != Hidden.ERASED

    # --- sites

    def _sites(self, owners: Sequence[Owner]) -> None:
        new: list[tuple[Owner, str]] = []
        for owner in owners:
            rows = self.present.sites_of.get(owner, ()) if isinstance(owner, int) else ()  # type: ignore[call-overload]
            self.final_sites[owner] = {row["id"]: row for row in rows}
            base = self.before.get(owner, BLANK).sites
            for key, theirs in self.after[owner].sites.items():
                row = self.by_statement.get(key) if key.startswith("at:") else self.by_siret.get(key)
                if row is None:
                    new.append((owner, key))
                else:
                    self.site_ids[owner, key] = row["id"]
                    self._change_site(owner, row, base.get(key, SITE), theirs)
            for key in base.keys() - self.after[owner].sites.keys():
                self._drop_site(owner, key)
        for id, (owner, key) in zip(self.work.take_ids(Site, len(new)), new, strict=True):
            self.site_ids[owner, key] = id
            row = {"id": id, "organisation_id": self.id_of(owner), **self.after[owner].sites[key]}
            self.plan.created[Site].append(row)
            self.final_sites[owner][id] = row
            self.notes[owner].append(("site", None, row["siret"] or row["address"]))

    def _change_site(self, owner: Owner, row: Values, base: Values, theirs: Values) -> None:
        if not row["is_official"] and theirs["is_official"]:
            return  # a place its people described: theirs
        changes, kept = chosen(row, base, theirs)
        self.plan.tally.kept += kept
        if changes:
            was = {name: row[name] for name in changes}
            self.plan.changed[Site].append((row["id"], row["organisation_id"], was, changes))
            self.final_sites[owner][row["id"]] = {**row, **changes}
            self.notes[owner] += [(f"site.{name}", was[name], value) for name, value in changes.items()]

    def _drop_site(self, owner: Owner, key: str) -> None:
        """A place without SIRET turned out to be an establishment; it goes unless someone hung something on it."""
        row = self.by_statement.get(key) if key.startswith("at:") else None
        if (
            row is None
            or row["id"] in self.site_ids.values()
            or Contact.objects.filter(site=row["id"]).exists()
        ):
            return
        for label in [each for each in self.present.labels.values() if each["site_id"] == row["id"]]:
            self.plan.removed[Label].append(label)
        self.plan.removed[Site].append(row)
        self.final_sites[owner].pop(row["id"], None)
        self.notes[owner].append(("site", row["address"], None))

    # --- evidence and labels

    def _evidence(self, owner: Owner) -> list[Said]:
        """Plan the evidence rows; what the sources then say, for the status."""
        base, theirs = self.before.get(owner, BLANK).evidence, self.after[owner].evidence
        rows = (
            {row["source"]: row for row in self.present.evidence_of.get(owner, ())}
            if isinstance(owner, int)
            else {}
        )
        final = dict(rows)
        for source, values in theirs.items():
            row = rows.get(source)
            if row is None:
                created = {"id": None, "organisation_id": self.id_of(owner), "source": source, **values}
                self.plan.created[Evidence].append(created)
                self.notes[owner].append((f"evidence.{source}", None, values["says"]))
                final[source] = created
            elif _holds(row, base.get(source), EVIDENCE):
                final[source] = {**row, **values}
                self._change(Evidence, owner, row, values, f"evidence.{source}")
        for source in base.keys() - theirs.keys():
            if source in rows and _holds(rows[source], base[source], EVIDENCE):
                self.plan.removed[Evidence].append(final.pop(source))
                self.notes[owner].append((f"evidence.{source}", base[source]["says"], None))
        return [
            Said(*(final[source][name] for name in ("source", "says", "value", "family")))
            for source in sorted(final)
        ]

    def _labels(self, owners: Sequence[Owner]) -> None:
        for owner in owners:
            base, theirs = self.before.get(owner, BLANK).labels, self.after[owner].labels
            for (site, kind), values in theirs.items():
                row = self._label(owner, site, kind)
                if row is None:
                    place = {
                        "organisation_id": self.id_of(owner),
                        "site_id": self._site_id(owner, site),
                        "kind": kind,
                    }
                    self.plan.created[Label].append({"id": None, **place, **values})
                    self.notes[owner].append(("label", None, kind))
                elif _holds(row, base.get((site, kind)), LABEL):
                    self._change(Label, owner, row, values, f"label.{kind}")
            for site, kind in base.keys() - theirs.keys():
                row = self._label(owner, site, kind)
                if (
                    row is not None
                    and _holds(row, base[site, kind], LABEL)
                    and row not in self.plan.removed[Label]
                ):
                    self.plan.removed[Label].append(row)
                    self.notes[owner].append(("label", kind, None))

    def _site_id(self, owner: Owner, site: str) -> int | None:
        if not site:
            return None
        known = self.by_statement.get(site) if site.startswith("at:") else self.by_siret.get(site)
        return self.site_ids.get((owner, site)) or (known["id"] if known else None)

    def _label(self, owner: Owner, site: str, kind: str) -> Values | None:
        if not isinstance(owner, int):
            return None
        place = self._site_id(owner, site)
        return None if site and place is None else self.present.labels.get((owner, place, kind))

    def _change(self, model: type, owner: Owner, row: Values, values: Values, what: str) -> None:
        changes = {name: value for name, value in values.items() if row[name] != value}
        if changes:
            was = {name: row[name] for name in changes}
            self.plan.changed[model].append((row["id"], row["organisation_id"], was, changes))
            self.notes[owner] += [
                (name if name in DATES_ONLY else f"{what}.{name}", was[name], changes[name])
                for name in changes
            ]

    # --- the organisation

    def _values(self, state: State | None) -> Values:
        if state is None:
            return ORGANISATION
        values = {name: state.values.get(name, blank) for name, blank in ORGANISATION.items()}
        values["successor_id"] = self.id_of(state.successor) if state.successor is not None else None
        return values

    def _organisation(self, owner: Owner, said: list[Said]) -> None:
        row = self.present.organisations[owner] if isinstance(owner, int) else None
        theirs, mine = self._values(self.after[owner]), row or ORGANISATION
        if row is None:
            final = dict(theirs)
        else:
            changes, kept = chosen(mine, self._values(self.before.get(owner)), theirs)
            self.plan.tally.kept += kept
            final = {**mine, **changes}
        final |= self._derived(owner, final, said, row)
        if row is None:
            final |= {
                "id": self.id_of(owner),
                "merged_into_id": None,
                "hidden": "",
                "first_seen_on": self.work.on,
            }
            self.plan.created[Organisation].append(final)
        else:
            changes = {name: value for name, value in final.items() if row[name] != value}
            if changes:
                was = {name: row[name] for name in changes}
                self.plan.changed[Organisation].append((row["id"], row["id"], was, changes))
                self.notes[owner] += [(name, was[name], value) for name, value in changes.items()]
        self._tell(owner, final, row is None)

    def _derived(self, owner: Owner, final: Values, said: list[Said], row: Values | None) -> Values:
        """What follows from the other columns."""
        ruling = self.present.rulings.get(owner) if isinstance(owner, int) else None
        status, family, reason_code = finding(
            final["legal_category"], final["naf"], tuple(said), ruling, self.work.on
        )
        places = [
            (site["address"], site["lon"])
            for site in self.final_sites[owner].values()
            if site["closed_on"] is None
        ]
        sector = sector_of(final["naf"])
        if sector == "unknown" and row is not None:
            sector = row["sector"]
        people = self.present.people.get(owner, set()) if isinstance(owner, int) else set()
        present = frozenset(facts_present(final["name"], sector, places) | people)
        seen = self.after[owner].values["last_seen_on"]
        return {
            "sector": sector,
            "status": status,
            "family": family,
            "reason_code": reason_code,
            "quality": score(present),
            "last_seen_on": max(seen, row["last_seen_on"]) if row else seen,
        }

    def _tell(self, owner: Owner, final: Values, is_new: bool) -> None:
        notes = [note for note in self.notes[owner] if note[0] not in DATES_ONLY]
        outcome = Outcome(
            final["id"] if not is_new else None,
            final["name"],
            final["siren"] or "",
            tuple((name, as_text(old), as_text(new)) for name, old, new in notes[:12]),
        )
        tally = self.plan.tally
        if is_new:
            tally.note("created", outcome._replace(changes=()))
        elif any(name in ("closed_on", "site.closed_on") and old is None for name, old, _ in notes):
            tally.note("closed", outcome)
            tally.touched.add(final["id"])
        elif notes:
            tally.note("updated", outcome)
            tally.touched.add(final["id"])
        else:
            tally.confirmed.add(final["id"])


def _holds(row: Values, base: Values | None, names: Sequence[str]) -> bool:
    """Whether the row still says what the sources said before."""
    return base is not None and all(row[name] == base[name] for name in names)


@lru_cache(maxsize=50_000)
def finding(
    legal_category: str, naf: str, evidence: tuple[Said, ...], ruling: str | None, on: date
) -> tuple[str, str, str]:
    """(status, family, reason code): few distinct cases, many organisations."""
    found = status_finding(legal_category=legal_category, naf=naf, evidence=evidence, ruling=ruling, on=on)
    return found.status, found.family or "", found.reason_code


@lru_cache(maxsize=4_096)
def score(present: frozenset[str]) -> int:
    return quality_of(present).score
