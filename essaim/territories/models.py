"""Territories in the database, so that other rooms' rows can hang on them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from essaim.observatory.reference.places import KINDS, NATURE_LABELS


class TerritoryQuerySet(models.QuerySet):
    def current(self) -> "TerritoryQuerySet":
        return self.filter(is_current=True)


class Territory(models.Model):
    """One territory of the reference or one QPV. Written by `operations.load_territories` only.

    Never deleted: one that left the reference stays with `is_current` false, since other rows may hold it.
    Parents are ids without their kind, as in the reference.
    """

    code = models.CharField(_("code"), max_length=24, unique=True)
    kind = models.CharField(_("échelon"), max_length=12, choices=[(kind, kind) for kind in KINDS])
    identifier = models.CharField(_("identifiant"), max_length=12)
    name = models.CharField(_("nom"), max_length=150)
    nature = models.CharField(_("nature"), max_length=16, choices=[(n, n) for n in NATURE_LABELS])
    search_name = models.CharField(_("nom de recherche"), max_length=150)
    search_words = models.TextField(_("mots de recherche"))
    population = models.PositiveIntegerField(_("population"), null=True)
    postcodes = models.CharField(_("codes postaux"), max_length=400, blank=True)
    commune = models.CharField(_("commune"), max_length=5, blank=True)
    epci = models.CharField(_("EPCI"), max_length=9, blank=True)
    ept = models.CharField(_("EPT"), max_length=9, blank=True)
    departement = models.CharField(_("département"), max_length=3, blank=True)
    region = models.CharField(_("région"), max_length=2, blank=True)
    is_current = models.BooleanField(_("en vigueur"), default=True)
    changed_on = models.DateField(_("modifié le"))

    objects = TerritoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("territoire")
        verbose_name_plural = _("territoires")
        ordering = ["code"]
        indexes = [
            models.Index(fields=["kind", "epci"], name="territories_kind_epci"),
            models.Index(fields=["kind", "departement"], name="territories_kind_departement"),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=KINDS), name="territories_known_kind"),
            models.CheckConstraint(condition=~models.Q(name=""), name="territories_has_a_name"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"

    @property
    def nature_label(self):
        """What it is, in both languages: « Métropole », « Commune »..."""
        return NATURE_LABELS[self.nature]
