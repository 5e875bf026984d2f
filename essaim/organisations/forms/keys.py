"""What a key to the API is for."""

from django import forms
from django.utils.translation import gettext_lazy as _


class KeyForm(forms.Form):
    name = forms.CharField(
        label=_("À quoi servira cette clé ?"),
        help_text=_("Par exemple : « carte du site de la mairie ». Vous seul le verrez."),
        max_length=120,
    )
