"""What the sources said, as they said it: the columns of the record follow from it, whatever the order of the files."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from essaim.organisations.models.organisation import Organisation, Site


class Statement(models.Model):
    """What one source said last of one establishment (or of one organisation, when it knows no establishment).

    `source`: "register", "siae" or "list:<dataset>"; `key`: SIRET, else SIREN, RNA number or the source's own;
    `said`: canonical JSON of `rules.statements`. An older file never replaces a newer statement.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="statements")
    site = models.ForeignKey(Site, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    source = models.CharField(_("source"), max_length=60)
    key = models.CharField(_("identifiant dans la source"), max_length=80)
    on = models.DateField(_("millésime"))
    said = models.TextField(_("dit"))

    class Meta:
        verbose_name = _("déclaration d'une source")
        verbose_name_plural = _("déclarations des sources")
        ordering = ["source", "key"]
        constraints = [models.UniqueConstraint(fields=["source", "key"], name="organisations_statement_once")]

    def __str__(self) -> str:
        return f"{self.source} {self.key}"


class Succession(models.Model):
    """One establishment taken over by another, as the register publishes it. Only chains that touch the directory."""

    before = models.CharField(_("SIRET d'avant"), max_length=14)
    after = models.CharField(_("SIRET d'après"), max_length=14)
    on = models.DateField(_("date"))
    is_continuity = models.BooleanField(_("continuité économique"), default=True)

    class Meta:
        verbose_name = _("succession")
        verbose_name_plural = _("successions")
        ordering = ["before", "after"]
        constraints = [
            models.UniqueConstraint(fields=["before", "after"], name="organisations_succession_once")
        ]

    def __str__(self) -> str:
        return f"{self.before} {self.after}"
