"""What is asked to say that an organisation offers a support."""

from collections.abc import Iterable, Mapping

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from essaim.law.text import Text
from essaim.observatory import categories
from essaim.organisations.queries.asked_place import asked_place
from essaim.organisations.rules import SUPPORT_STAGES, SUPPORTS
from essaim.ui.words import say


def spoken(labels: Mapping[str, Text] | Iterable[tuple[str, Text]]) -> list[tuple[str, str]]:
    """Choices in the reader's language."""
    pairs = labels.items() if isinstance(labels, Mapping) else labels
    return [(code, say(label)) for code, label in pairs]


class SupportForm(forms.Form):
    kind = forms.ChoiceField(label=_("Type d'appui"))
    title = forms.CharField(
        label=_("Intitulé"), max_length=160, help_text=_("Par exemple : incubateur pour projets collectifs.")
    )
    description = forms.CharField(
        label=_("Description"),
        required=False,
        max_length=800,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Pour qui, combien de temps, à quel prix."),
    )
    stages = forms.MultipleChoiceField(label=_("À quelles étapes ?"), widget=forms.CheckboxSelectMultiple)
    sectors = forms.MultipleChoiceField(
        label=_("Dans quels secteurs ?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Aucun : tous les secteurs."),
    )
    territory = forms.CharField(
        label=_("Sur quel territoire ?"),
        required=False,
        max_length=80,
        help_text=_("Un nom ou un code (epci:200093201). Vide : toute la France."),
    )
    link = forms.URLField(
        label=_("Lien"), required=False, max_length=300, assume_scheme="https", help_text=_("Facultatif.")
    )
    starts_on = forms.DateField(
        label=_("Ouvert à partir du"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    ends_on = forms.DateField(
        label=_("Jusqu'au"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = spoken(SUPPORTS)
        self.fields["stages"].choices = spoken(SUPPORT_STAGES)
        self.fields["sectors"].choices = spoken(
            (code, label)
            for code, label in categories.labels()["sector"].items()
            if code != categories.UNKNOWN
        )

    def clean_territory(self) -> str:
        asked = asked_place(self.cleaned_data["territory"])
        if asked.is_unknown:
            raise forms.ValidationError(
                gettext(
                    "Nous ne connaissons pas ce territoire. Écrivez son nom, ou son code comme epci:200093201."
                )
            )
        return asked.code

    def clean(self) -> dict:
        cleaned = super().clean()
        start, end = cleaned.get("starts_on"), cleaned.get("ends_on")
        if start and end and end < start:
            self.add_error("ends_on", gettext("Il finit avant de commencer. Corrigez l'une des dates."))
        return cleaned
