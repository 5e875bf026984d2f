"""People, the authorities they act for, their roles there, and the journal of acts."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from essaim.accounts import rules


class User(AbstractUser):
    """A person. Roles are held per authority, not here."""

    class Meta:
        verbose_name = _("personne")
        verbose_name_plural = _("personnes")


class Authority(models.Model):
    """A public authority that runs its policy here; everything it does belongs to it and to its territory."""

    name = models.CharField(_("nom"), max_length=200)
    slug = models.SlugField(_("nom court"), unique=True)
    siren = models.CharField("SIREN", max_length=9, null=True, blank=True, unique=True)
    territory = models.CharField(_("territoire"), max_length=24, help_text=_("Par exemple epci:200093201."))
    created_on = models.DateField(_("créée le"))

    class Meta:
        verbose_name = _("collectivité")
        verbose_name_plural = _("collectivités")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="accounts_authority_has_a_name"),
            models.CheckConstraint(
                condition=Q(siren__isnull=True) | Q(siren__regex=r"^[0-9]{9}$"),
                name="accounts_authority_siren_digits",
                violation_error_message=_("Un SIREN a neuf chiffres, sans espace."),
            ),
            models.CheckConstraint(
                condition=Q(
                    territory__regex=r"^(country|region|departement|epci|ept|commune|qpv):[0-9A-Z]+$"
                ),
                name="accounts_authority_territory_code",
                violation_error_message=_(
                    "Ce code de territoire n'existe pas. Écrivez par exemple epci:200093201."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    MEMBER = "member", _("membre")
    ORGANISATION = "organisation", _("organisation de l'ESS")
    AGENT = "agent", _("agent")
    BUYER = "buyer", _("acheteur")
    FACILITATOR = "facilitator", _("facilitateur des clauses")
    JUROR = "juror", _("juré")
    ELECTED = "elected", _("élu")
    ADMINISTRATOR = "administrator", _("administrateur")


class Membership(models.Model):
    """One role of one person in one authority. Revoked by removal: the journal remembers."""

    user = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("personne")
    )
    authority = models.ForeignKey(
        Authority, on_delete=models.PROTECT, related_name="memberships", verbose_name=_("collectivité")
    )
    role = models.CharField(_("rôle"), max_length=16, choices=Role)
    granted_on = models.DateField(_("donné le"))

    class Meta:
        verbose_name = _("rôle")
        verbose_name_plural = _("rôles")
        ordering = ["authority", "user", "role"]
        constraints = [
            models.UniqueConstraint(fields=["user", "authority", "role"], name="accounts_membership_once"),
            models.CheckConstraint(
                condition=Q(role__in=rules.GRANTED_ROLES), name="accounts_membership_known_role"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user.get_username()}, {self.get_role_display()} ({self.authority})"


class Entry(models.Model):
    """One act, written once: the database itself refuses to change or remove it (triggers of migration 0003).

    `by` is empty when the act came from the command line. `details` holds identifiers and amounts,
    never names, addresses or any other personal data, so that the journal can be kept for ever.
    """

    at = models.DateTimeField(_("instant"), auto_now_add=True)
    on = models.DateField(_("date de l'acte"))
    by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("par")
    )
    act = models.CharField(_("acte"), max_length=80)
    object_type = models.CharField(_("type d'objet"), max_length=80)
    object_id = models.CharField(_("identifiant"), max_length=40)
    authority = models.ForeignKey(
        Authority,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("collectivité"),
    )
    details = models.JSONField(_("détails"), default=dict, blank=True)

    class Meta:
        verbose_name = _("ligne du journal")
        verbose_name_plural = _("journal")
        ordering = ["-id"]
        indexes = [models.Index(fields=["object_type", "object_id"], name="accounts_entry_object")]

    def __str__(self) -> str:
        return f"{self.on} {self.act} {self.object_type} {self.object_id}"
