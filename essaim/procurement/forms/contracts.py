"""A file of contracts, and a rejected entry to correct."""

import json
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from essaim.accounts.models import Authority


class ContractFileForm(forms.Form):
    """A file of essential contract data, and for whom. `authorities`: those of the person."""

    file = forms.FileField(
        label=_("Fichier"),
        help_text=_(
            "Données essentielles : JSON, XML, CSV ou Parquet, 100 Mo au plus. Rien n'est écrit à cette étape."
        ),
    )
    authority = forms.ModelChoiceField(Authority.objects.none(), label=_("Pour"), empty_label=None)

    def __init__(self, *args: Any, authorities: list[Authority], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = Authority.objects.filter(pk__in=[one.pk for one in authorities])
        self.fields["authority"].queryset = chosen  # type: ignore[attr-defined]  # a ModelChoiceField


class CorrectionForm(forms.Form):
    """The entry as JSON, as published or corrected."""

    entry = forms.CharField(
        label=_("Entrée corrigée (JSON)"),
        widget=forms.Textarea(attrs={"rows": 18, "spellcheck": "false"}),
        help_text=_("Changez la valeur en cause et laissez le reste tel quel."),
        max_length=200_000,
    )

    def clean_entry(self) -> Any:
        try:
            return json.loads(self.cleaned_data["entry"])
        except ValueError as error:
            raise ValidationError(
                _("Ce n'est pas du JSON : vérifiez les guillemets, les virgules et les accolades.")
            ) from error
