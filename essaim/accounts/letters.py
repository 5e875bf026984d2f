"""Every mail and every message about an account, in one place: what django-allauth would say in many small files."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

NOT_YOU = _("Si vous n'avez rien demandé, ignorez ce message : rien ne change.")
SAFE = _(
    "Si ce changement ne vient pas de vous, changez votre mot de passe tout de suite, "
    "puis prévenez l'administrateur de votre collectivité."
)

LETTERS: dict[str, tuple[Any, Any]] = {
    "account/email/email_confirmation": (
        _("Confirmez votre adresse"),
        _("Pour confirmer que l'adresse %(email)s est la vôtre, ouvrez ce lien :\n\n%(activate_url)s"),
    ),
    "account/email/email_confirmation_signup": (
        _("Confirmez votre adresse pour ouvrir votre compte"),
        _(
            "Un compte vient d'être créé avec l'adresse %(email)s. "
            "Pour confirmer qu'elle est la vôtre et ouvrir le compte, suivez ce lien :\n\n%(activate_url)s"
        ),
    ),
    "account/email/account_already_exists": (
        _("Vous avez déjà un compte"),
        _(
            "Quelqu'un, vous peut-être, a voulu créer un compte avec l'adresse %(email)s. Elle en a déjà un.\n\n"
            "Si vous avez oublié le mot de passe, choisissez-en un autre ici :\n\n%(password_reset_url)s"
        ),
    ),
    "account/email/password_reset_key": (
        _("Choisir un nouveau mot de passe"),
        _("Pour choisir un nouveau mot de passe, ouvrez ce lien :\n\n%(password_reset_url)s"),
    ),
    "account/email/unknown_account": (
        _("Aucun compte à cette adresse"),
        _(
            "Quelqu'un, vous peut-être, a voulu ouvrir un compte avec l'adresse %(email)s. Il n'y en a pas.\n\n"
            "Peut-être avez-vous utilisé une autre adresse. Pour créer un compte :\n\n%(signup_url)s"
        ),
    ),
    "accounts/email/invitation": (
        _("Vous êtes invité à ouvrir un compte"),
        _(
            "%(authority)s vous a donné un rôle sur Essaim, la plateforme de sa politique de l'économie sociale "
            "et solidaire. Pour ouvrir votre compte, choisissez un mot de passe ici, dans les trois jours :\n\n"
            "%(invitation_url)s"
        ),
    ),
}
"""Answers to what someone asked: harmless when ignored."""

CHANGES: dict[str, tuple[Any, Any]] = {
    "account/email/email_changed": (
        _("Votre adresse a changé"),
        _("Votre compte passe de l'adresse %(from_email)s à l'adresse %(to_email)s."),
    ),
    "account/email/email_confirm": (_("Adresse confirmée"), _("L'adresse de votre compte est confirmée.")),
    "account/email/email_deleted": (
        _("Adresse retirée"),
        _("L'adresse %(deleted_email)s a été retirée de votre compte."),
    ),
    "account/email/password_changed": (
        _("Votre mot de passe a changé"),
        _("Le mot de passe de votre compte vient d'être changé."),
    ),
    "account/email/password_reset": (
        _("Votre mot de passe a changé"),
        _("Un nouveau mot de passe vient d'être choisi pour votre compte."),
    ),
    "account/email/password_set": (
        _("Votre compte a un mot de passe"),
        _("Un mot de passe vient d'être choisi pour votre compte."),
    ),
    "mfa/email/totp_activated": (
        _("Double vérification activée"),
        _("Une application de codes protège désormais votre compte."),
    ),
    "mfa/email/totp_deactivated": (
        _("Double vérification désactivée"),
        _("Plus aucune application de codes ne protège votre compte."),
    ),
    "mfa/email/recovery_codes_generated": (
        _("Nouveaux codes de secours"),
        _("De nouveaux codes de secours ont été créés pour votre compte ; les anciens ne servent plus."),
    ),
    "socialaccount/email/account_connected": (
        _("Nouveau moyen de se connecter"),
        _("Votre compte s'ouvre désormais aussi avec %(provider)s."),
    ),
    "socialaccount/email/account_disconnected": (
        _("Un moyen de se connecter en moins"),
        _("Votre compte ne s'ouvre plus avec %(provider)s."),
    ),
}
"""Notices of a change already made: the reader must know what to do when it is not theirs."""

SAID: dict[str, Any] = {
    "account/messages/cannot_delete_primary_email.txt": _(
        "L'adresse %(email)s est celle de votre compte : elle ne se retire pas."
    ),
    "account/messages/email_confirmation_failed.txt": _(
        "L'adresse %(email)s est déjà confirmée pour un autre compte."
    ),
    "account/messages/email_confirmation_sent.txt": _(
        "Un message est parti à %(email)s : ouvrez le lien qu'il contient."
    ),
    "account/messages/email_confirmed.txt": _(
        "L'adresse %(email)s est confirmée. Vous pouvez vous connecter."
    ),
    "account/messages/email_deleted.txt": _("L'adresse %(email)s est retirée."),
    "account/messages/logged_out.txt": _("Vous êtes déconnecté."),
    "account/messages/password_changed.txt": _("Votre mot de passe est changé."),
    "account/messages/password_set.txt": _("Votre mot de passe est choisi."),
    "account/messages/unverified_primary_email.txt": _("Confirmez d'abord votre adresse."),
    "mfa/messages/totp_activated.txt": _("La double vérification est activée."),
    "mfa/messages/totp_deactivated.txt": _("La double vérification est désactivée."),
    "mfa/messages/recovery_codes_generated.txt": _(
        "De nouveaux codes de secours sont prêts. Gardez-les à l'abri."
    ),
    "socialaccount/messages/account_connected.txt": _("Ce moyen de connexion est ajouté."),
    "socialaccount/messages/account_connected_other.txt": _(
        "Ce moyen de connexion sert déjà à un autre compte."
    ),
    "socialaccount/messages/account_connected_updated.txt": _("Ce moyen de connexion est à jour."),
    "socialaccount/messages/account_disconnected.txt": _("Ce moyen de connexion est retiré."),
    # Seen at once on the page itself: one's address appears at the top.
    "account/messages/logged_in.txt": "",
}

REFUSALS: dict[str, Any] = {
    "account_inactive": _(
        "Ce compte est fermé. Écrivez à l'administrateur de votre collectivité pour le rouvrir."
    ),
    "duplicate_email": _("Cette adresse est déjà celle de votre compte. Donnez-en une autre."),
    "email_password_mismatch": _(
        "Aucun compte ne correspond à cette adresse et à ce mot de passe. Vérifiez-les : "
        "majuscules et minuscules comptent dans le mot de passe."
    ),
    "email_taken": _("Cette adresse ne peut pas être utilisée. Donnez-en une autre."),
    "enter_current_password": _("Ce n'est pas votre mot de passe actuel. Écrivez-le de nouveau."),
    "incorrect_code": _("Ce code n'est pas le bon, ou il a expiré. Écrivez celui qui s'affiche maintenant."),
    "incorrect_password": _("Ce n'est pas votre mot de passe. Écrivez-le de nouveau."),
    "invalid_password_reset": _("Ce lien ne sert plus. Demandez-en un autre."),
    "too_many_login_attempts": _("Trop d'essais manqués. Attendez quelques minutes, puis recommencez."),
    "unverified_primary_email": _("Confirmez d'abord votre adresse."),
    "unverified_email": _(
        "Confirmez d'abord votre adresse : ouvrez le lien du message qui vous a été envoyé."
    ),
    "add_email_blocked": _(
        "Votre compte demande un second code : son adresse ne change qu'une fois ce code retiré."
    ),
    "cannot_delete_authenticator": _("Ce second code ne peut pas être retiré."),
    "cannot_generate_recovery_codes": _("Activez d'abord l'application de codes."),
    "invalid_token": _("La réponse de l'autre service n'est pas valable. Recommencez."),
    "no_password": _("Choisissez d'abord un mot de passe : sinon, plus rien n'ouvrirait votre compte."),
    "no_verified_email": _("Confirmez d'abord votre adresse : sinon, plus rien n'ouvrirait votre compte."),
    "disconnect_last": _("C'est le seul moyen d'ouvrir votre compte : choisissez d'abord un mot de passe."),
    "rate_limited": _("Trop de demandes en peu de temps. Attendez quelques minutes, puis recommencez."),
}


def letter(prefix: str, context: dict[str, Any]) -> tuple[str, str]:
    """The subject and the text of a mail, in the reader's language. Raises KeyError for a mail we do not send."""
    subject, text = LETTERS.get(prefix) or CHANGES[prefix]
    values = {name: str(value) for name, value in context.items()}
    ending = NOT_YOU if prefix in LETTERS else SAFE
    signed = gettext("Essaim, %(address)s") % {"address": settings.PUBLIC_URL}
    greeting = gettext("Bonjour,")
    return f"Essaim : {subject}", f"{greeting}\n\n{text % values}\n\n{ending}\n\n{signed}\n"


def said(template: str, context: dict[str, Any]) -> str:
    """The message shown after an act, in the reader's language; nothing when the page already says it."""
    return str(SAID[template] % context) if SAID[template] else ""
