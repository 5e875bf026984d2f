"""What people type about social clauses. Euros and hours here, cents and minutes in the acts."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from essaim.procurement.clauses_seal import Identity
from essaim.procurement.models import Beneficiary, ClauseBill
from essaim.procurement.queries.clauses_people import Entry
from essaim.procurement.rules.clauses import FORMULAS, minutes_of, show_minutes
from essaim.procurement.rules.proof_words import proof_kinds
from essaim.ui.words import say


class Day(forms.DateField):
    """The format is the one browsers send, whatever the language."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(widget=widget, input_formats=["%Y-%m-%d"], **options)


class Euros(forms.DecimalField):
    """Typed in euros, a comma or a point; cleaned as integer cents."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal"})
        super().__init__(max_digits=15, decimal_places=2, widget=widget, **options)

    def to_python(self, value: Any) -> Decimal | None:
        return super().to_python(str(value or "").replace(" ", "").replace("\u202f", "").replace(",", "."))

    def clean(self, value: Any) -> Any:
        euros = super().clean(value)
        return None if euros is None else int(euros * 100)


class Percent(forms.DecimalField):
    """Kept as decimal text."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal"})
        super().__init__(max_digits=7, decimal_places=4, widget=widget, **options)

    def to_python(self, value: Any) -> Decimal | None:
        return super().to_python(str(value or "").replace("%", "").replace(",", ".").strip())

    def clean(self, value: Any) -> Any:
        found = super().clean(value)
        return None if found is None else str(found)


class Duration(forms.CharField):
    """Cleaned as minutes."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}))
        super().__init__(max_length=12, **options)

    def clean(self, value: Any) -> Any:
        words = super().clean(value)
        if not words:
            return None
        minutes = minutes_of(words)
        if minutes is None:
            raise ValidationError(_("Ce n'est pas une durée. Écrivez par exemple 35, 35,5 ou 35h30."))
        return minutes


class OperationForm(forms.Form):
    authority = forms.TypedChoiceField(label=_("Collectivité"), coerce=int)
    name = forms.CharField(label=_("Nom de l'opération"), max_length=200)
    starts_on = Day(label=_("Commence le"))
    ends_on = Day(label=_("Finit le"))

    def __init__(self, *args: Any, authorities: Iterable[Any], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["authority"].choices = [(each.pk, each.name) for each in authorities]


class ClauseForm(forms.Form):
    """Each formula uses some of the figures: those it does not use may stay empty."""

    lot = forms.CharField(label=_("Lot"), max_length=120, help_text=_("Par exemple : Lot 2, gros œuvre."))
    contract = forms.CharField(
        label=_("Référence du marché"), max_length=40, required=False,
        help_text=_("Celle des données essentielles, pour relier les heures au marché publié."),
    )  # fmt: skip
    formula = forms.ChoiceField(
        label=_("Comment se calculent les heures dues ?"), widget=forms.RadioSelect,
        choices=lambda: [(code, say(each.label)) for code, each in FORMULAS.items()],
    )  # fmt: skip
    amount_cents = Euros(
        label=_("Montant du marché, en euros hors taxes"), required=False, help_text=_("Travaux et services.")
    )
    labour_share_pct = Percent(label=_("Part de main-d'œuvre, en %"), required=False)
    effort_pct = Percent(label=_("Effort d'insertion, en %"), required=False)
    hourly_cost_cents = Euros(
        label=_("Coût horaire, en euros"),
        required=False,
        help_text=_("Travaux, services et bons de commande."),
    )
    staff_hours = forms.IntegerField(
        label=_("Heures du personnel sur la durée"), required=False, min_value=1, help_text=_("Nettoyage.")
    )
    transferred_hours = forms.IntegerField(
        label=_("dont heures du personnel repris"), required=False, min_value=0,
        help_text=_("Nettoyage : l'effort ne porte que sur le personnel nouvellement affecté."),
    )  # fmt: skip
    cents_per_hour = Euros(
        label=_("Montant facturé pour une heure, en euros"),
        required=False,
        help_text=_("Prestations intellectuelles."),
    )
    hours = forms.IntegerField(
        label=_("Heures fixées par le marché"), required=False, min_value=1,
        help_text=_("Quand le marché donne le nombre d'heures lui-même."),
    )  # fmt: skip
    penalty_cents = Euros(
        label=_("Pénalité par heure manquante, en euros"),
        required=False,
        help_text=_("Si le marché la fixe."),
    )
    internal_cost_cents = Euros(
        label=_("Coût interne d'une heure entre membres du groupement, en euros"), required=False
    )

    def figures(self) -> dict[str, Any]:
        used = FORMULAS[self.cleaned_data["formula"]].figures
        return {each.name: self.cleaned_data.get(each.name) for each in used}


class CompanyForm(forms.Form):
    siren = forms.CharField(
        label="SIREN", max_length=11, widget=forms.TextInput(attrs={"inputmode": "numeric"})
    )
    name = forms.CharField(
        label=_("Nom de l'entreprise"), max_length=200, required=False,
        help_text=_("Peut rester vide si elle est dans l'annuaire."),
    )  # fmt: skip
    part_cents = Euros(
        label=_("Sa part du marché, en euros hors taxes"), required=False,
        help_text=_("Pour un groupement : les heures se partagent ainsi tant que personne n'a facturé."),
    )  # fmt: skip


class BillForm(forms.Form):
    kind = forms.ChoiceField(label=_("Pièce"), choices=ClauseBill.KINDS)
    number = forms.CharField(label=_("Numéro"), max_length=60)
    amount_cents = Euros(
        label=_("Montant en euros hors taxes"), help_text=_("Un avoir s'écrit avec un signe moins.")
    )
    dated_on = Day(label=_("Date"))


class InviteForm(forms.Form):
    email = forms.EmailField(
        label=_("Adresse électronique de la personne qui déclarera"),
        help_text=_("Elle reçoit un lien qui s'ouvre une seule fois."),
    )


class IdentityForm(forms.Form):
    """Never kept as a draft: what is typed here is enciphered or not kept."""

    authority = forms.TypedChoiceField(label=_("Collectivité"), coerce=int)
    name = forms.CharField(
        label=_("Nom et prénom (facultatif)"), max_length=200, required=False,
        help_text=_("Chiffré, lu par les seuls facilitateurs, effacé à l'échéance."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    born_on = Day(label=_("Date de naissance (facultative)"), required=False)
    contact = forms.CharField(
        label=_("Téléphone ou courriel (facultatif)"), max_length=200, required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip

    def __init__(self, *args: Any, authorities: Iterable[Any], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["authority"].choices = [(each.pk, each.name) for each in authorities]

    def identity(self) -> Identity | None:
        given = self.cleaned_data
        born = given["born_on"].isoformat() if given["born_on"] else ""
        return Identity(given["name"], born, given["contact"]) if given["name"] else None


class SureForm(forms.Form):
    is_sure = forms.BooleanField(label=_("Je sais que cela ne se défait pas."))


class ProofForm(forms.Form):
    kind = forms.ChoiceField(label=_("Justificatif"))
    valid_from = Day(label=_("Valable du"))
    valid_to = Day(
        label=_("au (facultatif)"),
        required=False,
        help_text=_("Vide : la durée d'éligibilité retenue localement."),
    )

    def __init__(self, *args: Any, on: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["kind"].choices = [
            (code, f"{label} ({code})") for code, label in spoken_kinds(on).items()
        ]


class EngagementForm(forms.Form):
    pseudonym = forms.CharField(label=_("Pseudonyme du bénéficiaire"), max_length=12)
    starts_on = Day(label=_("Commence le"))
    ends_on = Day(label=_("Finit le"))
    expected_minutes = Duration(label=_("Heures prévues en tout"), help_text=_("Par exemple 300 ou 300h30."))

    def __init__(self, *args: Any, authority: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.authority = authority

    def clean_pseudonym(self) -> Beneficiary:
        pseudonym = self.cleaned_data["pseudonym"].strip().upper()
        found = Beneficiary.objects.filter(authority=self.authority, pseudonym=pseudonym).first()
        if found is None:
            raise ValidationError(
                _("Aucun bénéficiaire de cette collectivité n'a ce pseudonyme. Vérifiez-le.")
            )
        return found


class CorrectForm(forms.Form):
    minutes = Duration(label=_("Heures justes"))
    reason = forms.CharField(
        label=_("Motif"),
        max_length=500,
        help_text=_("Sans nom de personne : le motif est lu par l'entreprise."),
    )


class MonthForm(forms.Form):
    """One field a person; an empty one says nothing, 0 says nobody worked."""

    def __init__(self, *args: Any, entries: list[Entry], **options: Any) -> None:
        super().__init__(*args, **options)
        self.entries = entries
        for each in entries:
            kept = each.hours
            self.fields[self.name_of(each)] = forms.CharField(
                label=each.beneficiary.pseudonym,
                required=False,
                max_length=12,
                disabled=bool(kept and kept.state == "validated"),
                initial=show_minutes(kept.minutes).replace("\u202f", "").replace(" ", "") if kept else "",
                widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
                help_text=self.said(each),
            )

    @staticmethod
    def name_of(entry: Entry) -> str:
        return f"hours_{entry.beneficiary.pk}"

    @staticmethod
    def said(entry: Entry) -> str:
        kept = entry.hours
        if kept is None:
            return str(_("Pas encore déclarées. Écrivez 0 si la personne n'a pas travaillé."))
        if kept.state == "declared":
            return str(_("Déclarées, en attente de validation."))
        if kept.state == "refused":
            return str(_("Refusées : %(reason)s Corrigez et enregistrez.")) % {"reason": kept.reason}
        return str(_("Validées : %(hours)s.")) % {"hours": show_minutes(kept.validated_minutes)}


class MonthFileForm(forms.Form):
    file = forms.FileField(
        label=_("Fichier CSV"), required=False,
        help_text=_("Deux colonnes : pseudonyme ; heures."),
    )  # fmt: skip
    lines = forms.CharField(
        label=_("ou lignes collées"), required=False, max_length=200_000,
        help_text=_("Une personne par ligne : B-2345678 ; 35,5"), widget=forms.Textarea(attrs={"rows": 6}),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if not given.get("file") and not (given.get("lines") or "").strip():
            raise ValidationError(_("Choisissez un fichier, ou collez des lignes."))
        return given


def spoken_kinds(on: date) -> dict[str, str]:
    """Names of proofs by code, in the reader's language."""
    return {code: say(name) for code, name in proof_kinds(on).items()}
