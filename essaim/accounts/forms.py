"""What people write: django-allauth's forms with our words, and the form of roles."""

from allauth.account import forms as account
from allauth.account.models import EmailAddress
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.utils.translation import gettext_lazy as _

from essaim.accounts.models import Role

ADDRESS = _("Adresse électronique")
PASSWORD = _("Mot de passe")
NEW_PASSWORD = _("Nouveau mot de passe")
AGAIN = _("Le même, une seconde fois")
ADVICE = _(
    "Douze caractères au moins. Une phrase que vous seul connaissez se retient mieux qu'un mot compliqué."
)


class OurWords:
    """Labels and help of ours; no placeholder, which disappears when one needs it."""

    labels: dict[str, object] = {}
    helps: dict[str, object] = {}

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():  # type: ignore[attr-defined]  # a Django form's
            field.label = self.labels.get(name, field.label)
            field.help_text = self.helps.get(name, "")
            field.widget.attrs.pop("placeholder", None)


class LoginForm(OurWords, account.LoginForm):
    labels = {"login": ADDRESS, "password": PASSWORD}


class SignupForm(OurWords, account.SignupForm):
    labels = {"email": ADDRESS, "password1": PASSWORD, "password2": AGAIN}
    helps = {"email": _("Un message y sera envoyé pour la confirmer."), "password1": ADVICE}


class AddressForm(OurWords, account.AddEmailForm):
    labels = {"email": _("Nouvelle adresse électronique")}
    helps = {"email": _("Elle remplacera l'ancienne une fois confirmée par le message qui y sera envoyé.")}


class ChangePasswordForm(OurWords, account.ChangePasswordForm):
    labels = {"oldpassword": _("Mot de passe actuel"), "password1": NEW_PASSWORD, "password2": AGAIN}
    helps = {"password1": ADVICE}


class SetPasswordForm(OurWords, account.SetPasswordForm):
    labels = {"password1": PASSWORD, "password2": AGAIN}
    helps = {"password1": ADVICE}


class ForgottenPasswordForm(OurWords, account.ResetPasswordForm):
    labels = {"email": ADDRESS}


class NewPasswordForm(OurWords, account.ResetPasswordKeyForm):
    labels = {"password1": NEW_PASSWORD, "password2": AGAIN}
    helps = {"password1": ADVICE}

    def save(self) -> None:
        super().save()
        # The link was read in the only mailbox of the account: it is theirs (someone invited confirms it so).
        addresses = EmailAddress.objects.filter(user=self.user)
        if addresses.count() == 1:
            addresses.update(verified=True)


class PasswordAgainForm(OurWords, account.ReauthenticateForm):
    labels = {"password": PASSWORD}


class CodeWords(OurWords):
    labels = {"code": _("Code")}

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs |= {"inputmode": "numeric", "spellcheck": "false"}  # type: ignore[attr-defined]


class CodeForm(CodeWords, AuthenticateForm):
    helps = {"code": _("Les six chiffres de l'application, ou l'un de vos codes de secours.")}


class CodeAgainForm(CodeWords, ReauthenticateForm):
    helps = CodeForm.helps


class ActivateForm(CodeWords, ActivateTOTPForm):
    labels = {"code": _("Code affiché par l'application")}
    helps = {"code": _("Six chiffres, qui changent toutes les trente secondes.")}


class RoleForm(forms.Form):
    """Who receives which role; whether it may be given is the operation's to say."""

    email = forms.EmailField(label=_("Adresse électronique de la personne"), max_length=254)
    role = forms.ChoiceField(label=_("Rôle"), choices=Role)
