"""SPASER: the scheme, its buyers, its objectives, and the figures it published."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from essaim.accounts.models import Authority
from essaim.procurement.rules.schemes import NUMBER, VALUE, categories

SIREN = r"^[0-9]{9}$"


class SchemeQuerySet(models.QuerySet):
    def published(self) -> "SchemeQuerySet":
        """What anyone may read."""
        return self.filter(shown_on__isnull=False)


class Scheme(models.Model):
    """A scheme for promoting socially and ecologically responsible purchasing (SPASER), from `first_year` to
    `last_year`. `shown_on`: since when its page is public. With several buyers it is a joint scheme."""

    authority = models.ForeignKey(
        Authority, on_delete=models.PROTECT, related_name="schemes", verbose_name=_("collectivité")
    )
    name = models.CharField(_("nom"), max_length=200)
    first_year = models.PositiveSmallIntegerField(_("première année"))
    last_year = models.PositiveSmallIntegerField(_("dernière année"))
    adopted_on = models.DateField(_("adopté le"), null=True, blank=True)
    url = models.URLField(_("adresse du document adopté"), max_length=300, blank=True)
    shown_on = models.DateField(_("page publique depuis le"), null=True, blank=True)

    objects = SchemeQuerySet.as_manager()

    class Meta:
        verbose_name = _("SPASER")
        verbose_name_plural = _("SPASER")
        ordering = ["-last_year", "name", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="procurement_scheme_has_a_name"),
            models.CheckConstraint(
                condition=Q(first_year__gte=2000, last_year__lte=2100, last_year__gte=F("first_year")),
                name="procurement_scheme_years",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def years(self) -> range:
        return range(self.first_year, self.last_year + 1)


class SchemeBuyer(models.Model):
    """A buyer covered by the scheme; its contracts are found by its SIREN."""

    scheme = models.ForeignKey(Scheme, on_delete=models.CASCADE, related_name="buyers")
    siren = models.CharField("SIREN", max_length=9)
    name = models.CharField(_("nom"), max_length=200)

    class Meta:
        verbose_name = _("acheteur du SPASER")
        verbose_name_plural = _("acheteurs du SPASER")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(siren__regex=SIREN), name="procurement_scheme_buyer_siren"),
            models.CheckConstraint(condition=~Q(name=""), name="procurement_scheme_buyer_has_a_name"),
            models.UniqueConstraint(fields=["scheme", "siren"], name="procurement_scheme_buyer_once"),
        ]

    def __str__(self) -> str:
        return self.name


class Objective(models.Model):
    """A target of one category: so many percent, in number of contracts or in value, by that year."""

    scheme = models.ForeignKey(Scheme, on_delete=models.CASCADE, related_name="objectives")
    category = models.CharField(_("catégorie"), max_length=20)
    measure = models.CharField(
        _("mesuré"), max_length=6, choices=[(NUMBER, _("en nombre de contrats")), (VALUE, _("en montant"))]
    )
    target_pct = models.DecimalField(_("cible (%)"), max_digits=5, decimal_places=2)
    target_year = models.PositiveSmallIntegerField(_("année de la cible"))

    class Meta:
        verbose_name = _("objectif")
        verbose_name_plural = _("objectifs")
        ordering = ["category", "measure", "target_year"]
        constraints = [
            models.CheckConstraint(
                condition=Q(category__in=tuple(categories())), name="procurement_objective_category"
            ),
            models.CheckConstraint(
                condition=Q(measure__in=(NUMBER, VALUE)), name="procurement_objective_measure"
            ),
            models.CheckConstraint(
                condition=Q(target_pct__gte=0, target_pct__lte=100), name="procurement_objective_of_100"
            ),
            models.CheckConstraint(
                condition=Q(target_year__gte=2000, target_year__lte=2100), name="procurement_objective_year"
            ),
            models.UniqueConstraint(
                fields=["scheme", "category", "measure", "target_year"], name="procurement_objective_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.category} {self.target_pct} % {self.target_year}"


class SchemePublication(models.Model):
    """The figures of a period as they were the day they were published; they never change afterwards.

    `figures` holds everything the page and the files say: perimeter, source, vintage, denominators, rates by buyer
    and in total, objectives and benchmarks. A mistake is corrected by a new edition of the same period.
    """

    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, related_name="publications")
    first_year = models.PositiveSmallIntegerField(_("première année"))
    last_year = models.PositiveSmallIntegerField(_("dernière année"))
    edition = models.PositiveSmallIntegerField(_("édition"), default=1)
    published_on = models.DateField(_("publié le"))
    figures = models.JSONField(_("chiffres"))

    class Meta:
        verbose_name = _("publication des indicateurs")
        verbose_name_plural = _("publications des indicateurs")
        ordering = ["-last_year", "-edition"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_year__gte=F("first_year")), name="procurement_publication_years"
            ),
            models.UniqueConstraint(
                fields=["scheme", "first_year", "last_year", "edition"], name="procurement_publication_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_year}-{self.last_year}"
