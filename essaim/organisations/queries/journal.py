"""The acts of the directory, as an agent reads them: who (by role), what, on which records, and whether it may be
undone."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet

from essaim.accounts.models import Membership
from essaim.accounts.permissions import Person
from essaim.law.text import Text
from essaim.organisations.models import Act, Organisation, Revision
from essaim.organisations.queries.within import MODERATORS, authorities_of, holds, territories_of_agent

ROLES = {
    "agent": Text("Agent", "Agent"),
    "steward": Text("Organisation ou personne", "Organisation or person"),
    "command": Text("Ligne de commande", "Command line"),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Filters of the journal; empty means any. `role`: agent, steward or command."""

    verb: str = ""
    role: str = ""
    since: date | None = None
    until: date | None = None
    organisation: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One act. `organisation` is the first record touched and `others` how many more there are."""

    act: Act
    role: Text
    organisation_id: int | None
    name: str
    others: int
    rows: int


def acts_of(person: Person, wanted: Wanted) -> QuerySet[Act]:
    """Acts of the authorities one acts for, or on records of their territories; latest first."""
    rows = Act.objects.all()
    territories = territories_of_agent(person)
    if territories is not None:
        touched = Revision.objects.filter(act=OuterRef("pk"), organisation_id__isnull=False)
        mine = Exists(touched.filter(holds(territories, "organisation_id")))
        rows = rows.filter(Q(authority__in=authorities_of(person)) | Q(mine))
    if wanted.verb:
        rows = rows.filter(verb=wanted.verb)
    if wanted.since:
        rows = rows.filter(on__gte=wanted.since)
    if wanted.until:
        rows = rows.filter(on__lte=wanted.until)
    if wanted.role:
        rows = rows.filter(_by(wanted.role))
    if wanted.organisation:
        named = Organisation.objects.filter(_called(wanted.organisation)).values("pk")
        rows = rows.filter(Exists(Revision.objects.filter(act=OuterRef("pk"), organisation_id__in=named)))
    return rows.order_by("-id")


def lines_of(acts: QuerySet[Act] | Iterable[Act]) -> list[Line]:
    """The acts with what they touched, in four queries whatever their number."""
    found = list(acts)
    ids = [each.pk for each in found]
    counted = {
        each["act"]: each
        for each in Revision.objects.filter(act__in=ids)
        .order_by()
        .values("act")
        .annotate(
            rows=Count("pk"), first=Min("organisation_id"), many=Count("organisation_id", distinct=True)
        )
    }
    names = dict(
        Organisation.objects.filter(
            pk__in=[each["first"] for each in counted.values() if each["first"]]
        ).values_list("pk", "name")
    )
    people = {each.by_id for each in found if each.by_id}
    agents = set(
        Membership.objects.filter(user__in=people, role__in=MODERATORS).values_list("user", flat=True)
    )
    lines = []
    for each in found:
        said = counted.get(each.pk, {"rows": 0, "first": None, "many": 0})
        role = "command" if each.by_id is None else "agent" if each.by_id in agents else "steward"
        first = said["first"]
        lines.append(
            Line(each, ROLES[role], first, names.get(first, ""), max(0, said["many"] - 1), said["rows"])
        )
    return lines


def prepared(acts: QuerySet[Act]) -> QuerySet[Act]:
    """With what each line prints, joined."""
    return acts.select_related("authority", "undoes", "undone_by", "imported")


def verbs() -> list[str]:
    """Those met so far, for the filter."""
    return list(Act.objects.order_by("verb").values_list("verb", flat=True).distinct())


def why_not_undone(act: Act, person: Person) -> Text | None:
    """Why `person` cannot undo the act; None when they may try (a later change may still stand in the way)."""
    if act.is_undone:
        return Text("Cet acte a déjà été annulé.", "This act is already undone.")
    if hasattr(act, "imported"):
        return Text(
            "Cet acte est un import : il s'annule depuis la page des imports.",
            "This act is an import: it is undone from the page of imports.",
        )
    if act.revisions.filter(is_erased=True).exists():
        return Text(
            "Cet acte touchait des données personnelles, ou une fiche effacée depuis : son contenu n'est pas gardé.",
            "This act touched personal data, or a record erased since: its content is not kept.",
        )
    territories = territories_of_agent(person)
    outside = act.revisions.filter(organisation_id__isnull=False)
    if territories is not None and outside.exclude(holds(territories, "organisation_id")).exists():
        return Text(
            "Cet acte touche aussi des fiches hors de vos territoires : demandez à l'administration de "
            "l'installation.",
            "This act also touches records outside your territories: ask the installation's administration.",
        )
    return None


def _by(role: str) -> Q:
    moderates = Exists(Membership.objects.filter(user=OuterRef("by"), role__in=MODERATORS))
    if role == "command":
        return Q(by__isnull=True)
    if role == "agent":
        return Q(moderates)
    return Q(by__isnull=False) & ~Q(moderates)


def _called(words: str) -> Q:
    bare = words.replace(" ", "")
    named = Q(name__icontains=words)
    if bare.isascii() and bare.isdigit():
        named |= Q(siren=bare)
        if len(bare) < 9:
            named |= Q(pk=int(bare))
    return named
