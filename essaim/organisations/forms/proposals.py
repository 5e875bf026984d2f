"""What anyone proposes: a correction, a closure, a new place; and what its own people ask an agent to read."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from essaim.organisations.forms.owner import sector_choices
from essaim.organisations.forms.places import PlaceForm
from essaim.organisations.models import Organisation
from essaim.organisations.rules.proposable import NotProposable, checked
from essaim.ui.words import say

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class Trap(forms.Form):
    """A field people do not see; machines fill it in. What they send is thanked for and thrown away."""

    nickname = forms.CharField(
        label=_("Laissez ce champ vide"), required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )  # fmt: skip

    @property
    def is_trapped(self) -> bool:
        return bool(self.data.get("nickname"))


class Answerable(Trap):
    message = forms.CharField(
        label=_("Expliquez en quelques mots"), required=False, max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Comment le savez-vous ? N'écrivez rien de personnel sur quelqu'un."),
    )  # fmt: skip
    email = forms.EmailField(
        label=_("Votre courriel, pour recevoir la réponse"), required=False,
        help_text=_("Facultatif. Il ne sert qu'à vous répondre, puis il est effacé."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )  # fmt: skip


class CorrectionForm(Answerable):
    """The fields as they are now; what differs is proposed."""

    usual_name = forms.CharField(label=_("Nom d'usage"), required=False, max_length=200)
    website = forms.URLField(label=_("Site web"), required=False, max_length=300, assume_scheme="https")
    phone = forms.CharField(label=_("Téléphone de l'organisation"), required=False, max_length=20)
    email_shown = forms.EmailField(label=_("Courriel de l'organisation"), required=False)
    address = forms.CharField(label=_("Adresse (numéro et rue)"), required=False, max_length=300)
    postcode = forms.CharField(label=_("Code postal"), required=False, max_length=5)
    sector = forms.ChoiceField(
        label=_("Secteur"), required=False, choices=lambda: [("", "–"), *sector_choices()]
    )
    field_order = [
        "usual_name", "website", "phone", "email_shown", "address", "postcode", "sector", "message", "email",
    ]  # fmt: skip
    COLUMNS = ("usual_name", "website", "phone", "email_shown", "address", "postcode", "sector")

    def changes(self) -> dict[str, Any]:
        """Only what the person changed; the organisation's mail box is `email` for the rules."""
        kept = {name: self.cleaned_data[name] for name in self.COLUMNS if name in self.changed_data}
        return {"email" if name == "email_shown" else name: value for name, value in kept.items()}


class ClosureForm(Answerable):
    site = forms.ChoiceField(label=_("Qu'est-ce qui est fermé ?"), required=False)
    closed_on = forms.DateField(
        label=_("Depuis quand ?"),
        required=False,
        widget=DAY,
        help_text=_("Facultatif : même une date approximative."),
    )
    field_order = ["site", "closed_on", "message", "email"]

    def __init__(self, *args: Any, organisation: Organisation, on: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.on = on
        sites = organisation.sites.filter(closed_on__isnull=True)
        self.fields["site"].choices = [
            ("", _("Toute l'organisation")),
            *((str(site.pk), str(site)) for site in sites),
        ]

    def clean_closed_on(self) -> date | None:
        day = self.cleaned_data["closed_on"]
        if day and day > self.on:
            raise ValidationError(_("Cette date est dans l'avenir. Donnez celle de la fermeture."))
        return day

    def changes(self) -> dict[str, Any]:
        day = self.cleaned_data["closed_on"] or self.on
        site = self.cleaned_data["site"]
        return {"closed_on": day.isoformat()} | ({"site": int(site)} if site else {})


class NewPlaceForm(PlaceForm, Answerable):
    name = forms.CharField(label=_("Nom de l'initiative"), max_length=200)
    sector = forms.ChoiceField(label=_("Activité"), choices=sector_choices)
    summary = forms.CharField(
        label=_("En une phrase"), required=False, max_length=280, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Ce qu'on y fait, pour qui."),
    )  # fmt: skip
    website = forms.URLField(label=_("Site web"), required=False, max_length=300, assume_scheme="https")
    field_order = [
        "name", "sector", "summary", "address", "postcode", "town", "lat", "lon", "website", "message", "email",
    ]  # fmt: skip

    def changes(self) -> dict[str, Any]:
        names = ("name", "sector", "summary", "address", "postcode", "commune", "lat", "lon", "website")
        return {
            name: self.cleaned_data[name] for name in names if self.cleaned_data.get(name) not in ("", None)
        }


class IdentityForm(forms.Form):
    """Official facts: asked by its people, read by an agent before anything changes."""

    name = forms.CharField(label=_("Nom officiel"), max_length=300)
    sigle = forms.CharField(label=_("Sigle"), required=False, max_length=100)
    siren = forms.CharField(label="SIREN", required=False, max_length=11)
    rna_id = forms.CharField(
        label=_("Numéro RNA"), required=False, max_length=10, help_text=_("Par exemple W595001234.")
    )
    address = forms.CharField(label=_("Adresse du siège (numéro et rue)"), required=False, max_length=300)
    postcode = forms.CharField(label=_("Code postal du siège"), required=False, max_length=5)
    sector = forms.ChoiceField(
        label=_("Secteur"), required=False, choices=lambda: [("", "–"), *sector_choices()]
    )
    closed_on = forms.DateField(
        label=_("L'organisation a cessé son activité le"), required=False, widget=DAY,
        help_text=_("À remplir seulement si elle a fermé."),
    )  # fmt: skip
    evidence = forms.CharField(
        label=_("Pourquoi elle est, ou n'est pas, dans l'ESS"), required=False, max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Par exemple : statuts, mention au registre, agrément. L'agent décidera d'après cela."),
    )  # fmt: skip
    message = forms.CharField(
        label=_("Explication pour l'agent"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, on: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.on = on

    def clean_siren(self) -> str:
        return "".join(self.cleaned_data["siren"].split())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for name in cleaned.keys() & (set(self.changed_data) - {"message", "evidence"}):
            try:
                checked({name: _plain(cleaned[name])}, self.on)
            except NotProposable as error:
                self.add_error(name, say(error.text))
        return cleaned

    def changes(self) -> dict[str, Any]:
        kept = {name: _plain(self.cleaned_data[name]) for name in self.changed_data if name != "message"}
        if "evidence" in kept:
            kept["evidence"] = {"text": kept["evidence"]}
        return kept


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
