"""What its people say of their organisation: presentation, hours, zone, offers, contacts, labels."""

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from essaim.law.text import Text
from essaim.observatory.categories import sectors
from essaim.observatory.reference import places
from essaim.organisations.models import Offer, Profile, ServedZone
from essaim.organisations.rules import LABELS
from essaim.organisations.rules.cpv import families
from essaim.organisations.rules.house import PROFILES
from essaim.organisations.rules.profile import ACCESSIBILITY, LANGUAGES, PUBLICS
from essaim.organisations.rules.timetable import DAY_NAMES, DAYS, NotHours, parse_day, show_day
from essaim.ui.words import language, say

LONG = forms.Textarea(attrs={"rows": 8})
PHONE = re.compile(r"\+?[0-9 .()-]{4,20}")


def spoken(labels: Mapping[str, Text]) -> list[tuple[str, str]]:
    return [(code, say(words)) for code, words in labels.items()]


def sector_choices() -> list[tuple[str, str]]:
    return [(code, say(sector.label)) for code, sector in sectors().items()]


def length_of(model: type, name: str) -> int:
    return model._meta.get_field(name).max_length


class Ticks(forms.MultipleChoiceField):
    """Several of a closed list, as boxes to tick."""

    widget = forms.CheckboxSelectMultiple
    is_ticks = True

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, **options)


class ProfileForm(forms.Form):
    """`values()` are columns of Profile."""

    usual_name = forms.CharField(
        label=_("Nom d'usage"), required=False, max_length=length_of(Profile, "usual_name"),
        help_text=_("Sous quel nom on vous connaît, s'il diffère du nom officiel."),
    )  # fmt: skip
    summary = forms.CharField(
        label=_("En une phrase"), required=False, max_length=length_of(Profile, "summary"),
        help_text=_("280 caractères au plus. C'est ce que montrent les résultats de recherche."),
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": 280}),
    )  # fmt: skip
    description = forms.CharField(
        label=_("Présentation"), required=False, max_length=length_of(Profile, "description"), widget=LONG,
        help_text=_("Ce que vous faites, pour qui, comment. Du texte simple : une balise est montrée telle quelle."),
    )  # fmt: skip
    website = forms.URLField(
        label=_("Site web"), required=False, max_length=300, assume_scheme="https",
        help_text=_("Par exemple https://www.exemple.fr"), widget=forms.URLInput(attrs={"autocomplete": "url"}),
    )  # fmt: skip
    links = forms.CharField(
        label=_("Autres liens"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Un par ligne : quelques mots, puis l'adresse. Par exemple : Notre boutique https://exemple.fr/boutique"),
    )  # fmt: skip
    sectors = Ticks(label=_("Secteurs"), choices=sector_choices)
    publics = Ticks(label=_("Publics accueillis"), choices=lambda: spoken(PUBLICS))
    languages = Ticks(label=_("Langues parlées"), choices=lambda: spoken(LANGUAGES))
    accessibility = Ticks(label=_("Accessibilité"), choices=lambda: spoken(ACCESSIBILITY))

    @staticmethod
    def shown(profile: Profile) -> dict[str, Any]:
        names = (
            "usual_name",
            "summary",
            "description",
            "website",
            "sectors",
            "publics",
            "languages",
            "accessibility",
        )
        links = "\n".join(f"{each.get('label', '')} {each['url']}".strip() for each in profile.links)
        return {name: getattr(profile, name) for name in names} | {"links": links}

    def clean_website(self) -> str:
        url = self.cleaned_data["website"]
        if url and not url.lower().startswith(("http://", "https://")):
            raise ValidationError(_("Une adresse de site commence par https:// ou http://."))
        return url

    def clean_links(self) -> list[dict[str, str]]:
        lines = [line.strip() for line in self.cleaned_data["links"].splitlines() if line.strip()]
        if len(lines) > PROFILES.most_links:
            raise ValidationError(
                _("%(most)s liens au plus. Gardez les plus utiles."), params={"most": PROFILES.most_links}
            )
        return [_link(line) for line in lines]

    def values(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


def _link(line: str) -> dict[str, str]:
    label, _space, url = line.rpartition(" ")
    url = url if "://" in url else f"https://{url}"
    try:
        URLValidator(schemes=["http", "https"])(url)
    except ValidationError as error:
        raise ValidationError(
            _(
                "« %(line)s » ne finit pas par une adresse. Écrivez par exemple : Notre boutique https://exemple.fr"
            ),
            params={"line": line[:80]},
        ) from error
    return {"label": label.strip()[:120], "url": url[:300]}


class HoursForm(forms.Form):
    """One line a day, as people say it; the note for the rest."""

    note = forms.CharField(
        label=_("Remarque"), required=False, max_length=200,
        help_text=_("Par exemple : sur rendez-vous, fermé pendant les vacances scolaires."),
    )  # fmt: skip

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        days = {
            day: forms.CharField(label=say(DAY_NAMES[day]), required=False, max_length=80) for day in DAYS
        }
        self.fields = days | self.fields

    @staticmethod
    def shown(profile: Profile) -> dict[str, Any]:
        hours = profile.opening_hours
        return {day: show_day(hours.get(day), language()) for day in DAYS} | {"note": hours.get("note", "")}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for day in DAYS:
            try:
                cleaned[day] = parse_day(cleaned.get(day) or "", PROFILES.most_ranges_a_day)
            except NotHours as error:
                self.add_error(day, say(error.text))
        return cleaned

    def values(self) -> dict[str, Any]:
        hours = {day: self.cleaned_data[day] for day in DAYS if self.cleaned_data[day] is not None}
        note = {"note": self.cleaned_data["note"]} if self.cleaned_data["note"] else {}
        return {"opening_hours": hours | note}


class ServedZoneForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("Où intervenez-vous ?"), widget=forms.RadioSelect, required=False,
        choices=[
            ("", _("Je ne le dis pas")),
            ("territories", _("Dans des territoires, que je choisis")),
            ("radius", _("À une distance de nos lieux")),
            ("national", _("Dans toute la France")),
        ],
    )  # fmt: skip
    radius_km = forms.IntegerField(
        label=_("Distance, en kilomètres"), required=False, min_value=1, max_value=500
    )
    territories = forms.MultipleChoiceField(label=_("Territoires choisis"), required=False)

    def __init__(self, *args: Any, offered: list[str], **options: Any) -> None:
        super().__init__(*args, **options)
        known = places.all_territories()
        self.fields["territories"].choices = [
            (code, territory_words(code)) for code in offered if code in known
        ]

    @staticmethod
    def shown(zone: ServedZone | None) -> dict[str, Any]:
        if zone is None:
            return {"kind": "", "territories": []}
        return {"kind": zone.kind, "radius_km": zone.radius_km, "territories": zone.territories}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if (
            cleaned.get("kind") == "radius"
            and not cleaned.get("radius_km")
            and "radius_km" not in self.errors
        ):
            self.add_error("radius_km", _("Dites jusqu'à combien de kilomètres vous intervenez."))
        if cleaned.get("kind") == "territories" and not cleaned.get("territories"):
            self.add_error("territories", _("Cherchez et cochez au moins un territoire."))
        if len(cleaned.get("territories") or ()) > PROFILES.most_served_territories:
            self.add_error(
                "territories",
                _("C'est beaucoup : choisissez plutôt un département, une région ou toute la France."),
            )
        return cleaned

    def values(self) -> dict[str, Any] | None:
        kind = self.cleaned_data["kind"]
        if not kind:
            return None
        return {
            "kind": kind,
            "territories": self.cleaned_data["territories"] if kind == "territories" else [],
            "radius_km": self.cleaned_data["radius_km"] if kind == "radius" else None,
        }


def territory_words(code: str) -> str:
    """ "Lille (commune, 59)"."""
    place = places.all_territories()[code]
    kind = say(places.KIND_LABELS[place.kind])
    return f"{place.name} ({kind}{f', {place.departement}' if place.kind == 'commune' else ''})"


class OfferForm(forms.Form):
    title = forms.CharField(label=_("Produit ou service"), max_length=length_of(Offer, "title"))
    kind = forms.ChoiceField(
        label=_("Nature"), choices=[("service", _("Service")), ("product", _("Produit"))],
        widget=forms.RadioSelect, initial="service",
    )  # fmt: skip
    description = forms.CharField(
        label=_("Description"), required=False, max_length=length_of(Offer, "description"),
        widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip
    sector = forms.ChoiceField(
        label=_("Secteur"),
        required=False,
        choices=lambda: [("", _("Celui de l'organisation")), *sector_choices()],
    )
    cpv = forms.MultipleChoiceField(label=_("Familles d'achat (CPV)"), required=False)

    def __init__(self, *args: Any, offered: list[str], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["cpv"].choices = [
            (code, f"{code} {families()[code]}") for code in offered if code in families()
        ]

    @staticmethod
    def shown(offer: Offer) -> dict[str, Any]:
        return {name: getattr(offer, name) for name in ("title", "kind", "description", "sector", "cpv")}

    def values(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class ContactForm(forms.Form):
    label = forms.CharField(
        label=_("Pour quoi"),
        required=False,
        max_length=80,
        help_text=_("Par exemple : accueil, commandes, bénévolat."),
    )
    email = forms.EmailField(label=_("Courriel"), required=False)
    phone = forms.CharField(label=_("Téléphone"), required=False, max_length=20)
    is_personal = forms.ChoiceField(
        label=_("Ce contact est"), widget=forms.RadioSelect,
        choices=[
            ("no", _("celui de l'organisation (accueil, standard)")),
            ("yes", _("celui d'une personne, reconnaissable à son nom, son courriel ou son téléphone")),
        ],
    )  # fmt: skip
    person = forms.CharField(label=_("Nom de la personne"), required=False, max_length=120)
    consents = forms.BooleanField(
        label=_("Cette personne est d'accord pour que ce contact soit montré sur la fiche"), required=False,
        help_text=_("La date de cet accord est gardée. Sans accord, le contact n'est montré à personne."),
    )  # fmt: skip

    @staticmethod
    def shown(contact: Any) -> dict[str, Any]:
        return {name: getattr(contact, name) for name in ("label", "email", "phone", "person")} | {
            "is_personal": "yes" if contact.is_personal else "no",
            "consents": contact.consent_on is not None,
        }

    def clean_phone(self) -> str:
        phone = self.cleaned_data["phone"].strip()
        if phone and not PHONE.fullmatch(phone):
            raise ValidationError(_("Écrivez un numéro, par exemple 03 20 00 00 00."))
        return phone

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.errors and not (cleaned.get("email") or cleaned.get("phone")):
            self.add_error("email", _("Donnez un courriel ou un téléphone : c'est par là qu'on vous joint."))
        if cleaned.get("is_personal") == "no" and cleaned.get("person"):
            self.add_error(
                "is_personal", _("Vous nommez une personne : ce contact est donc celui d'une personne.")
            )
        return cleaned

    def values(self) -> dict[str, Any]:
        names = ("label", "email", "phone", "person")
        return {name: self.cleaned_data[name] for name in names} | {
            "is_personal": self.cleaned_data["is_personal"] == "yes"
        }


class LabelForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("Label ou agrément"),
        choices=lambda: [(code, say(kind.label)) for code, kind in LABELS.items()],
    )
    valid_from = forms.DateField(
        label=_("Depuis le"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    valid_to = forms.DateField(
        label=_("Jusqu'au"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    proof = forms.CharField(
        label=_("Preuve"), max_length=300,
        help_text=_("Numéro et date de l'arrêté, de la convention, ou adresse d'une liste publique où vous figurez."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        start, end = cleaned.get("valid_from"), cleaned.get("valid_to")
        if start and end and end < start:
            self.add_error("valid_to", _("La fin est avant le début. Vérifiez les deux dates."))
        return cleaned

    def values(self) -> dict[str, Any]:
        return {
            name: value.isoformat() if hasattr(value, "isoformat") else value
            for name, value in self.cleaned_data.items()
            if value
        }
