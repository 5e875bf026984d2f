"""What readers keep: searches they follow, lists they make, keys to the API."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from essaim.accounts.models import User
from essaim.organisations.models.organisation import Organisation


class SavedSearch(models.Model):
    """A search (its URL query) that mails what is new at a chosen rhythm. `token` stops it in one click."""

    RHYTHMS = (("daily", _("chaque jour")), ("weekly", _("chaque semaine")), ("monthly", _("chaque mois")))

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="saved_searches")
    name = models.CharField(_("nom"), max_length=120)
    query = models.CharField(_("recherche"), max_length=1000)
    rhythm = models.CharField(_("rythme"), max_length=8, choices=RHYTHMS)
    language = models.CharField(_("langue"), max_length=2, default="fr")
    token = models.CharField(max_length=40, unique=True)
    made_on = models.DateField(_("faite le"))
    next_on = models.DateField(_("prochain envoi"))
    known_ids = models.JSONField(default=list)
    stopped_on = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = _("recherche suivie")
        verbose_name_plural = _("recherches suivies")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class OrganisationList(models.Model):
    """A list of organisations; readable by anyone who has its `token` once shared."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="organisation_lists")
    name = models.CharField(_("nom"), max_length=120)
    token = models.CharField(max_length=40, unique=True)
    is_shared = models.BooleanField(_("partagée"), default=False)
    made_on = models.DateField(_("faite le"))

    class Meta:
        verbose_name = _("liste")
        verbose_name_plural = _("listes")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class ListItem(models.Model):
    of = models.ForeignKey(OrganisationList, on_delete=models.CASCADE, related_name="items")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    note = models.CharField(_("note"), max_length=280, blank=True)
    added_on = models.DateField(_("ajoutée le"))

    class Meta:
        verbose_name = _("ligne de liste")
        verbose_name_plural = _("lignes de liste")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["of", "organisation"], name="organisations_list_item_once")
        ]

    def __str__(self) -> str:
        return str(self.organisation_id)


class ApiKey(models.Model):
    """A key to the API, kept hashed; more requests a minute than without one, and someone to write to."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_keys")
    name = models.CharField(_("usage"), max_length=120)
    prefix = models.CharField(max_length=8, unique=True)
    key_hash = models.CharField(max_length=64)
    made_on = models.DateField(_("créée le"))
    last_used_on = models.DateField(_("utilisée le"), null=True, blank=True)
    revoked_on = models.DateField(_("retirée le"), null=True, blank=True)

    class Meta:
        verbose_name = _("clé d'API")
        verbose_name_plural = _("clés d'API")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name
