"""The file an agent brings."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from essaim.organisations.operations.importing import UPLOAD_BYTES

FORMATS = (
    ("csv", _("Liste en CSV ou XLSX (notre modèle, ou la base de l'ESS numérique)")),
    ("siae", _("Liste des SIAE, GEIQ et EA")),
)


class UploadForm(forms.Form):
    """A CSV or XLSX of at most 100 MB, and what it is."""

    file = forms.FileField(
        label=_("Fichier"),
        help_text=_("CSV ou XLSX, 100 Mo au plus. Rien n'est écrit à cette étape."),
        widget=forms.ClearableFileInput(
            attrs={
                "accept": ".csv,.xlsx,.zip,text/csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
            }
        ),
    )
    format = forms.ChoiceField(label=_("Ce que c'est"), choices=FORMATS)
    dataset = forms.SlugField(
        label=_("Nom de la liste"),
        required=False,
        max_length=50,
        help_text=_(
            "Pour une liste : le même nom d'une année à l'autre. Vide : le nom du fichier sans sa date."
        ),
    )
    vintage = forms.DateField(
        label=_("Date des données"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Le jour dont parle le fichier. Vide : la date écrite dans son nom, sinon aujourd'hui."),
    )

    def clean_file(self) -> object:
        file = self.cleaned_data["file"]
        if file.size > UPLOAD_BYTES:
            raise ValidationError(
                _("Ce fichier dépasse 100 Mo. Envoyez-le en ligne de commande : essaim organisations import.")
            )
        return file
