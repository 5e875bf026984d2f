"""What a buyer says of the aims of a contract, in eForms codes: the open data does not hold it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from essaim.accounts.models import Authority


class ContractPurpose(models.Model):
    """The eForms codes of one contract (lists; empty: nothing said). `contract_key` is that of the open data."""

    authority = models.ForeignKey(
        Authority, on_delete=models.PROTECT, related_name="contract_purposes", verbose_name=_("collectivité")
    )
    contract_key = models.CharField(_("clé du contrat publié"), max_length=120)
    social = models.JSONField(_("objectifs sociaux (BT-775)"), default=list, blank=True)
    environmental = models.JSONField(_("objectifs environnementaux (BT-774)"), default=list, blank=True)
    reserved = models.JSONField(_("réservé à (BT-71)"), default=list, blank=True)
    innovation = models.JSONField(_("innovation (BT-776)"), default=list, blank=True)

    class Meta:
        verbose_name = _("objectifs d'un contrat")
        verbose_name_plural = _("objectifs des contrats")
        ordering = ["contract_key"]
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "contract_key"], name="procurement_purpose_once_a_contract"
            ),
            models.CheckConstraint(condition=~Q(contract_key=""), name="procurement_purpose_of_a_contract"),
        ]

    def __str__(self) -> str:
        return self.contract_key

    @property
    def codes(self) -> dict[str, list[str]]:
        return {
            name: getattr(self, name)
            for name in ("social", "environmental", "reserved", "innovation")
            if getattr(self, name)
        }
