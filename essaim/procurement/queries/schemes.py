"""Schemes: those anyone may read, those a person keeps."""

from django.db.models import Q, QuerySet

from essaim.procurement.models import Scheme, SchemePublication


def readable_schemes(keeps: QuerySet) -> QuerySet[Scheme]:
    """Public schemes, and every scheme of the authorities in `keeps`."""
    return (
        Scheme.objects.filter(Q(shown_on__isnull=False) | Q(authority__in=keeps))
        .select_related("authority")
        .prefetch_related("buyers", "publications")
    )


def published_figures(scheme: Scheme) -> list[SchemePublication]:
    """The latest edition of each period, latest period first."""
    latest: dict[tuple[int, int], SchemePublication] = {}
    for publication in scheme.publications.order_by("edition").defer("figures"):
        latest[(publication.first_year, publication.last_year)] = publication
    return sorted(latest.values(), key=lambda each: (each.last_year, each.first_year), reverse=True)


def proposed_period(scheme: Scheme, today_year: int) -> tuple[int, int]:
    """The two years to look at first: the last two that are over, within the scheme."""
    last = max(scheme.first_year, min(scheme.last_year, today_year - 1))
    return max(scheme.first_year, last - 1), last
