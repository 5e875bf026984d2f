"""What someone may act for."""

from django.db.models import QuerySet

from essaim.accounts.models import User
from essaim.organisations.models import Steward


def stewardships_of(user: User) -> QuerySet[Steward]:
    """Their organisations by name, without those merged into another. One that is hidden still is theirs."""
    return (
        Steward.objects.filter(user=user, organisation__merged_into__isnull=True)
        .select_related("organisation")
        .order_by("organisation__name", "id")
    )
