"""Places and pictures: an address, a point, a photo; and what of the record itself is only proposed."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from essaim.organisations.models import Site
from essaim.organisations.queries import locating
from essaim.organisations.rules.house import PHOTOS

DEGREES = {"inputmode": "decimal", "autocomplete": "off"}


class DegreesField(forms.FloatField):
    """A comma is a point here."""

    widget = forms.TextInput(attrs=DEGREES)

    def to_python(self, value: Any) -> float | None:
        return super().to_python(value.replace(",", ".") if isinstance(value, str) else value)


class PointForm(forms.Form):
    """A point on the map, or its two numbers."""

    lat = DegreesField(label=_("Latitude"), min_value=-90, max_value=90, help_text=_("Par exemple 50,6366"))
    lon = DegreesField(label=_("Longitude"), min_value=-180, max_value=180, help_text=_("Par exemple 3,0586"))

    @staticmethod
    def shown(site: Site) -> dict[str, Any]:
        return {"lat": site.lat, "lon": site.lon}

    def values(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class PlaceForm(forms.Form):
    """An address; the point may be left out, it is then looked for."""

    name = forms.CharField(label=_("Nom du lieu"), required=False, max_length=200)
    address = forms.CharField(
        label=_("Numéro et rue"), required=False, max_length=300,
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )  # fmt: skip
    postcode = forms.RegexField(
        label=_("Code postal"), regex=r"^\d{5}$",
        error_messages={"invalid": _("Un code postal a cinq chiffres.")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "postal-code"}),
    )  # fmt: skip
    town = forms.CharField(
        label=_("Commune"), required=False, max_length=100,
        help_text=_("À remplir si plusieurs communes ont ce code postal."),
        widget=forms.TextInput(attrs={"autocomplete": "address-level2"}),
    )  # fmt: skip
    lat = DegreesField(
        label=_("Latitude"), required=False, min_value=-90, max_value=90,
        help_text=_("Facultatif. Sans point, nous plaçons le lieu d'après son adresse."),
    )  # fmt: skip
    lon = DegreesField(label=_("Longitude"), required=False, min_value=-180, max_value=180)

    @staticmethod
    def shown(site: Site) -> dict[str, Any]:
        names = ("name", "address", "postcode", "lat", "lon")
        commune = locating.commune_name(site.commune)
        return {name: getattr(site, name) for name in names} | {"town": commune}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if "postcode" not in cleaned:
            return cleaned
        if (cleaned.get("lat") is None) != (cleaned.get("lon") is None):
            self.add_error("lat", _("Donnez les deux nombres, ou aucun."))
        found = locating.commune_named(cleaned["postcode"], cleaned.get("town") or "")
        if found is None:
            self.add_error("town", self._which(cleaned["postcode"]))
        cleaned["commune"] = found.id if found else ""
        return cleaned

    def _which(self, postcode: str) -> ValidationError:
        names = [place.name for place in locating.communes_of_postcode(postcode)]
        if not names:
            return ValidationError(
                _("Aucune commune n'a le code postal %(postcode)s. Vérifiez-le."),
                params={"postcode": postcode},
            )
        return ValidationError(
            _("Quelle commune ? Le code postal %(postcode)s est celui de : %(names)s."),
            params={"postcode": postcode, "names": ", ".join(names[:30])},
        )

    def values(self) -> dict[str, Any]:
        return {
            name: self.cleaned_data[name] for name in ("name", "address", "postcode", "commune", "lat", "lon")
        }


class PhotoTextForm(forms.Form):
    alt = forms.CharField(
        label=_("Description de l'image"), max_length=200,
        help_text=_("Ce qu'on y voit, en une phrase. Elle est lue à voix haute à qui ne voit pas l'image."),
    )  # fmt: skip
    credit = forms.CharField(label=_("Crédit"), required=False, max_length=120, help_text=_("Qui l'a prise."))

    def values(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class PhotoForm(PhotoTextForm):
    file = forms.FileField(
        label=_("Photo"),
        widget=forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )
    field_order = ["file", "alt", "credit"]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["file"].help_text = _(
            "JPEG, PNG ou WebP, %(most)s Mo au plus. La date, le lieu et le nom de l'appareil sont effacés."
        ) % {"most": PHOTOS.most_bytes // 1_000_000}

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > PHOTOS.most_bytes:
            raise ValidationError(
                _("Ce fichier pèse plus de %(most)s Mo. Réduisez l'image, ou prenez-en une autre."),
                params={"most": PHOTOS.most_bytes // 1_000_000},
            )
        return file
