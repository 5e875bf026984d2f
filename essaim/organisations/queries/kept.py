"""What readers keep, as they may see it: an organisation that is published no more is in no list."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Prefetch, Q, QuerySet

from essaim.accounts.models import User
from essaim.organisations.models import ListItem, Organisation, OrganisationList, SavedSearch, Site

SHOWN = Q(items__organisation__hidden="") & (
    Q(items__organisation__merged_into__isnull=True) | Q(items__organisation__merged_into__hidden="")
)


@dataclass(frozen=True)
class Kept:
    """One line of a list. `organisation` is the record that was kept when the one put there was merged; `site` its
    first open place, if any; `put_id` the organisation the line was made for."""

    organisation: Organisation
    site: Site | None
    note: str
    added_on: date
    put_id: int


def lists_of(user: User) -> QuerySet[OrganisationList]:
    """A person's lists, with `shown`, the number of lines that can be shown. One query."""
    return (
        OrganisationList.objects.filter(user=user)
        .annotate(shown=Count("items", filter=SHOWN))
        .order_by("name", "id")
    )


def items_of(of: OrganisationList) -> list[Kept]:
    """Its lines in the order they were put there. Three queries, whatever their number."""
    places = Prefetch(
        "sites", queryset=Site.objects.filter(closed_on__isnull=True).order_by("-is_head_office", "id")
    )
    lines = list(of.items.order_by("id"))
    put = {each.pk: each for each in Organisation.objects.filter(pk__in=[x.organisation_id for x in lines])}
    leads = {pk: one.merged_into_id or pk for pk, one in put.items()}
    published = Organisation.objects.published().filter(pk__in=set(leads.values())).prefetch_related(places)
    shown = {each.pk: each for each in published}
    kept, seen = [], set()
    for line in lines:
        organisation = shown.get(leads.get(line.organisation_id))
        if organisation is None or organisation.pk in seen or put[line.organisation_id].hidden:
            continue
        seen.add(organisation.pk)
        site = next(iter(organisation.sites.all()), None)
        kept.append(Kept(organisation, site, line.note, line.added_on, line.organisation_id))
    return kept


def shared_list(token: str) -> OrganisationList | None:
    return OrganisationList.objects.filter(token=token, is_shared=True).first()


def lists_holding(user: User, organisations: list[int]) -> dict[int, set[int]]:
    """For each of these organisations, the ids of the person's lists it is in. One query."""
    found: dict[int, set[int]] = {}
    lines = ListItem.objects.filter(of__user=user, organisation__in=organisations)
    for organisation, of in lines.values_list("organisation", "of"):
        found.setdefault(organisation, set()).add(of)
    return found


def searches_of(user: User) -> QuerySet[SavedSearch]:
    """Those still followed first."""
    return SavedSearch.objects.filter(user=user).order_by("stopped_on", "id")
