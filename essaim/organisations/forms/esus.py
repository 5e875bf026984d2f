"""The questions of the ESUS self-check. Nothing of it is kept."""

import re
from decimal import Decimal, InvalidOperation

from django import forms
from django.utils.translation import gettext_lazy as _

from essaim.law.rules.esus import EsusAnswers, InconsistentAnswers, check_answers
from essaim.ui.words import say

YES_NO = (("yes", _("Oui")), ("no", _("Non")), ("", _("Je ne sais pas")))
NOT_AN_AMOUNT = _("Ce n'est pas un montant. Écrivez par exemple 21 000 ou 21000,50.")
LARGEST = 10**12


def number_of(text: str) -> Decimal | None:
    """ "21 000,50 €" is 21000.50; None for nothing; ValidationError for what is not a positive number."""
    bare = re.sub(r"[\s\u00a0\u202f€%]", "", text).replace(",", ".")
    if not bare:
        return None
    try:
        value = Decimal(bare)
    except InvalidOperation as error:
        raise forms.ValidationError(NOT_AN_AMOUNT) from error
    if not value.is_finite() or not 0 <= value < LARGEST:
        raise forms.ValidationError(NOT_AN_AMOUNT)
    return value


class AmountField(forms.CharField):
    """Euros as people write them, in cents once read."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def __init__(self, **kwargs: object) -> None:
        super().__init__(required=False, max_length=24, **kwargs)

    def clean(self, value: object) -> int | None:
        euros = number_of(super().clean(value))
        return None if euros is None else int((euros * 100).to_integral_value())


class PercentField(AmountField):
    """A percentage, as it is written."""

    def clean(self, value: object) -> Decimal | None:
        return number_of(forms.CharField.clean(self, value))


def _yes_no(label: object, help_text: object = "") -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, help_text=help_text, choices=YES_NO, required=False, widget=forms.RadioSelect, initial=""
    )


class EsusForm(forms.Form):
    """One field an answer of `EsusAnswers`. Every question may be left without answer."""

    sse_member = _yes_no(
        _("Votre structure est-elle membre de l'ESS ?"),
        _(
            "Association, coopérative, mutuelle, fondation ; ou société aux statuts conformes, qui porte la mention "
            "ESS au registre du commerce."
        ),
    )
    by_right = _yes_no(_("Fait-elle partie des structures agréées de droit ?"))
    aim = _yes_no(_("Son but principal est-il l'un des cinq buts d'utilité sociale ?"))
    statutes = _yes_no(
        _("Ses statuts inscrivent-ils ce but ?"),
        _(
            "Notre lecture ne dit pas si le plafonnement des rémunérations doit y figurer aussi : à faire vérifier."
        ),
    )
    unlisted = _yes_no(
        _("Est-elle sans titre coté en bourse ?"),
        _("Oui si elle n'est pas cotée, ou n'a pas de capital."),
    )
    minimum_pay_cents = AmountField(
        label=_("SMIC annuel brut à temps plein, en euros"),
        help_text=_(
            "Pour la durée légale du travail, ou le minimum de votre branche s'il est supérieur. Nous n'avons pas de "
            "valeur vérifiée : prenez celle du texte en vigueur."
        ),
    )
    top_five_mean_cents = AmountField(
        label=_("Moyenne des cinq plus hautes rémunérations annuelles, en euros"),
        help_text=_(
            "Salariés ou dirigeants, primes comprises. S'ils sont moins de cinq, la moyenne de ceux-là."
        ),
    )
    highest_pay_cents = AmountField(
        label=_("La plus haute rémunération annuelle, en euros"), help_text=_("Primes comprises.")
    )
    social_cost_cents = AmountField(
        label=_("Charges liées au but d'utilité sociale, en euros"),
        help_text=_("Total des trois derniers exercices clos."),
    )
    total_cost_cents = AmountField(
        label=_("Total des charges d'exploitation, en euros"), help_text=_("Sur les mêmes exercices.")
    )
    finance_paid_cents = AmountField(
        label=_("Dividendes et coût des financements non bancaires, en euros"),
        help_text=_("Sur les mêmes exercices. Utile seulement si la part des charges ne suffit pas."),
    )
    finance_base_cents = AmountField(
        label=_("Fonds propres et financements non bancaires, en euros"),
        help_text=_("Sur les mêmes exercices."),
    )
    bond_rate_pct = PercentField(
        label=_("Taux moyen de rendement des obligations, en %"),
        help_text=_("Publié au Journal officiel ; à vérifier pour la période."),
    )
    is_young = _yes_no(
        _("Votre structure a-t-elle moins de trois ans ?"), _("La durée de l'agrément en dépend.")
    )

    def clean(self) -> dict:
        cleaned = super().clean()
        if not self.errors:
            try:
                check_answers(self.answers())
            except InconsistentAnswers as error:
                raise forms.ValidationError(say(error.text)) from error
        return cleaned

    def answers(self) -> EsusAnswers:
        said = {"yes": True, "no": False, "": None}
        return EsusAnswers(
            **{
                name: said[value] if isinstance(self.fields[name], forms.ChoiceField) else value
                for name, value in self.cleaned_data.items()
            }
        )
