from django.contrib.auth.forms import AuthenticationForm, UsernameField
from django.forms import EmailInput
from django.utils.translation import gettext_lazy as _


class LoginForm(AuthenticationForm):
    """Accounts are named by their e-mail address."""

    username = UsernameField(
        label=_("Adresse électronique"),
        widget=EmailInput(attrs={"autocomplete": "username", "autofocus": False}),
    )
    error_messages = {
        "invalid_login": _(
            "Aucun compte ne correspond à cette adresse et à ce mot de passe. Vérifiez-les : "
            "majuscules et minuscules comptent dans le mot de passe."
        ),
        "inactive": _(
            "Ce compte est fermé. Écrivez à l'administrateur de votre collectivité pour le rouvrir."
        ),
    }
