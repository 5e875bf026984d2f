"""What buyers need: the purchase calendar, its lots, what suppliers were told and answered, who holds the contract."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from essaim.accounts.models import Authority
from essaim.organisations.models import Organisation


class Kind(models.TextChoices):
    WORKS = "works", _("travaux")
    SUPPLIES = "supplies", _("fournitures")
    SERVICES = "services", _("services")


class Status(models.TextChoices):
    DRAFT = "draft", _("brouillon")
    PUBLISHED = "published", _("publié")
    CLOSED = "closed", _("clos")


class NeedQuerySet(models.QuerySet):
    def public(self) -> "NeedQuerySet":
        """Those of the published calendar."""
        return self.filter(status=Status.PUBLISHED)


class Need(models.Model):
    """One purchase to come. `kind` "", `amount_cents`, `starts_on` null: not said yet, and asked for, never guessed.

    `amount_cents` excludes VAT and covers the whole contract; `cpv` purchase codes, the main one first; `places`
    territory codes, empty for the whole territory of the authority; `previous`: the need it repeats.
    """

    authority = models.ForeignKey(
        Authority, on_delete=models.PROTECT, related_name="needs", verbose_name=_("acheteur")
    )
    reference = models.CharField(_("référence interne"), max_length=40, blank=True)
    title = models.CharField(_("objet"), max_length=200)
    description = models.TextField(_("description"), max_length=4000, blank=True)
    kind = models.CharField(_("nature"), max_length=8, choices=Kind, blank=True)
    cpv = models.JSONField(_("codes CPV"), default=list, blank=True)
    amount_cents = models.BigIntegerField(_("montant hors taxe (centimes)"), null=True, blank=True)
    starts_on = models.DateField(_("lancement de la consultation"), null=True, blank=True)
    duration_months = models.PositiveSmallIntegerField(_("durée (mois)"), null=True, blank=True)
    recurs_months = models.PositiveSmallIntegerField(_("revient tous les (mois)"), null=True, blank=True)
    places = models.JSONField(_("lieux"), default=list, blank=True)
    status = models.CharField(_("état"), max_length=9, choices=Status, default=Status.DRAFT)
    published_on = models.DateField(_("publié le"), null=True, blank=True)
    closed_on = models.DateField(_("clos le"), null=True, blank=True)
    previous = models.OneToOneField(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="next",
        verbose_name=_("suite de"),
    )

    objects = NeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("besoin")
        verbose_name_plural = _("besoins")
        ordering = [models.F("starts_on").asc(nulls_last=True), "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="procurement_need_has_a_title"),
            models.CheckConstraint(condition=Q(kind__in=("", *Kind)), name="procurement_need_kind"),
            models.CheckConstraint(condition=Q(status__in=Status), name="procurement_need_status"),
            models.CheckConstraint(
                condition=Q(amount_cents__isnull=True) | Q(amount_cents__gt=0), name="procurement_need_amount"
            ),
            models.CheckConstraint(
                condition=Q(recurs_months__isnull=True) | Q(recurs_months__gte=1, recurs_months__lte=120),
                name="procurement_need_recurs",
            ),
            models.CheckConstraint(
                condition=~Q(status="published") | Q(published_on__isnull=False),
                name="procurement_need_published_on",
            ),
            models.CheckConstraint(
                condition=~Q(status="closed") | Q(closed_on__isnull=False), name="procurement_need_closed_on"
            ),
            models.UniqueConstraint(
                fields=["authority", "reference"],
                condition=~Q(reference=""),
                name="procurement_need_reference_once",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Lot(models.Model):
    """A part of a need that is awarded apart. Empty codes and places are those of the need."""

    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="lots")
    number = models.PositiveSmallIntegerField(_("numéro"))
    title = models.CharField(_("objet"), max_length=200)
    cpv = models.JSONField(_("codes CPV"), default=list, blank=True)
    amount_cents = models.BigIntegerField(_("montant hors taxe (centimes)"), null=True, blank=True)
    places = models.JSONField(_("lieux"), default=list, blank=True)

    class Meta:
        verbose_name = _("lot")
        verbose_name_plural = _("lots")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["need", "number"], name="procurement_lot_number_once"),
            models.CheckConstraint(condition=~Q(title=""), name="procurement_lot_has_a_title"),
            models.CheckConstraint(
                condition=Q(amount_cents__isnull=True) | Q(amount_cents__gt=0), name="procurement_lot_amount"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"


class CalendarImport(models.Model):
    """A file of needs, looked at then written. `rows`: the good ones as they will be; `rejected`: (line, reason,
    cells as found) of the others, kept so that they can be mended and brought again."""

    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(_("fichier"), max_length=120)
    rows = models.JSONField(default=list)
    rejected = models.JSONField(default=list)
    looked_on = models.DateField(_("examiné le"))
    applied_on = models.DateField(_("écrit le"), null=True, blank=True)

    class Meta:
        verbose_name = _("import du calendrier")
        verbose_name_plural = _("imports du calendrier")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.file_name


class Answer(models.TextChoices):
    INTERESTED = "interested", _("intéressé")
    CONSORTIUM = "consortium", _("intéressé en groupement")
    REFUSED = "refused", _("ne répondra pas")


class SupplierMessage(models.Model):
    """What a buyer wrote to a supplier about a need, and the answer given through a link that serves once. No
    address is kept here: it is read from the directory when the message leaves."""

    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="supplier_messages")
    lot = models.ForeignKey(Lot, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    body = models.TextField(_("message"), max_length=4000)
    token_hash = models.CharField(max_length=64, unique=True)
    sent_on = models.DateField(_("envoyé le"))
    reminded_on = models.DateField(_("relancé le"), null=True, blank=True)
    answered_on = models.DateField(_("répondu le"), null=True, blank=True)
    answer = models.CharField(_("réponse"), max_length=10, choices=Answer, blank=True)
    reason = models.CharField(_("motif"), max_length=20, blank=True)
    comment = models.TextField(_("précision"), max_length=2000, blank=True)
    partners = models.CharField(_("partenaires envisagés"), max_length=300, blank=True)
    turnover_cents = models.BigIntegerField(_("chiffre d'affaires annuel (centimes)"), null=True, blank=True)

    class Meta:
        verbose_name = _("message à un fournisseur")
        verbose_name_plural = _("messages aux fournisseurs")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["need", "organisation"], name="procurement_message_once"),
            models.CheckConstraint(
                condition=Q(answer="", answered_on__isnull=True)
                | (Q(answer__in=Answer) & Q(answered_on__isnull=False)),
                name="procurement_message_answer_is_dated",
            ),
            models.CheckConstraint(
                condition=~Q(answer="refused") | ~Q(reason=""),
                name="procurement_message_refusal_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(turnover_cents__isnull=True) | Q(turnover_cents__gt=0),
                name="procurement_message_turnover",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.need_id} {self.organisation_id} {self.answer}"


class Award(models.Model):
    """Who holds a need or one of its lots, and on which reservation: what past performance, dependency and the
    three-year lock of article L2113-16 are read from."""

    BASES = (
        ("", _("non réservé")),
        ("disability", _("réservé, L2113-12")),
        ("integration", _("réservé, L2113-13")),
        ("prison", _("réservé, L2113-13-1")),
        ("sse", _("réservé, L2113-15")),
    )

    need = models.ForeignKey(Need, on_delete=models.PROTECT, related_name="awards")
    lot = models.ForeignKey(Lot, null=True, blank=True, on_delete=models.PROTECT, related_name="awards")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    basis = models.CharField(_("réservation"), max_length=12, choices=BASES, blank=True)
    amount_cents = models.BigIntegerField(_("montant hors taxe (centimes)"), null=True, blank=True)
    awarded_on = models.DateField(_("attribué le"))

    class Meta:
        verbose_name = _("attribution")
        verbose_name_plural = _("attributions")
        ordering = ["-awarded_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["need", "lot", "organisation"],
                condition=Q(lot__isnull=False),
                name="procurement_award_once_a_lot",
            ),
            models.UniqueConstraint(
                fields=["need", "organisation"], condition=Q(lot__isnull=True), name="procurement_award_once"
            ),
            models.CheckConstraint(
                condition=Q(amount_cents__isnull=True) | Q(amount_cents__gt=0),
                name="procurement_award_amount",
            ),
            models.CheckConstraint(
                condition=Q(basis__in=("", "disability", "integration", "prison", "sse")),
                name="procurement_award_basis",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.need_id} {self.organisation_id}"


class Consultation(models.Model):
    """A market consultation before the contract (sourcing): one sheet and the same questions for all."""

    need = models.OneToOneField(Need, on_delete=models.CASCADE, related_name="consultation")
    sheet = models.TextField(_("fiche d'information"), max_length=8000)
    questions = models.JSONField(_("questions"), default=list)
    opened_on = models.DateField(_("ouverte le"))
    closes_on = models.DateField(_("réponses jusqu'au"))
    published_on = models.DateField(_("compte rendu publié le"), null=True, blank=True)

    class Meta:
        verbose_name = _("consultation du marché")
        verbose_name_plural = _("consultations du marché")
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_on__gte=models.F("opened_on")), name="procurement_consultation_dates"
            ),
            models.CheckConstraint(condition=~Q(sheet=""), name="procurement_consultation_has_a_sheet"),
        ]

    def __str__(self) -> str:
        return str(self.need)


class Participant(models.Model):
    """A supplier asked in a consultation; its link stays open until the closing day."""

    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="participants")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    invited_on = models.DateField(_("sollicité le"))

    class Meta:
        verbose_name = _("fournisseur sollicité")
        verbose_name_plural = _("fournisseurs sollicités")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["consultation", "organisation"], name="procurement_participant_once"
            )
        ]

    def __str__(self) -> str:
        return str(self.organisation_id)


class Exchange(models.Model):
    """One line of the log of a consultation, written once. Without participant: said to all, at the same time."""

    KINDS = (
        ("sheet", _("fiche envoyée à tous")),
        ("answer", _("réponse d'un fournisseur")),
        ("question", _("question d'un fournisseur")),
        ("clarification", _("précision donnée à tous")),
    )

    consultation = models.ForeignKey(Consultation, on_delete=models.CASCADE, related_name="exchanges")
    participant = models.ForeignKey(
        Participant, null=True, blank=True, on_delete=models.PROTECT, related_name="exchanges"
    )
    kind = models.CharField(_("nature"), max_length=13, choices=KINDS)
    body = models.TextField(_("contenu"), max_length=8000)
    at = models.DateTimeField(_("instant"), auto_now_add=True)
    on = models.DateField(_("le"))

    class Meta:
        verbose_name = _("échange")
        verbose_name_plural = _("échanges")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=("sheet", "clarification"), participant__isnull=True)
                | Q(kind__in=("answer", "question"), participant__isnull=False),
                name="procurement_exchange_to_all_or_from_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.on}"
