"""What is asked about a need, a lot, a file, a message, an answer, an award, a market consultation."""

import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from essaim.accounts.models import Authority
from essaim.organisations.models import Organisation
from essaim.organisations.queries.asked_place import asked_place
from essaim.procurement.models import Answer, Award, Kind, Lot, Need
from essaim.procurement.rules import needs as rules
from essaim.procurement.rules.needs_rows import WrongCell, cents
from essaim.ui.words import say


def _day(**options: Any) -> forms.DateField:
    return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **options)


class CodesField(forms.CharField):
    """Purchase codes separated by commas, as a list without check digits."""

    def to_python(self, value: Any) -> list[str]:
        typed = [each for each in re.split(r"[,;|\s]+", super().to_python(value)) if each]
        wrong = next((each for each in typed if not rules.cpv_code(each)), None)
        if wrong:
            raise forms.ValidationError(
                _now("« %(code)s » n'est pas un code CPV : deux à huit chiffres, par exemple 90910000.")
                % {"code": wrong[:20]}
            )
        return list(dict.fromkeys(map(rules.cpv_code, typed)))

    def validate(self, value: Any) -> None:
        if self.required and not value:
            raise forms.ValidationError(self.error_messages["required"])

    def run_validators(self, value: Any) -> None:
        """A list has no length in characters."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value


class PlacesField(CodesField):
    """Names or codes of territories separated by commas, as a list of codes."""

    def to_python(self, value: Any) -> list[str]:
        found = []
        for typed in forms.CharField.to_python(self, value).split(","):
            asked = asked_place(typed)
            if asked.is_unknown:
                raise forms.ValidationError(
                    _now(
                        "Nous ne connaissons pas « %(place)s ». Écrivez un nom ou un code, comme commune:59350."
                    )
                    % {"place": typed.strip()[:60]}
                )
            found += [asked.code] if asked.code else []
        return list(dict.fromkeys(found))


class EurosField(forms.CharField):
    """An amount in euros as people write it, in cents; None when left empty."""

    def to_python(self, value: Any) -> int | None:
        try:
            return cents(super().to_python(value))
        except WrongCell as wrong:
            raise forms.ValidationError(say(wrong.text)) from wrong

    def run_validators(self, value: Any) -> None:
        """A number has no length in characters."""

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, int):
            return value
        whole, rest = divmod(value, 100)
        return f"{whole},{rest:02d}" if rest else str(whole)


class NeedForm(forms.Form):
    """Only the title is required: what is missing is asked on the page of the need, never filled in."""

    authority = forms.ModelChoiceField(
        label=_("Acheteur"), queryset=Authority.objects.none(), empty_label=None
    )
    title = forms.CharField(
        label=_("Objet"), max_length=200, help_text=_("Par exemple : nettoyage des locaux de la mairie.")
    )
    kind = forms.ChoiceField(
        label=_("Nature"),
        required=False,
        help_text=_("Les seuils en dépendent. Laissez vide si vous hésitez."),
    )
    description = forms.CharField(
        label=_("Description"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 4})
    )
    cpv = CodesField(
        label=_("Codes CPV"),
        required=False,
        max_length=200,
        help_text=_(
            "Le principal d'abord, séparés par des virgules. Des codes sont proposés d'après l'objet."
        ),
    )
    amount_cents = EurosField(
        label=_("Montant estimé hors taxe (€)"),
        required=False,
        max_length=24,
        help_text=_("Pour toute la durée, reconductions comprises. Vide : il sera demandé, jamais supposé."),
    )
    starts_on = _day(
        label=_("Lancement de la consultation"),
        required=False,
        help_text=_("Le droit applicable est celui de ce jour."),
    )
    duration_months = forms.IntegerField(label=_("Durée (mois)"), required=False, min_value=1, max_value=240)
    recurs_months = forms.IntegerField(
        label=_("Revient tous les (mois)"),
        required=False,
        min_value=1,
        max_value=120,
        help_text=_("Pour un achat qui revient : 12 pour chaque année."),
    )
    places = PlacesField(
        label=_("Lieux"),
        required=False,
        max_length=300,
        help_text=_(
            "Communes ou territoires, séparés par des virgules. Vide : tout le territoire de l'acheteur."
        ),
    )
    reference = forms.CharField(label=_("Référence interne"), required=False, max_length=40)

    def __init__(self, *args: Any, authorities: Iterable[Authority] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", _now("À préciser")), *Kind.choices]
        if authorities is None:
            del self.fields["authority"]
        else:
            self.fields["authority"].queryset = authorities

    @property
    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "authority"}


class LotForm(forms.Form):
    title = forms.CharField(label=_("Objet du lot"), max_length=200)
    cpv = CodesField(
        label=_("Codes CPV"), required=False, max_length=200, help_text=_("Vide : ceux du besoin.")
    )
    amount_cents = EurosField(label=_("Montant estimé hors taxe (€)"), required=False, max_length=24)
    places = PlacesField(
        label=_("Lieux"), required=False, max_length=300, help_text=_("Vide : ceux du besoin.")
    )


class CalendarFileForm(forms.Form):
    authority = forms.ModelChoiceField(
        label=_("Acheteur"), queryset=Authority.objects.none(), empty_label=None
    )
    file = forms.FileField(
        label=_("Fichier"),
        help_text=_("CSV ou XLSX, 5 Mo au plus. Rien n'est écrit à cette étape."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx"}),
    )

    def __init__(self, *args: Any, authorities: Iterable[Authority], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["authority"].queryset = authorities


class WriteForm(forms.Form):
    body = forms.CharField(
        label=_("Votre message"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_(
            "Le même pour tous. Le lien pour répondre est ajouté ; dites ce qu'il faut savoir, rien de plus."
        ),
    )


class AnswerForm(forms.Form):
    """What a supplier answers, without an account."""

    answer = forms.ChoiceField(label=_("Votre réponse"), widget=forms.RadioSelect)
    reason = forms.ChoiceField(
        label=_("Si non, pourquoi ?"),
        required=False,
        help_text=_("Cela aide l'acheteur à mieux découper ses marchés."),
    )
    partners = forms.CharField(label=_("En groupement, avec qui ?"), required=False, max_length=300)
    turnover_cents = EurosField(
        label=_("Votre chiffre d'affaires annuel (€)"),
        required=False,
        max_length=24,
        help_text=_("Facultatif, vu de l'acheteur seul : il sert à prévenir d'une dépendance trop forte."),
    )
    comment = forms.CharField(
        label=_("Précisions"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["answer"].choices = [
            (Answer.INTERESTED.value, _now("Nous sommes intéressés")),
            (Answer.CONSORTIUM.value, _now("Nous sommes intéressés, en groupement")),
            (Answer.REFUSED.value, _now("Nous ne répondrons pas")),
        ]
        reasons = [(code, say(words)) for code, words in rules.REFUSALS.items()]
        self.fields["reason"].choices = [("", _now("Sans objet")), *reasons]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("answer") == "refused" and not cleaned.get("reason"):
            self.add_error("reason", _now("Dites pourquoi vous ne répondrez pas."))
        if cleaned.get("answer") == "consortium" and not cleaned.get("partners", "").strip():
            self.add_error("partners", _now("Dites avec qui vous répondriez."))
        return cleaned


class AwardForm(forms.Form):
    siren = forms.CharField(label=_("SIREN du titulaire"), max_length=14, help_text=_("Neuf chiffres."))
    lot = forms.ModelChoiceField(
        label=_("Lot"), queryset=Lot.objects.none(), required=False, empty_label=_("Tout le besoin")
    )
    basis = forms.ChoiceField(label=_("Réservation"), required=False, choices=Award.BASES)
    amount_cents = EurosField(label=_("Montant hors taxe (€)"), required=False, max_length=24)
    awarded_on = _day(label=_("Attribué le"))

    def __init__(self, *args: Any, need: Need, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lot"].queryset = need.lots.all()

    def clean_siren(self) -> Organisation:
        digits = re.sub(r"\D", "", self.cleaned_data["siren"])[:9]
        found = Organisation.objects.published().filter(siren=digits).first() if len(digits) == 9 else None
        if found is None:
            raise forms.ValidationError(
                _now("Aucune organisation de l'annuaire n'a ce SIREN. Vérifiez-le, ou faites-la ajouter.")
            )
        return found


class ConsultationForm(forms.Form):
    sheet = forms.CharField(
        label=_("Fiche d'information"),
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_(
            "Ce que tous recevront, à l'identique. Elle ne changera plus : une précision ira à tous."
        ),
    )
    questions = forms.CharField(
        label=_("Questions"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Une par ligne."),
    )
    closes_on = _day(label=_("Réponses jusqu'au"))

    def clean_questions(self) -> list[str]:
        return [line.strip() for line in self.cleaned_data["questions"].splitlines() if line.strip()]


class SayForm(forms.Form):
    """A supplier's word in a consultation."""

    kind = forms.ChoiceField(
        label=_("Vous envoyez"),
        choices=[("answer", _("une réponse aux questions")), ("question", _("une question à l'acheteur"))],
        widget=forms.RadioSelect,
        initial="answer",
    )
    body = forms.CharField(label=_("Votre texte"), max_length=8000, widget=forms.Textarea(attrs={"rows": 8}))
