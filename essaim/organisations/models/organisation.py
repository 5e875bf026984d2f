"""Who the organisation is, where, and why it is (or is not) in the SSE: facts, with their sources."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from essaim.accounts.models import Authority
from essaim.organisations.rules import EVIDENCE_SOURCES, FAMILIES, LABEL_KINDS, STATUSES

SIREN = r"^[0-9]{9}$"
SIRET = r"^[0-9]{14}$"
RNA = r"^W[0-9A-Z]{9}$"


class OrganisationQuerySet(models.QuerySet):
    def published(self) -> "OrganisationQuerySet":
        """What anyone may see: nothing hidden, nothing merged into another record."""
        return self.filter(hidden="", merged_into__isnull=True)

    def living(self) -> "OrganisationQuerySet":
        return self.filter(closed_on__isnull=True)


class Hidden(models.TextChoices):
    """Why a record is shown nowhere."""

    NON_DIFFUSIBLE = "non_diffusible", _("non diffusible au registre")
    OBJECTION = "objection", _("opposition à la publication")
    ERASED = "erased", _("effacée à sa demande")
    WITHDRAWN = "withdrawn", _("retirée par la collectivité")


class Organisation(models.Model):
    """One legal unit, or one initiative without SIREN. Columns hold what official sources say, or what its people
    said when no source does; what people add or correct lies in `Profile`, which no import touches.

    `status`, `family`, `reason_code` are derived from the evidence rows and rulings by `law`, kept here for speed.
    The address of its page is its id, which never changes; a merged record leads to the one that was kept.
    """

    siren = models.CharField("SIREN", max_length=9, null=True, blank=True, unique=True)
    rna_id = models.CharField(_("numéro RNA"), max_length=10, blank=True, db_index=True)
    name = models.CharField(_("nom"), max_length=300)
    sigle = models.CharField(_("sigle"), max_length=100, blank=True)
    legal_category = models.CharField(_("catégorie juridique"), max_length=4, blank=True)
    naf = models.CharField(_("activité principale (NAF)"), max_length=6, blank=True)
    sector = models.CharField(_("secteur"), max_length=40, default="unknown")
    size_band = models.CharField(_("tranche d'effectifs"), max_length=12, blank=True)
    created_on = models.DateField(_("créée le"), null=True, blank=True)
    closed_on = models.DateField(_("cessée le"), null=True, blank=True)
    successor = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="predecessors",
        verbose_name=_("reprise par"),
    )  # fmt: skip
    merged_into = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="merged",
        verbose_name=_("fondue dans"),
    )
    status = models.CharField(_("statut ESS"), max_length=12, default="to_confirm")
    family = models.CharField(_("famille"), max_length=12, blank=True)
    reason_code = models.CharField(_("raison du statut"), max_length=40, blank=True)
    hidden = models.CharField(_("masquée"), max_length=16, blank=True, default="", choices=Hidden)
    quality = models.PositiveSmallIntegerField(_("complétude (sur 100)"), default=0)
    first_seen_on = models.DateField(_("entrée le"))
    last_seen_on = models.DateField(_("vue pour la dernière fois le"))

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["id"]
        indexes = [models.Index(fields=["hidden", "status"], name="organisations_shown")]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="organisations_has_a_name"),
            models.CheckConstraint(
                condition=Q(siren__isnull=True) | Q(siren__regex=SIREN), name="organisations_siren_digits"
            ),
            models.CheckConstraint(
                condition=Q(rna_id="") | Q(rna_id__regex=RNA), name="organisations_rna_shape"
            ),
            models.CheckConstraint(condition=Q(status__in=STATUSES), name="organisations_known_status"),
            models.CheckConstraint(
                condition=Q(family__in=("", *FAMILIES)), name="organisations_known_family"
            ),
            models.CheckConstraint(condition=Q(quality__lte=100), name="organisations_quality_of_100"),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=models.F("id")),
                name="organisations_not_merged_into_itself",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_published(self) -> bool:
        return not self.hidden and self.merged_into_id is None


class Site(models.Model):
    """A place where the organisation works: an establishment of the register, or one its people added."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="sites")
    siret = models.CharField("SIRET", max_length=14, null=True, blank=True, unique=True)
    name = models.CharField(_("enseigne ou nom du lieu"), max_length=200, blank=True)
    address = models.CharField(_("adresse"), max_length=300, blank=True)
    postcode = models.CharField(_("code postal"), max_length=5, blank=True)
    commune = models.CharField(_("commune (code Insee)"), max_length=5, blank=True, db_index=True)
    qpv = models.CharField(_("quartier prioritaire"), max_length=8, blank=True)
    lon = models.FloatField(_("longitude"), null=True, blank=True)
    lat = models.FloatField(_("latitude"), null=True, blank=True)
    position_source = models.CharField(_("origine de la position"), max_length=40, blank=True)
    position_score = models.FloatField(_("fiabilité de la position"), null=True, blank=True)
    naf = models.CharField(_("activité (NAF)"), max_length=6, blank=True)
    employer = models.BooleanField(_("employeur"), null=True)
    size_band = models.CharField(_("tranche d'effectifs"), max_length=12, blank=True)
    is_head_office = models.BooleanField(_("siège"), default=False)
    is_official = models.BooleanField(_("établissement du registre"), default=True)
    opened_on = models.DateField(_("ouvert le"), null=True, blank=True)
    closed_on = models.DateField(_("fermé le"), null=True, blank=True)

    class Meta:
        verbose_name = _("lieu")
        verbose_name_plural = _("lieux")
        ordering = ["-is_head_office", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(siret__isnull=True) | Q(siret__regex=SIRET),
                name="organisations_site_siret_digits",
            ),
            models.CheckConstraint(
                condition=Q(lon__isnull=True, lat__isnull=True)
                | Q(lon__gte=-180, lon__lte=180, lat__gte=-90, lat__lte=90),
                name="organisations_site_on_earth",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.address or self.siret or str(self.pk)


class Evidence(models.Model):
    """What one source says of the organisation's SSE membership on a date. One row a source; never deleted by another
    source. `says`: member, not_member, or nothing (the source knows it and is silent)."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="evidence")
    source = models.CharField(_("source"), max_length=20)
    says = models.CharField(_("dit"), max_length=12, blank=True)
    value = models.CharField(_("valeur publiée"), max_length=80, blank=True)
    family = models.CharField(_("famille"), max_length=12, blank=True)
    on = models.DateField(_("au"))
    dataset = models.CharField(_("jeu de données"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("preuve")
        verbose_name_plural = _("preuves")
        ordering = ["source"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "source"], name="organisations_evidence_once"),
            models.CheckConstraint(
                condition=Q(source__in=EVIDENCE_SOURCES), name="organisations_evidence_known_source"
            ),
            models.CheckConstraint(
                condition=Q(says__in=("", "member", "not_member")), name="organisations_evidence_says"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.says}"


class Ruling(models.Model):
    """An agent's decision on membership, for an authority whose territory holds the organisation. Settles the status
    until `ends_on` or until revoked; the reason is public, the agent's name is not."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="rulings")
    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="+")
    says = models.CharField(
        _("décide"), max_length=12, choices=[("member", _("membre")), ("not_member", _("hors"))]
    )
    reason = models.TextField(_("motif"))
    ruled_on = models.DateField(_("décidée le"))
    ends_on = models.DateField(_("jusqu'au"), null=True, blank=True)
    revoked_on = models.DateField(_("retirée le"), null=True, blank=True)

    class Meta:
        verbose_name = _("décision locale")
        verbose_name_plural = _("décisions locales")
        ordering = ["-ruled_on", "-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="organisations_ruling_has_a_reason"),
            models.UniqueConstraint(
                fields=["organisation"],
                condition=Q(revoked_on__isnull=True),
                name="organisations_one_ruling_in_force",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.says} {self.ruled_on}"


class Label(models.Model):
    """An approval or label held by an organisation or one of its sites: ESUS, ACI, EA, SCIC..., see `labels.yaml`."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="labels")
    site = models.ForeignKey(Site, null=True, blank=True, on_delete=models.CASCADE, related_name="labels")
    kind = models.CharField(_("label ou agrément"), max_length=20)
    valid_from = models.DateField(_("depuis le"), null=True, blank=True)
    valid_to = models.DateField(_("jusqu'au"), null=True, blank=True)
    proof = models.CharField(_("preuve"), max_length=300, blank=True)
    dataset = models.CharField(_("jeu de données"), max_length=120, blank=True)
    seen_on = models.DateField(_("vu le"))

    class Meta:
        verbose_name = _("label")
        verbose_name_plural = _("labels")
        ordering = ["kind", "id"]
        constraints = [
            models.UniqueConstraint(fields=["site", "kind"], name="organisations_label_once_a_site"),
            models.UniqueConstraint(
                fields=["organisation", "kind"],
                condition=Q(site__isnull=True),
                name="organisations_label_once",
            ),
            models.CheckConstraint(condition=Q(kind__in=LABEL_KINDS), name="organisations_label_known_kind"),
        ]

    def __str__(self) -> str:
        return self.kind
