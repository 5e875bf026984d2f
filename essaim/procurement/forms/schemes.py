"""What is asked to keep a scheme: its identity, buyers, objectives, a period, a hypothesis."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from stdnum.fr import siren as siren_numbers

from essaim.procurement.rules.crosswalk import purpose_codes, purpose_label
from essaim.procurement.rules.schemes import BASES, categories
from essaim.procurement.rules.schemes_rates import CLAUSE, RESERVED, Lot
from essaim.ui.words import say

YEAR = {"min_value": 2000, "max_value": 2100}
LOTS = 3
"""Rows of the hypothesis to type new lots in."""


def year_field(label: object, **more: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, **YEAR, **more)


class SchemeForm(forms.Form):
    authority = forms.ModelChoiceField(queryset=None, label=_("Pour quelle collectivité ?"), empty_label=None)
    name = forms.CharField(
        label=_("Nom du SPASER"),
        max_length=200,
        help_text=_("Par exemple : SPASER 2025-2028 de la métropole."),
    )
    first_year = year_field(_("Première année"))
    last_year = year_field(_("Dernière année"))
    adopted_on = forms.DateField(
        label=_("Adopté le"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Vide tant que l'assemblée n'a pas délibéré."),
    )
    url = forms.URLField(
        label=_("Adresse du document adopté"), required=False, max_length=300, assume_scheme="https",
        help_text=_("Le schéma doit être publié en ligne (code de la commande publique, article L2111-3)."),
    )  # fmt: skip

    def __init__(self, *args: Any, authorities: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if authorities is None:
            del self.fields["authority"]
        else:
            self.fields["authority"].queryset = authorities
            if authorities.count() == 1:
                self.fields["authority"].initial = authorities.first()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("first_year"), cleaned.get("last_year")
        if first and last and last < first:
            self.add_error(
                "last_year", gettext("Il finit avant de commencer. Corrigez l'une des deux années.")
            )
        return cleaned


class BuyerForm(forms.Form):
    siren = forms.CharField(label="SIREN", max_length=11, help_text=_("Neuf chiffres."))
    name = forms.CharField(label=_("Nom de l'acheteur"), max_length=200)

    def clean_siren(self) -> str:
        siren = str(self.cleaned_data["siren"]).replace(" ", "")
        if not siren_numbers.is_valid(siren):
            raise forms.ValidationError(
                gettext("Ce n'est pas un SIREN. Vérifiez ses neuf chiffres sur l'annuaire des entreprises.")
            )
        return siren


class ObjectiveForm(forms.Form):
    category = forms.ChoiceField(label=_("Catégorie"))
    measure = forms.ChoiceField(label=_("Mesuré"), widget=forms.RadioSelect)
    target_pct = forms.DecimalField(
        label=_("Cible (%)"), min_value=Decimal(0), max_value=Decimal(100), max_digits=5, decimal_places=2
    )
    target_year = year_field(_("Année de la cible"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = [(code, say(each.label)) for code, each in categories().items()]
        self.fields["measure"].choices = [(code, say(label)) for code, label in BASES.items()]


class PeriodForm(forms.Form):
    first_year = year_field(_("De"))
    last_year = year_field(_("à"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("first_year"), cleaned.get("last_year")
        if first and last and last < first:
            self.add_error(
                "last_year", gettext("La période finit avant de commencer. Corrigez l'une des années.")
            )
        return cleaned


class WhatIfForm(forms.Form):
    """A hypothesis: contracts ticked by their keys, lots typed with their amounts in euros. Never saved."""

    treatment = forms.ChoiceField(
        label=_("Supposons que ces contrats et ces lots soient"),
        widget=forms.RadioSelect,
        choices=[
            (RESERVED, _("réservés à des SIAE, EA ou ESAT")),
            (CLAUSE, _("dotés d'une clause sociale")),
        ],
        initial=RESERVED,
    )
    keys = forms.MultipleChoiceField(
        label=_("Contrats sans considération sociale connue"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, contracts: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["keys"].choices = contracts
        for number in range(1, LOTS + 1):
            self.fields[f"wording_{number}"] = forms.CharField(
                label=gettext("Lot à venir %(n)s") % {"n": number}, required=False, max_length=200
            )
            self.fields[f"amount_{number}"] = forms.DecimalField(
                label=gettext("Montant du lot %(n)s (€ HT)") % {"n": number},
                required=False,
                min_value=Decimal(1),
                max_digits=12,
                decimal_places=2,
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for number in range(1, LOTS + 1):
            if cleaned.get(f"wording_{number}") and not cleaned.get(f"amount_{number}"):
                self.add_error(f"amount_{number}", gettext("Indiquez le montant de ce lot."))
        return cleaned

    def lots(self) -> list[Lot]:
        """The lots typed, in cents."""
        found = self.cleaned_data
        return [
            Lot(found.get(f"wording_{number}") or f"{number}", int(found[f"amount_{number}"] * 100))
            for number in range(1, LOTS + 1)
            if found.get(f"amount_{number}")
        ]


class PurposesForm(forms.Form):
    """The eForms codes of one contract."""

    social = forms.MultipleChoiceField(
        label=_("Objectifs sociaux"), required=False, widget=forms.CheckboxSelectMultiple
    )
    environmental = forms.MultipleChoiceField(
        label=_("Objectifs environnementaux"), required=False, widget=forms.CheckboxSelectMultiple
    )
    reserved = forms.MultipleChoiceField(
        label=_("Réservé à"), required=False, widget=forms.CheckboxSelectMultiple
    )
    innovation = forms.MultipleChoiceField(
        label=_("Innovation"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.choices = [(code, say(purpose_label(code))) for code in purpose_codes(name)]
