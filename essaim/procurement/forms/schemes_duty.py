"""The question "must we adopt a SPASER?". Its address is the question: nothing is kept."""

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from stdnum.fr import siren as siren_numbers

from essaim.procurement.forms.routes import EurosField

BUYERS = (
    ("local", _("Une collectivité territoriale ou un de ses groupements")),
    ("statutory", _("Un acheteur dont le statut est fixé par la loi")),
    ("other", _("Un autre acheteur soumis au code")),
)


class SpaserDutyForm(forms.Form):
    on = forms.DateField(
        label=_("Droit à la date du"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": _("Il manque la date. Le seuil a changé : donnez le jour qui vous intéresse."),
            "invalid": _("Cette date n'existe pas. Écrivez-la comme 2026-05-02."),
        },
    )
    buyer = forms.ChoiceField(label=_("Qui achète ?"), choices=BUYERS, widget=forms.RadioSelect)
    spending = EurosField(
        label=_("Achats de l'année civile, en euros hors taxes"),
        required=False,
        max_length=24,
        help_text=_(
            "Ce que vous avez dépensé en marchés. Vide : compté dans les contrats importés, ci-dessous."
        ),
    )
    siren = forms.CharField(
        label=_("Sinon : SIREN de l'acheteur"), required=False, max_length=20,
        help_text=_("Ses contrats notifiés dans l'année, dans les données essentielles importées ici."),
    )  # fmt: skip
    year = forms.IntegerField(label=_("Année"), required=False, min_value=2000, max_value=2100)

    def clean_siren(self) -> str:
        typed = "".join(self.cleaned_data["siren"].split())[:9]
        if typed and not siren_numbers.is_valid(typed):
            raise forms.ValidationError(gettext("Ce SIREN n'existe pas. Il a neuf chiffres : vérifiez-les."))
        return typed

    def clean(self) -> dict:
        cleaned = super().clean() or {}
        if cleaned.get("siren") and not cleaned.get("year") and "year" not in self.errors:
            self.add_error("year", gettext("Dites de quelle année compter les contrats."))
        return cleaned
