"""The question "what does the law allow for this need?". Its address is the question: nothing is kept."""

from django import forms
from django.utils.translation import gettext_lazy as _

from essaim.law.rules.procurement import BadNeed, Need
from essaim.law.rules.procurement_need import UnknownLaw, check
from essaim.law.rules.procurement_words import STATUS_LABELS
from essaim.procurement.rules.routes import RouteAnswer, answer, cents_of, read_code
from essaim.ui.words import say

KIND_CHOICES = (("works", _("Travaux")), ("supplies", _("Fournitures")), ("services", _("Services")))
BUYER_CHOICES = (
    ("local", _("Collectivité ou autre pouvoir adjudicateur")),
    ("central", _("État")),
    ("utilities", _("Entité adjudicatrice (eau, énergie, transports)")),
)
LOT_CHOICES = (("no", _("Le besoin entier")), ("yes", _("Un lot")), ("unknown", _("Je ne sais pas")))
YES_NO = (("yes", _("Oui")), ("no", _("Non")), ("", _("Je ne sais pas")))
SAID = {"yes": True, "no": False, "": None, "unknown": None}


class EurosField(forms.CharField):
    """Euros as people write them, in cents once read."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def clean(self, value: object) -> int | None:
        written = super().clean(value)
        try:
            return cents_of(written)
        except BadNeed as error:
            raise forms.ValidationError(say(error.text)) from error


class RoutesForm(forms.Form):
    """Amounts excluding VAT. `answer` is there once the form is valid; `words` when a code is looked for by words."""

    answer: RouteAnswer | None = None
    words = ""

    amount = EurosField(
        label=_("Montant estimé, en euros hors taxes"),
        max_length=24,
        help_text=_("Du besoin entier sur sa durée, ou du lot si vous choisissez « Un lot »."),
        error_messages={
            "required": _(
                "Il manque le montant. Donnez une estimation, même large : elle décide des procédures."
            )
        },
    )
    kind = forms.ChoiceField(
        label=_("Que voulez-vous acheter ?"),
        choices=KIND_CHOICES,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Il manque la nature de l'achat. Choisissez travaux, fournitures ou services.")
        },
    )
    cpv = forms.CharField(
        label=_("Code CPV, ou quelques mots pour le chercher"),
        required=False,
        max_length=100,
        help_text=_("Huit chiffres. Il décide de la réservation à l'ESS et des services sociaux."),
    )
    on = forms.DateField(
        label=_("Lancement de la consultation"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Jour d'envoi de l'avis ou, sans avis, de la première demande d'offre."),
        error_messages={
            "required": _("Il manque la date. Le droit change : donnez celle du lancement, même prévue."),
            "invalid": _("Cette date n'existe pas. Écrivez-la comme 2026-05-02."),
        },
    )
    lot = forms.ChoiceField(
        label=_("Le montant est celui de"), choices=LOT_CHOICES, widget=forms.RadioSelect, required=False
    )
    operation_total = EurosField(
        label=_("Valeur de tous les lots"),
        required=False,
        max_length=24,
        help_text=_("Pour un lot seulement."),
    )
    small_lots_total = EurosField(
        label=_("Valeur des lots sortis de la procédure, celui-ci compris"),
        required=False,
        max_length=24,
        help_text=_("Les petits lots passés sans mise en concurrence."),
    )
    innovative = forms.ChoiceField(
        label=_("Ce qui est acheté est-il nouveau ou sensiblement amélioré ?"),
        choices=YES_NO,
        widget=forms.RadioSelect,
        required=False,
    )
    buyer = forms.ChoiceField(label=_("Qui achète ?"), choices=BUYER_CHOICES, required=False)
    relies_on = forms.ChoiceField(
        label=_("Vous pensez à un fournisseur pour son statut ?"),
        required=False,
        choices=(),
        help_text=_("La réponse dit si ce statut ouvre un marché réservé."),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        labels = ((code, say(label)) for code, label in STATUS_LABELS.items())
        self.fields["relies_on"].choices = [("", _("Non")), *labels]

    def clean_cpv(self) -> str | None:
        """Words are no fault: the need is answered without a code, and codes are offered."""
        written = self.cleaned_data["cpv"]
        if written and not any(each.isdigit() for each in written):
            self.words = written
            return None
        try:
            return read_code(written)
        except BadNeed as error:
            raise forms.ValidationError(say(error.text)) from error

    def clean(self) -> dict:
        cleaned = super().clean()
        if not self.errors:
            try:
                need = self.need()
                check(need)
                self.answer = answer(need, cleaned["on"])
            except UnknownLaw as error:
                self.add_error("on", say(error.text))
            except BadNeed as error:
                raise forms.ValidationError(say(error.text)) from error
        return cleaned

    def need(self) -> Need:
        said = self.cleaned_data
        totals = said["operation_total"], said["small_lots_total"]
        # Whoever gives totals without saying so has a lot in mind; who says nothing has the whole need.
        lot = SAID[said["lot"]] if said["lot"] else any(each is not None for each in totals)
        return Need(
            amount_cents=said["amount"],
            kind=said["kind"],
            cpv=said["cpv"],
            is_lot=lot,
            operation_cents=totals[0],
            small_lots_cents=totals[1],
            innovative=SAID[said["innovative"]],
            buyer=said["buyer"] or "local",
            relies_on=(said["relies_on"],) if said["relies_on"] else (),
        )
