"""Files of essential contract data brought by an authority. What they say lives in the store of contracts."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ContractImport(models.Model):
    """One file: looked at (`imported_on` is null), then imported. Counts are those of the file alone."""

    authority = models.ForeignKey(
        "accounts.Authority", on_delete=models.PROTECT, related_name="+", verbose_name=_("collectivité")
    )
    file_name = models.CharField(_("fichier"), max_length=120)
    sha256 = models.CharField("SHA-256", max_length=64)
    format = models.CharField(_("format"), max_length=20)
    entries = models.PositiveIntegerField(_("entrées"))
    contracts = models.PositiveIntegerField(_("contrats"))
    concessions = models.PositiveIntegerField(_("concessions"))
    amendments = models.PositiveIntegerField(_("modifications"))
    rejected = models.PositiveIntegerField(_("entrées rejetées"))
    reasons = models.JSONField(_("raisons"), default=dict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    looked_at_on = models.DateField(_("regardé le"))
    is_fictitious = models.BooleanField(_("données fictives"), default=False)
    imported_on = models.DateField(_("importé le"), null=True)

    class Meta:
        verbose_name = _("import de contrats")
        verbose_name_plural = _("imports de contrats")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "sha256"], name="procurement_contract_file_once_per_authority"
            ),
            models.CheckConstraint(
                condition=Q(rejected__lte=models.F("entries")), name="procurement_contract_rejected_within"
            ),
        ]

    def __str__(self) -> str:
        return self.file_name
