"""Social clauses: the people who work, under a pseudonym, and the hours of each month.

A name is never in these tables but one, `BeneficiaryIdentity`, enciphered, and purged when its time has come.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from essaim.accounts.models import Authority, User
from essaim.procurement.models.clauses import ClauseShare

MONTH_MINUTES = 31 * 24 * 60


class Beneficiary(models.Model):
    """Someone who works under clauses of one authority, known by a pseudonym drawn at random."""

    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="+")
    pseudonym = models.CharField(_("pseudonyme"), max_length=12, unique=True)
    registered_on = models.DateField(_("enregistré le"))

    class Meta:
        verbose_name = _("bénéficiaire")
        verbose_name_plural = _("bénéficiaires")
        ordering = ["pseudonym"]

    def __str__(self) -> str:
        return self.pseudonym


class BeneficiaryIdentity(models.Model):
    """Who a pseudonym stands for, enciphered; removed on `kept_until`. Read one at a time, and the journal says so."""

    beneficiary = models.OneToOneField(Beneficiary, on_delete=models.CASCADE, related_name="identity")
    sealed = models.TextField(_("identité chiffrée"))
    kept_until = models.DateField(_("gardée jusqu'au"), db_index=True)

    class Meta:
        verbose_name = _("identité d'un bénéficiaire")
        verbose_name_plural = _("identités des bénéficiaires")

    def __str__(self) -> str:
        return f"{self.beneficiary_id}"


class EligibilityProof(models.Model):
    """What makes someone eligible, from a day to another (both included). The document itself is not kept."""

    beneficiary = models.ForeignKey(Beneficiary, on_delete=models.CASCADE, related_name="proofs")
    kind = models.CharField(_("justificatif"), max_length=8)
    valid_from = models.DateField(_("valable du"))
    valid_to = models.DateField(pgettext_lazy("fin d'une période", "au"))
    seen_on = models.DateField(_("vu le"))

    class Meta:
        verbose_name = _("justificatif d'éligibilité")
        verbose_name_plural = _("justificatifs d'éligibilité")
        ordering = ["valid_from", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__gte=F("valid_from")), name="procurement_proof_dates"
            ),
            models.UniqueConstraint(
                fields=["beneficiary", "kind", "valid_from"], name="procurement_proof_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.valid_from}"


class Engagement(models.Model):
    """A company takes someone on for a clause, and how long it expects them to work: the forecast."""

    share = models.ForeignKey(ClauseShare, on_delete=models.PROTECT, related_name="engagements")
    beneficiary = models.ForeignKey(Beneficiary, on_delete=models.PROTECT, related_name="engagements")
    starts_on = models.DateField(_("commence le"))
    ends_on = models.DateField(_("finit le"))
    expected_minutes = models.PositiveIntegerField(_("durée prévue (minutes)"), default=0)

    class Meta:
        verbose_name = _("engagement")
        verbose_name_plural = _("engagements")
        ordering = ["starts_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="procurement_engagement_dates"
            ),
            models.UniqueConstraint(
                fields=["share", "beneficiary", "starts_on"], name="procurement_engagement_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.share_id} {self.beneficiary_id}"


class MonthlyHours(models.Model):
    """What a company declared for one person, one clause and one month, and what the facilitator decided.

    Validated minutes never exceed those declared; a row is decided once, then only corrected, with a trace.
    """

    STATES = (
        ("declared", _("à valider")),
        ("validated", _("validées")),
        ("refused", _("refusées")),
    )

    share = models.ForeignKey(ClauseShare, on_delete=models.PROTECT, related_name="hours")
    beneficiary = models.ForeignKey(Beneficiary, on_delete=models.PROTECT, related_name="hours")
    month = models.DateField(_("mois"), help_text=_("Son premier jour."))
    minutes = models.PositiveIntegerField(_("minutes déclarées"))
    state = models.CharField(_("état"), max_length=10, choices=STATES, default="declared")
    validated_minutes = models.PositiveIntegerField(_("minutes validées"), default=0)
    declared_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    declared_on = models.DateField(_("déclarées le"))
    decided_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(_("décidées"), null=True, blank=True)
    reason = models.CharField(_("motif"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("heures d'un mois")
        verbose_name_plural = _("heures des mois")
        ordering = ["month", "id"]
        indexes = [
            models.Index(fields=["state", "month"], name="procurement_hours_state"),
            models.Index(fields=["beneficiary", "month"], name="procurement_hours_person"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["share", "beneficiary", "month"], name="procurement_hours_once"),
            models.CheckConstraint(condition=Q(month__day=1), name="procurement_hours_first_day"),
            models.CheckConstraint(
                condition=Q(minutes__gte=0, minutes__lte=MONTH_MINUTES), name="procurement_hours_in_a_month"
            ),
            models.CheckConstraint(
                condition=Q(validated_minutes__gte=0, validated_minutes__lte=F("minutes")),
                name="procurement_hours_validated_within",
            ),
            models.CheckConstraint(
                condition=Q(state="declared", decided_at=None, validated_minutes=0)
                | Q(state="refused", decided_at__isnull=False, validated_minutes=0)
                | Q(state="validated", decided_at__isnull=False),
                name="procurement_hours_state_agrees",
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(reason=""), name="procurement_hours_refusal_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.share_id} {self.beneficiary_id} {self.month}"


class HoursCorrection(models.Model):
    """Validated hours were changed: from what to what, by whom, when and why. Never edited."""

    hours = models.ForeignKey(MonthlyHours, on_delete=models.PROTECT, related_name="corrections")
    before_minutes = models.PositiveIntegerField(_("minutes avant"))
    after_minutes = models.PositiveIntegerField(_("minutes après"))
    reason = models.CharField(_("motif"), max_length=500)
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("instant"), auto_now_add=True)

    class Meta:
        verbose_name = _("correction d'heures validées")
        verbose_name_plural = _("corrections d'heures validées")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="procurement_correction_says_why"),
            models.CheckConstraint(
                condition=~Q(before_minutes=F("after_minutes")), name="procurement_correction_changes"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.before_minutes} -> {self.after_minutes}"
