"""What is asked to control a purchase, and how a duty is met."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from essaim.procurement.models import Purchase
from essaim.procurement.rules.schemes_control import SATISFIED, WAIVED, waiver_labels
from essaim.ui.words import say

KINDS = [("works", _("travaux")), ("supplies", _("fournitures")), ("services", _("services"))]


class PurchaseForm(forms.Form):
    reference = forms.CharField(
        label=_("Référence"), max_length=80, help_text=_("Numéro du marché ou de la consultation chez vous.")
    )
    contract_key = forms.CharField(required=False, max_length=120, widget=forms.HiddenInput)
    wording = forms.CharField(label=_("Objet"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))
    kind = forms.ChoiceField(label=_("Type"), choices=KINDS, widget=forms.RadioSelect)
    consulted_on = forms.DateField(
        label=_("Consultation engagée le"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Date de l'avis, ou de l'envoi de la consultation : c'est elle qui décide du droit."),
    )
    amount = forms.DecimalField(
        label=_("Valeur de l'opération entière (€ HT)"), required=False, min_value=Decimal(1), max_digits=14,
        decimal_places=2, help_text=_("Tous lots confondus. Vide : les obligations à seuil resteront à préciser."),
    )  # fmt: skip
    duration_months = forms.IntegerField(
        label=_("Durée en mois"), required=False, min_value=1, max_value=1200
    )
    is_renewable = forms.BooleanField(
        label=_("Production ou stockage d'énergie renouvelable"), required=False
    )
    is_defence = forms.BooleanField(label=_("Marché de défense ou de sécurité"), required=False)

    @classmethod
    def initial_of(cls, purchase: Purchase) -> dict[str, Any]:
        names = [name for name in cls.base_fields if name != "amount"]
        amount = purchase.amount_cents
        return {name: getattr(purchase, name) for name in names} | {
            "amount": None if amount is None else Decimal(amount) / 100
        }

    def values(self) -> dict[str, Any]:
        """As the operation takes them, the amount in cents."""
        found = dict(self.cleaned_data)
        amount = found.pop("amount")
        return found | {"amount_cents": None if amount is None else int(amount * 100)}


class DutyForm(forms.Form):
    outcome = forms.ChoiceField(label=_("Cette obligation est"), widget=forms.RadioSelect)
    waiver = forms.ChoiceField(label=_("Motif légal de la dérogation"), required=False)
    text = forms.CharField(
        label=_("Justification"), max_length=4000, widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Ce que dit le contrat, ou les raisons de fait de la dérogation. Conservé au dossier."),
    )  # fmt: skip

    def __init__(self, *args: Any, may_waive: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        outcomes = [(SATISFIED, gettext("respectée"))]
        if may_waive:
            outcomes.append((WAIVED, gettext("écartée par une dérogation motivée")))
            labels = [(code, say(label)) for code, label in waiver_labels().items()]
            self.fields["waiver"].choices = [("", gettext("Aucun")), *labels]
        else:
            del self.fields["waiver"]
        self.fields["outcome"].choices = outcomes

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("outcome") == WAIVED and not cleaned.get("waiver"):
            self.add_error("waiver", gettext("Choisissez le motif que la loi admet."))
        return cleaned
