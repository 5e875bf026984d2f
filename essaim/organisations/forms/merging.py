"""Two records side by side: which one is kept, and whose value stands for each field."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from essaim.organisations.models import Organisation, Profile, Site
from essaim.organisations.rules.merging import FIELDS, PROFILE_FIELDS, is_empty
from essaim.organisations.rules.names import plain_address

SIDES = ("low", "high")


def values_of(organisation: Organisation) -> dict[str, Any]:
    profile = Profile.objects.filter(organisation=organisation).first() or Profile()
    return {field: getattr(organisation, field) for field in FIELDS} | {
        field: getattr(profile, field) for field in PROFILE_FIELDS
    }


def first_kept(low: Organisation, high: Organisation) -> str:
    """The one that says most: a SIREN, people, then completeness, then age."""
    worth = {
        side: (bool(each.siren), each.stewards.count(), each.quality, -each.pk)
        for side, each in zip(SIDES, (low, high), strict=True)
    }
    return max(SIDES, key=worth.__getitem__)


def same_places(sites: Iterable[Site]) -> set[int]:
    """Sites without SIRET that stand at the address of a site of the other record."""
    rows = list(sites)
    return {
        one.pk
        for one in rows
        for other in rows
        if one.siret is None
        and one.organisation_id != other.organisation_id
        and one.commune == other.commune
        and plain_address(one.address) == plain_address(other.address) != ""
    }


class MergeForm(forms.Form):
    """One radio for the record kept and one for each field in which the two differ; sites that do not move."""

    keep = forms.ChoiceField(label=_("Fiche gardée"), widget=forms.RadioSelect)
    sites = forms.MultipleChoiceField(
        label=_("Lieux à ne pas reprendre"), required=False, widget=forms.CheckboxSelectMultiple
    )
    succession = forms.CharField(
        label=_("Deux SIREN différents : comment savez-vous que l'une a pris la suite de l'autre ?"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    reason = forms.CharField(
        label=_("Note (facultatif)"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, low: Organisation, high: Organisation, **options: Any) -> None:
        super().__init__(*args, **options)
        self.values = {"low": values_of(low), "high": values_of(high)}
        kept = first_kept(low, high)
        self.fields["keep"].choices = [("low", low.name), ("high", high.name)]
        self.fields["keep"].initial = kept
        places = Site.objects.filter(organisation__in=(low, high), closed_on__isnull=True)
        self.sites = list(places.order_by("organisation", "-is_head_office", "pk"))
        self.fields["sites"].choices = [(str(each.pk), str(each)) for each in self.sites]
        self.fields["sites"].initial = [str(each) for each in same_places(self.sites)]
        if not (low.siren and high.siren):
            del self.fields["succession"]
        for field in self.differing():
            mine = self.values[kept][field]
            other = "high" if kept == "low" else "low"
            self.fields[field] = forms.ChoiceField(
                choices=[(side, side) for side in SIDES],
                widget=forms.RadioSelect,
                initial=other if is_empty(mine) else kept,
            )

    def site_ticks(self) -> list[dict[str, Any]]:
        """One checkbox a site: whose it is, where, its SIRET."""
        by_id = {str(each.pk): each for each in self.sites}
        return [
            {"tag": tick.tag(), "id": tick.id_for_label, "site": by_id[str(tick.data["value"])]}
            for tick in self["sites"]
        ]

    def differing(self) -> list[str]:
        low, high = self.values["low"], self.values["high"]
        return [field for field in low if low[field] != high[field]]

    def rows(self) -> list[dict[str, Any]]:
        """What the page compares: each field with both values, and its radios when they differ."""
        found = []
        for field, low in self.values["low"].items():
            high = self.values["high"][field]
            if is_empty(low) and is_empty(high):
                continue
            table = "organisation" if field in FIELDS else "profile"
            chosen = self[field].value() if field in self.fields else ""
            found.append(
                {
                    "name": field,
                    "table": table,
                    "sides": [("low", low, chosen == "low"), ("high", high, chosen == "high")],
                    "differs": field in self.fields,
                }
            )
        return found

    def choices_for(self, kept: str) -> dict[str, str]:
        """Field -> "kept" or "absorbed", as the operation wants it."""
        return {
            field: "kept" if self.cleaned_data[field] == kept else "absorbed" for field in self.differing()
        }
