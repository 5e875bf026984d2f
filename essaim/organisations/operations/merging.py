"""Two records that are one organisation become one: what hangs on the absorbed record moves to the kept one.

The absorbed record keeps its row and its id, so that its address leads to the kept one, and whatever could not move
(the kept record already has its like) stays on it, unseen. Nothing is deleted: `acts.undo` puts every byte back.
"""

from collections.abc import Collection, Mapping
from datetime import date

from django.db import transaction

from essaim.accounts import journal
from essaim.accounts.models import User
from essaim.law.text import ExplainedError, Text
from essaim.organisations import acts, permissions
from essaim.organisations.acts import Deed
from essaim.organisations.merged import move_parts
from essaim.organisations.models import Act, DuplicatePair, Organisation, Profile
from essaim.organisations.queries.decisions import already_decided
from essaim.organisations.rules.merging import FIELDS, PROFILE_FIELDS, chosen_side
from essaim.organisations.standing import refresh_status

Choices = Mapping[str, str]
"""Field -> "kept" or "absorbed"; fields of `rules.merging`, those left out are chosen by `chosen_side`."""
VERB = "organisations merged"


class MergeRefused(ExplainedError):
    """The two records cannot be merged so."""


@transaction.atomic
def merge_organisations(
    *,
    kept: Organisation,
    absorbed: Organisation,
    by: User | None,
    on: date,
    choices: Choices | None = None,
    leave_sites: Collection[int] = (),
    reason: str = "",
    succession: str = "",
) -> Act:
    """Merge `absorbed` into `kept` in one act, which `acts.undo` undoes.

    `choices` says for each field whose value stands; `leave_sites` are ids of the absorbed record's sites that are the
    same places as the kept one's and do not move. `succession` says why a legal unit is absorbed into another one
    (two SIREN numbers), and is required then. Raises MergeRefused, AlreadyDecided.
    """
    # Locked in one order, whichever is kept: two agents merging the pair both ways must not wait for each other.
    locked = {
        each.pk: each
        for each in Organisation.objects.select_for_update()
        .filter(pk__in=(kept.pk, absorbed.pk))
        .order_by("pk")
    }
    kept, absorbed = locked[kept.pk], locked[absorbed.pk]
    pair = _pair(kept, absorbed)
    if pair is not None and pair.state != "open":
        raise already_decided(pair)
    _check(kept, absorbed, choices or {}, succession, by)
    authority = permissions.authority_of_moderator(by, kept) if by is not None else None
    said = "\n".join(filter(None, (reason.strip(), succession.strip())))
    with acts.act(
        VERB, by=by, on=on, authority=authority, reason=said, kept=kept.pk, absorbed=absorbed.pk
    ) as deed:
        _merge(deed, kept, absorbed, choices or {}, frozenset(leave_sites), succession, on)
        if pair is not None:
            deed.update(pair, state="merged", decided_on=on, decided_by=by, act=deed.act)
    if pair is not None:
        journal.record("pair merged", pair, by=by, on=on, authority=authority, kept=kept.pk)
    return deed.act


def _pair(kept: Organisation, absorbed: Organisation) -> DuplicatePair | None:
    low, high = sorted((kept.pk, absorbed.pk))
    return DuplicatePair.objects.select_for_update().filter(low=low, high=high).first()


def _merge(
    deed: Deed,
    kept: Organisation,
    absorbed: Organisation,
    choices: Choices,
    left: frozenset[int],
    succession: str,
    on: date,
) -> None:
    _merge_profiles(deed, kept, absorbed, choices)
    move_parts(deed, kept, absorbed, left)
    values = {
        field: getattr(absorbed, field)
        for field in FIELDS
        if _side(field, choices, getattr(kept, field), getattr(absorbed, field)) == "absorbed"
    }
    values["first_seen_on"] = min(kept.first_seen_on, absorbed.first_seen_on)
    values["last_seen_on"] = max(kept.last_seen_on, absorbed.last_seen_on)
    if kept.successor_id == absorbed.pk:
        values["successor"] = None
    given_up = {}
    if kept.siren is None and absorbed.siren is not None:
        # A SIREN is one record's: the absorbed one lets go of it first, and undo gives it back last.
        values["siren"], given_up["siren"] = absorbed.siren, None
    if succession.strip():
        given_up["successor"] = kept
    elif absorbed.successor_id == kept.pk:
        given_up["successor"] = None
    deed.update(absorbed, merged_into=kept, **given_up)
    deed.update(kept, **values)
    for follower in Organisation.objects.filter(successor=absorbed).exclude(pk=kept.pk):
        deed.update(follower, successor=kept)
    refresh_status(deed, kept, on=on)


def _merge_profiles(deed: Deed, kept: Organisation, absorbed: Organisation, choices: Choices) -> None:
    theirs = Profile.objects.filter(organisation=absorbed).first()
    if theirs is None:
        return
    ours = Profile.objects.filter(organisation=kept).first()
    if ours is None:
        # Moved whole; a field for which the (empty) kept side was asked becomes empty again.
        emptied = {
            field: Profile._meta.get_field(field).get_default()
            for field in PROFILE_FIELDS
            if choices.get(field) == "kept"
        }
        deed.update(theirs, organisation=kept, **emptied)
        return
    values = {
        field: getattr(theirs, field)
        for field in PROFILE_FIELDS
        if _side(field, choices, getattr(ours, field), getattr(theirs, field)) == "absorbed"
    }
    deed.update(ours, **values)


def _side(field: str, choices: Choices, ours: object, theirs: object) -> str:
    return choices.get(field) or chosen_side(ours, theirs)


def _check(
    kept: Organisation, absorbed: Organisation, choices: Choices, succession: str, by: User | None
) -> None:
    _check_shape(kept, absorbed)
    if by is not None and not permissions.may_merge(by, kept, absorbed):
        raise MergeRefused(
            Text(
                "Les deux fiches ne sont pas sur le territoire d'une collectivité pour laquelle vous agissez. "
                "Demandez à l'administration de l'installation.",
                "Both records are not in the territory of an authority you act for. Ask the installation's "
                "administration.",
            )
        )
    unknown = sorted(set(choices) - {*FIELDS, *PROFILE_FIELDS})
    if unknown or not set(choices.values()) <= {"kept", "absorbed"}:
        raise MergeRefused(
            Text(
                f"Choix illisible : {', '.join(unknown) or 'une valeur'}. Reprenez la comparaison.",
                f"A choice cannot be read: {', '.join(unknown) or 'a value'}. Go back to the comparison.",
            )
        )
    if kept.siren and absorbed.siren and not succession.strip():
        raise MergeRefused(
            Text(
                f"Ces fiches sont deux unités légales ({kept.siren} et {absorbed.siren}). Si l'une a pris la suite de "
                "l'autre, écrivez comment vous le savez ; sinon, dites-les distinctes.",
                f"These records are two legal units ({kept.siren} and {absorbed.siren}). If one took over from the "
                "other, write how you know it; otherwise, say they are distinct.",
            )
        )


def _check_shape(kept: Organisation, absorbed: Organisation) -> None:
    """No record into itself, no chain, no cycle, nothing hidden brought to light."""
    if kept.pk == absorbed.pk:
        raise MergeRefused(
            Text("Une fiche ne se fond pas en elle-même.", "A record is not merged into itself.")
        )
    for record in (kept, absorbed):
        if record.merged_into_id is not None:
            raise MergeRefused(
                Text(
                    f"« {record.name} » est déjà fondue dans la fiche n° {record.merged_into_id} : "
                    "partez de celle-là.",
                    f"“{record.name}” is already merged into record no. {record.merged_into_id}: start from that one.",
                )
            )
    if absorbed.merged.exists():
        raise MergeRefused(
            Text(
                f"D'autres fiches sont déjà fondues dans « {absorbed.name} » : gardez celle-ci et absorbez l'autre.",
                f"Other records are already merged into “{absorbed.name}”: keep this one and absorb the other.",
            )
        )
    if kept.hidden != absorbed.hidden or kept.hidden == "erased":
        raise MergeRefused(
            Text(
                "L'une des fiches est masquée : la fondre publierait ou cacherait les données de l'autre. Décidez "
                "d'abord de ce qui la masque.",
                "One of the records is hidden: merging would publish or hide the other's data. Decide first what "
                "hides it.",
            )
        )
