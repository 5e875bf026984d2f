"""Social clauses: what was changed or withdrawn, kept for good."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from essaim.accounts.models import User
from essaim.procurement.models.clauses import Clause, ClauseOperation
from essaim.procurement.models.clauses_hours import Engagement


class ClauseChange(models.Model):
    """An operation, one of its clauses or an engagement was changed or withdrawn: from what to what, by whom, why.

    `before` and `after` hold the fields that changed, by name, as JSON values; `after` is empty for a withdrawal. No
    personal data. Never edited.
    """

    ACTS = (
        ("changed", _("changée")),
        ("withdrawn", _("retirée")),
        ("closed", _("clos")),
    )

    operation = models.ForeignKey(ClauseOperation, on_delete=models.PROTECT, related_name="changes")
    clause = models.ForeignKey(Clause, null=True, on_delete=models.PROTECT, related_name="changes")
    engagement = models.ForeignKey(Engagement, null=True, on_delete=models.PROTECT, related_name="changes")
    act = models.CharField(_("acte"), max_length=10, choices=ACTS)
    before = models.JSONField(_("avant"), default=dict)
    after = models.JSONField(_("après"), default=dict)
    reason = models.CharField(_("motif"), max_length=500)
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    made_on = models.DateField(_("fait le"))

    class Meta:
        verbose_name = _("changement d'une clause sociale")
        verbose_name_plural = _("changements des clauses sociales")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="procurement_change_says_why"),
            models.CheckConstraint(
                condition=Q(act__in=["changed", "withdrawn", "closed"]), name="procurement_change_act"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.operation_id} {self.act} {self.made_on}"
