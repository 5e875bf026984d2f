"""What a person gives to be located: one point, or a file of points."""

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from essaim.observatory.locate import point_file
from essaim.observatory.locate.grids import LAMBERT_93

LARGEST_FILE_BYTES = 5 * 1024 * 1024
MOST_ROWS = 100_000
PROJECTIONS = (
    ("4326", _("Degrés (longitude, latitude)")),
    (str(LAMBERT_93), _("Mètres, Lambert 93 (métropole)")),
    ("5490", _("Mètres, UTM 20 nord (Antilles)")),
    ("2972", _("Mètres, UTM 22 nord (Guyane)")),
    ("2975", _("Mètres, UTM 40 sud (La Réunion)")),
    ("4471", _("Mètres, UTM 38 sud (Mayotte)")),
)


def _spoken(error: point_file.UnreadablePoints) -> str:
    return error.text.in_(get_language() or settings.LANGUAGE_CODE)


class PointForm(forms.Form):
    lat = forms.CharField(label=_("Latitude"), max_length=40, help_text=_("Par exemple 50,6366"))
    lon = forms.CharField(label=_("Longitude"), max_length=40, help_text=_("Par exemple 3,0586"))

    def clean(self) -> dict:
        cleaned = super().clean()
        if {"lon", "lat"} <= cleaned.keys():
            lon, lat, reasons = point_file.understand([cleaned["lon"]], [cleaned["lat"]])
            if reasons[0]:
                said = point_file.REASONS[reasons[0]].in_(get_language() or settings.LANGUAGE_CODE)
                raise forms.ValidationError(said[:1].upper() + said[1:] + ".")
            cleaned["point"] = float(lon[0]), float(lat[0])
        return cleaned


class FileForm(forms.Form):
    file = forms.FileField(
        label=_("Fichier d'adresses avec coordonnées"),
        help_text=_(
            "CSV de 5 Mo et 100 000 lignes au plus, avec une ligne de titres. Il n'est pas conservé."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.tsv,text/csv"}),
    )
    lon_column = forms.CharField(
        label=_("Colonne des longitudes"),
        required=False,
        max_length=80,
        help_text=_("Facultatif : lon, longitude, lng ou x sont reconnus."),
    )
    lat_column = forms.CharField(
        label=_("Colonne des latitudes"),
        required=False,
        max_length=80,
        help_text=_("Facultatif : lat, latitude ou y sont reconnus."),
    )
    epsg = forms.ChoiceField(label=_("Les coordonnées sont en"), choices=PROJECTIONS, required=False)

    def clean_file(self) -> UploadedFile:
        file = self.cleaned_data["file"]
        if file.size > LARGEST_FILE_BYTES:
            raise forms.ValidationError(
                _(
                    "Ce fichier pèse %(size)s, 5 Mo au plus sont acceptés ici. Coupez-le, ou utilisez la commande "
                    "« essaim territories locate » sur votre ordinateur."
                ),
                params={"size": filesizeformat(file.size)},
            )
        return file

    def clean(self) -> dict:
        cleaned = super().clean()
        if "file" not in cleaned:
            return cleaned
        file = cleaned["file"]
        try:
            points = point_file.parse_points(
                file.read(),
                file.name,
                lon_column=cleaned.get("lon_column") or None,
                lat_column=cleaned.get("lat_column") or None,
                epsg=int(cleaned.get("epsg") or 4326),
            )
        except point_file.UnreadablePoints as error:
            raise forms.ValidationError({"file": _spoken(error)}) from error
        if len(points.lines) > MOST_ROWS:
            raise forms.ValidationError(
                {
                    "file": forms.ValidationError(
                        _(
                            "Ce fichier a %(rows)s lignes, 100 000 au plus sont acceptées ici. Coupez-le, ou utilisez "
                            "la commande « essaim territories locate » sur votre ordinateur."
                        ),
                        params={"rows": len(points.lines)},
                    )
                }
            )
        cleaned["points"] = points
        return cleaned
