"""How complete records are, kept true to what they hold: the score is worked out, never remembered as an act."""

from collections.abc import Iterable

from essaim.organisations.models import Organisation
from essaim.organisations.queries.quality import present_in
from essaim.organisations.rules.quality import quality_of


def refresh_quality(ids: Iterable[int]) -> None:
    """Write the score of these records, so that their people see what they have just added count."""
    organisations = list(Organisation.objects.filter(pk__in=ids))
    present = present_in(organisations)
    for each in organisations:
        score = quality_of(present[each.pk]).score
        if score != each.quality:
            Organisation.objects.filter(pk=each.pk).update(quality=score)
