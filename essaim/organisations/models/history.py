"""What was done to the directory, row by row, so that any act can be read and undone."""

from datetime import date, datetime
from json import JSONEncoder
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from essaim.accounts.models import Authority, User


class Exact(JSONEncoder):
    """Dates as ISO text, instants to the microsecond (Django's own encoder drops the last three figures)."""

    def default(self, o: Any) -> Any:
        return o.isoformat() if isinstance(o, date | datetime) else super().default(o)


class Act(models.Model):
    """One operation on the directory: an import, an edit, a merge, a ruling, an undo. See `acts.py`."""

    verb = models.CharField(_("acte"), max_length=80)
    at = models.DateTimeField(_("instant"), auto_now_add=True)
    on = models.DateField(_("date de l'acte"))
    by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("par")
    )
    authority = models.ForeignKey(
        Authority,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("collectivité"),
    )
    reason = models.TextField(_("raison"), blank=True)
    undoes = models.OneToOneField(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="undone_by",
        verbose_name=_("annule"),
    )

    class Meta:
        verbose_name = _("acte")
        verbose_name_plural = _("actes")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.on} {self.verb}"

    @property
    def is_undone(self) -> bool:
        return hasattr(self, "undone_by")


class Revision(models.Model):
    """One row before and after one act: `before` is null for a row created, `after` for a row removed.

    Both hold only the fields that changed (all of them for a created or removed row), as JSON. They are emptied
    when the row's organisation is erased at its request: the fact of the change stays, its content does not.
    """

    act = models.ForeignKey(Act, on_delete=models.CASCADE, related_name="revisions", verbose_name=_("acte"))
    organisation_id = models.BigIntegerField(_("organisation"), null=True)
    model = models.CharField(_("table"), max_length=40)
    row_id = models.BigIntegerField(_("ligne"))
    before = models.JSONField(_("avant"), null=True, encoder=Exact)
    after = models.JSONField(_("après"), null=True, encoder=Exact)
    is_erased = models.BooleanField(_("effacée"), default=False)

    class Meta:
        verbose_name = _("révision")
        verbose_name_plural = _("révisions")
        ordering = ["id"]
        indexes = [
            models.Index(fields=["organisation_id", "act"], name="organisations_revision_of"),
            models.Index(fields=["model", "row_id"], name="organisations_revision_row"),
        ]

    def __str__(self) -> str:
        return f"{self.model} {self.row_id}"
