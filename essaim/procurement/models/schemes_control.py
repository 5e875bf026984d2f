"""Article 35 of the climate and resilience act: what is controlled, and what was answered duty by duty."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from essaim.accounts.models import Authority, User
from essaim.procurement.models.needs import Need


class Purchase(models.Model):
    """A contract or a need whose duties are controlled. `contract_key` is that of the contract in the open data, when
    there is one; `need` and `lot_number` (null: the whole need) those of the calendar. The law looks at the day the
    consultation started, which the open data does not hold."""

    authority = models.ForeignKey(
        Authority,
        on_delete=models.PROTECT,
        related_name="controlled_purchases",
        verbose_name=_("collectivité"),
    )
    reference = models.CharField(_("référence"), max_length=80)
    contract_key = models.CharField(_("clé du contrat publié"), max_length=120, blank=True)
    # A number and not a row: what was answered stays when the lot is taken out of the need.
    need = models.ForeignKey(
        Need,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="controlled_purchases",
        verbose_name=_("besoin"),
    )
    lot_number = models.PositiveSmallIntegerField(_("numéro du lot"), null=True, blank=True)
    wording = models.CharField(_("objet"), max_length=1000)
    kind = models.CharField(
        _("type"),
        max_length=10,
        choices=[("works", _("travaux")), ("supplies", _("fournitures")), ("services", _("services"))],
    )
    is_renewable = models.BooleanField(_("énergie renouvelable"), default=False)
    is_defence = models.BooleanField(_("défense ou sécurité"), default=False)
    consulted_on = models.DateField(_("consultation engagée le"))
    amount_cents = models.BigIntegerField(_("montant estimé, en centimes"), null=True, blank=True)
    duration_months = models.PositiveSmallIntegerField(_("durée en mois"), null=True, blank=True)

    class Meta:
        verbose_name = _("achat contrôlé")
        verbose_name_plural = _("achats contrôlés")
        ordering = ["-consulted_on", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["authority", "reference"], name="procurement_purchase_once"),
            models.UniqueConstraint(
                fields=["need"], condition=Q(lot_number__isnull=True), name="procurement_purchase_once_a_need"
            ),
            models.UniqueConstraint(fields=["need", "lot_number"], name="procurement_purchase_once_a_lot"),
            models.CheckConstraint(
                condition=~Q(reference="") & ~Q(wording=""), name="procurement_purchase_is_named"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=("works", "supplies", "services")), name="procurement_purchase_kind"
            ),
            models.CheckConstraint(
                condition=Q(amount_cents__isnull=True) | Q(amount_cents__gte=0),
                name="procurement_purchase_amount",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.wording}"


class DutyAnswer(models.Model):
    """How one duty was met: satisfied, with what the contract says; or waived, for a reason the law admits."""

    purchase = models.ForeignKey(Purchase, on_delete=models.CASCADE, related_name="answers")
    duty = models.CharField(_("obligation"), max_length=60)
    outcome = models.CharField(
        _("réponse"), max_length=9, choices=[("satisfied", _("respectée")), ("waived", _("dérogation"))]
    )
    waiver = models.CharField(_("motif légal"), max_length=60, blank=True)
    text = models.TextField(_("justification"), max_length=4000)
    recorded_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("par")
    )
    recorded_on = models.DateField(_("enregistrée le"))
    recorded_at = models.DateTimeField(_("instant"), auto_now=True)

    class Meta:
        verbose_name = _("réponse à une obligation")
        verbose_name_plural = _("réponses aux obligations")
        ordering = ["duty", "id"]
        constraints = [
            models.UniqueConstraint(fields=["purchase", "duty"], name="procurement_duty_answered_once"),
            models.CheckConstraint(
                condition=Q(outcome="satisfied", waiver="") | (Q(outcome="waived") & ~Q(waiver="")),
                name="procurement_waiver_has_a_reason",
            ),
            models.CheckConstraint(condition=~Q(text=""), name="procurement_duty_is_justified"),
        ]

    def __str__(self) -> str:
        return f"{self.duty} {self.outcome}"
