"""Social clauses: operations, clauses, the companies bound by them, and what was ordered and invoiced."""

from django.db import models
from django.db.models import F, Q
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from essaim.accounts.models import Authority, User
from essaim.organisations.models import Organisation
from essaim.procurement.rules.clauses import FORMULAS


class ClauseOperation(models.Model):
    """Works or services whose contracts carry social clauses. It belongs to one authority, which alone sees it."""

    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("nom de l'opération"), max_length=200)
    starts_on = models.DateField(_("commence le"))
    ends_on = models.DateField(_("finit le"))
    is_fictitious = models.BooleanField(_("fictive"), default=False)
    withdrawn_on = models.DateField(_("retirée le"), null=True, blank=True)

    class Meta:
        verbose_name = _("opération à clauses sociales")
        verbose_name_plural = _("opérations à clauses sociales")
        ordering = ["-starts_on", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="procurement_operation_named"),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="procurement_operation_dates"
            ),
            models.UniqueConstraint(
                fields=["authority", "name"],
                condition=Q(withdrawn_on=None),
                name="procurement_operation_once",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Clause(models.Model):
    """A lot's clause: its formula, the figures it is computed from, and the whole hours due today.

    `figures` are those of `rules.clauses.FORMULAS`, checked. `hours_due` is kept beside them and recomputed by the
    operations that change what it depends on (figures, invoices); `hours_expected` likewise from the orders.
    When the formula or a figure was changed, `formula_since` is the day from which the contract has it so, and
    `hours_before` what was due until then. A withdrawn clause counts nowhere; its history stays.
    """

    operation = models.ForeignKey(ClauseOperation, on_delete=models.CASCADE, related_name="clauses")
    lot = models.CharField(_("lot"), max_length=120)
    contract = models.CharField(_("référence du marché"), max_length=40, blank=True)
    formula = models.CharField(_("formule"), max_length=12)
    figures = models.JSONField(_("chiffres de la formule"))
    hours_due = models.PositiveIntegerField(_("heures dues"), default=0)
    hours_expected = models.PositiveIntegerField(_("heures prévues par les commandes"), null=True, blank=True)
    penalty_cents = models.PositiveIntegerField(
        _("pénalité par heure manquante (centimes)"), null=True, blank=True
    )
    internal_cost_cents = models.PositiveIntegerField(
        _("coût interne d'une heure entre membres du groupement (centimes)"), null=True, blank=True
    )
    formula_since = models.DateField(_("formule en vigueur depuis"), null=True, blank=True)
    hours_before = models.PositiveIntegerField(_("heures dues auparavant"), null=True, blank=True)
    withdrawn_on = models.DateField(_("retirée le"), null=True, blank=True)

    class Meta:
        verbose_name = _("clause sociale")
        verbose_name_plural = _("clauses sociales")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["operation", "lot"],
                condition=Q(withdrawn_on=None),
                name="procurement_clause_lot_once",
            ),
            models.CheckConstraint(
                condition=Q(formula_since=None, hours_before=None)
                | Q(formula_since__isnull=False, hours_before__isnull=False),
                name="procurement_clause_change_dated",
            ),
            models.CheckConstraint(
                condition=Q(formula__in=list(FORMULAS)), name="procurement_clause_formula"
            ),
            models.CheckConstraint(condition=~Q(lot=""), name="procurement_clause_lot_named"),
        ]

    def __str__(self) -> str:
        return self.lot

    @property
    def is_billed(self) -> bool:
        return FORMULAS[self.formula].is_billed


class ClauseCompany(models.Model):
    """A company bound by clauses of one authority. Linked to the directory when it is there."""

    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("nom de l'entreprise"), max_length=200)
    siren = models.CharField("SIREN", max_length=9)
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = _("entreprise tenue par une clause")
        verbose_name_plural = _("entreprises tenues par une clause")
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["authority", "siren"], name="procurement_company_once"),
            models.CheckConstraint(
                condition=Q(siren__regex=r"^[0-9]{9}$"), name="procurement_company_siren_digits"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="procurement_company_named"),
        ]

    def __str__(self) -> str:
        return self.name


class CompanyContact(models.Model):
    """A person who declares hours for a company, since they opened the link sent to it."""

    company = models.ForeignKey(ClauseCompany, on_delete=models.CASCADE, related_name="contacts")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    since = models.DateField(_("depuis le"))

    class Meta:
        verbose_name = _("contact d'une entreprise")
        verbose_name_plural = _("contacts des entreprises")
        constraints = [models.UniqueConstraint(fields=["company", "user"], name="procurement_contact_once")]

    def __str__(self) -> str:
        return f"{self.company_id} {self.user_id}"


class CompanyInvitation(models.Model):
    """A link that makes whoever opens it first, once logged in, a contact of the company. Kept hashed, opens once."""

    company = models.ForeignKey(ClauseCompany, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField(_("courriel"))
    token_hash = models.CharField(max_length=128)
    made_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    made_on = models.DateField(_("envoyée le"))
    expires_on = models.DateField(_("valable jusqu'au"))
    used_on = models.DateField(_("ouverte le"), null=True, blank=True)

    class Meta:
        verbose_name = _("invitation d'une entreprise")
        verbose_name_plural = _("invitations des entreprises")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.company_id} {self.made_on}"

    def hash_of(self, token: str) -> str:
        return salted_hmac("procurement.invitation", f"{self.pk}:{token}", algorithm="sha256").hexdigest()

    def opens_with(self, token: str) -> bool:
        return bool(self.token_hash) and constant_time_compare(self.token_hash, self.hash_of(token))


class ClauseShare(models.Model):
    """A company's part in a clause: alone, or as a member of a consortium.

    Hours due are shared in proportion to what each invoiced; as long as nothing is invoiced, to `part_cents`, what each
    was promised.
    """

    clause = models.ForeignKey(Clause, on_delete=models.CASCADE, related_name="shares")
    company = models.ForeignKey(ClauseCompany, on_delete=models.PROTECT, related_name="shares")
    part_cents = models.PositiveBigIntegerField(_("part du marché (centimes)"), default=0)

    class Meta:
        verbose_name = _("part d'une entreprise")
        verbose_name_plural = _("parts des entreprises")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["clause", "company"], name="procurement_share_once")]

    def __str__(self) -> str:
        return f"{self.clause_id} {self.company_id}"


class ClauseBill(models.Model):
    """An invoice (hours become due) or an order (hours are expected) of one company. A credit note is negative."""

    KINDS = (("invoice", _("facture")), ("order", _("commande")))

    share = models.ForeignKey(ClauseShare, on_delete=models.CASCADE, related_name="bills")
    kind = models.CharField(_("pièce"), max_length=8, choices=KINDS)
    number = models.CharField(_("numéro"), max_length=60)
    amount_cents = models.BigIntegerField(_("montant HT (centimes)"))
    dated_on = models.DateField(_("date de la pièce"))

    class Meta:
        verbose_name = _("facture ou commande")
        verbose_name_plural = _("factures et commandes")
        ordering = ["-dated_on", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["share", "kind", "number"], name="procurement_bill_once"),
            models.CheckConstraint(condition=Q(kind__in=["invoice", "order"]), name="procurement_bill_kind"),
            models.CheckConstraint(condition=~Q(number=""), name="procurement_bill_numbered"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"


class ClauseReminder(models.Model):
    """A company was reminded of the hours of a month."""

    share = models.ForeignKey(ClauseShare, on_delete=models.CASCADE, related_name="reminders")
    month = models.DateField(_("mois"))
    sent_on = models.DateField(_("envoyée le"))

    class Meta:
        verbose_name = _("relance")
        verbose_name_plural = _("relances")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(month__day=1), name="procurement_reminder_month"),
            models.UniqueConstraint(fields=["share", "month", "sent_on"], name="procurement_reminder_once"),
        ]

    def __str__(self) -> str:
        return f"{self.share_id} {self.month}"
