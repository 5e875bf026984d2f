"""What people say of their own organisation. No import ever writes here."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from essaim.organisations.models.organisation import Organisation, Site


class Profile(models.Model):
    """The organisation in its own words. Empty text means "not said"; then the official fact is shown."""

    organisation = models.OneToOneField(Organisation, on_delete=models.CASCADE, related_name="profile")
    usual_name = models.CharField(_("nom d'usage"), max_length=200, blank=True)
    summary = models.CharField(_("en une phrase"), max_length=280, blank=True)
    description = models.TextField(_("présentation"), blank=True, max_length=6000)
    sectors = models.JSONField(_("secteurs"), default=list, blank=True)
    publics = models.JSONField(_("publics"), default=list, blank=True)
    languages = models.JSONField(_("langues parlées"), default=list, blank=True)
    accessibility = models.JSONField(_("accessibilité"), default=list, blank=True)
    opening_hours = models.JSONField(_("horaires"), default=dict, blank=True)
    website = models.URLField(_("site web"), blank=True, max_length=300)
    links = models.JSONField(_("autres liens"), default=list, blank=True)
    updated_at = models.DateTimeField(_("mis à jour"), auto_now=True)

    class Meta:
        verbose_name = _("fiche")
        verbose_name_plural = _("fiches")

    def __str__(self) -> str:
        return self.usual_name or str(self.organisation_id)


class Offer(models.Model):
    """A product or a service, with its sector and CPV families (two to eight digits)."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="offers")
    title = models.CharField(_("produit ou service"), max_length=160)
    description = models.CharField(_("description"), max_length=600, blank=True)
    kind = models.CharField(
        _("nature"),
        max_length=8,
        choices=[("product", _("produit")), ("service", _("service"))],
        default="service",
    )
    sector = models.CharField(_("secteur"), max_length=40, blank=True)
    cpv = models.JSONField(_("familles CPV"), default=list, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("offre")
        verbose_name_plural = _("offres")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.title


class ServedZone(models.Model):
    """Where the organisation serves: its communes or larger territories, a radius around its sites, or everywhere."""

    organisation = models.OneToOneField(Organisation, on_delete=models.CASCADE, related_name="served")
    kind = models.CharField(
        _("zone"),
        max_length=12,
        choices=[
            ("territories", _("des territoires")),
            ("radius", _("un rayon")),
            ("national", _("toute la France")),
        ],
    )
    territories = models.JSONField(_("territoires"), default=list, blank=True)
    radius_km = models.PositiveSmallIntegerField(_("rayon (km)"), null=True, blank=True)

    class Meta:
        verbose_name = _("zone desservie")
        verbose_name_plural = _("zones desservies")
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="radius") | Q(radius_km__gte=1, radius_km__lte=500),
                name="organisations_served_radius",
            )
        ]

    def __str__(self) -> str:
        return self.kind


class Photo(models.Model):
    """A picture, stored resized and without the metadata it came with. `alt` is required: it is read aloud."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="photos")
    file = models.CharField(_("fichier"), max_length=120)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    alt = models.CharField(_("description de l'image"), max_length=200)
    credit = models.CharField(_("crédit"), max_length=120, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("photo")
        verbose_name_plural = _("photos")
        ordering = ["position", "id"]
        constraints = [models.CheckConstraint(condition=~Q(alt=""), name="organisations_photo_has_alt")]

    def __str__(self) -> str:
        return self.alt


class Contact(models.Model):
    """How to reach them. A personal contact (`is_personal`) is shown on the page only with dated consent, and never
    leaves it: no list, export, API, index or history holds it."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="contacts")
    site = models.ForeignKey(Site, null=True, blank=True, on_delete=models.CASCADE, related_name="contacts")
    label = models.CharField(_("pour quoi"), max_length=80, blank=True)
    person = models.CharField(_("personne"), max_length=120, blank=True)
    email = models.EmailField(_("courriel"), blank=True)
    phone = models.CharField(_("téléphone"), max_length=20, blank=True)
    is_personal = models.BooleanField(_("concerne une personne"), default=True)
    consent_on = models.DateField(_("accord de publication du"), null=True, blank=True)

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=~Q(email="", phone=""), name="organisations_contact_reaches"),
        ]

    def __str__(self) -> str:
        return self.label or str(self.pk)

    @property
    def is_shown(self) -> bool:
        return not self.is_personal or self.consent_on is not None
