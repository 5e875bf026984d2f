"""Claiming an organisation, working as a team."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

ROLES = [
    ("editor", _("Rédaction : modifie la fiche")),
    ("owner", _("Responsable : modifie la fiche, invite et retire des personnes")),
]


class ClaimForm(forms.Form):
    """Only the proofs this organisation allows are offered."""

    method = forms.ChoiceField(label=_("Comment le prouver ?"), widget=forms.RadioSelect)
    email = forms.EmailField(label=_("Votre adresse dans l'organisation"), required=False)
    motive = forms.CharField(
        label=_("Qui êtes-vous pour cette organisation ?"), required=False, max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Votre fonction, et comment l'agent peut le vérifier. Nécessaire pour demander sa décision."),
    )  # fmt: skip

    def __init__(self, *args: Any, domains: tuple[str, ...], has_address: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        methods = []
        if domains:
            ends = ", ".join(f"@{domain}" for domain in domains)
            methods.append(("mail", _("Recevoir un code à une adresse %(ends)s") % {"ends": ends}))
            self.fields["email"].help_text = _("Elle finit par %(ends)s") % {"ends": ends}
        else:
            del self.fields["email"]
        if has_address:
            methods.append(("post", _("Recevoir un code par courrier, au siège de l'organisation")))
        methods.append(("agent", _("Demander la décision d'un agent de la collectivité")))
        self.fields["method"].choices = methods
        self.initial.setdefault("method", methods[0][0])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("method") == "mail" and not cleaned.get("email") and "email" not in self.errors:
            self.add_error("email", _("Donnez l'adresse à laquelle envoyer le code."))
        if cleaned.get("method") == "agent" and not (cleaned.get("motive") or "").strip():
            self.add_error(
                "motive", _("Dites qui vous êtes pour cette organisation : l'agent décide d'après cela.")
            )
        return cleaned


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Votre code"), max_length=40, help_text=_("Majuscules, minuscules et espaces ne comptent pas."),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "spellcheck": "false"}),
    )  # fmt: skip


class InviteForm(forms.Form):
    email = forms.EmailField(label=_("Courriel de votre collègue"))
    role = forms.ChoiceField(label=_("Son rôle"), choices=ROLES, widget=forms.RadioSelect, initial="editor")


class DecisionForm(forms.Form):
    reason = forms.CharField(
        label=_("Motif"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Nécessaire pour refuser. La personne le lira."),
    )  # fmt: skip
