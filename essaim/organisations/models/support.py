"""Who supports whom (K5): supports offered, and who stands at which step of a value chain."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from essaim.organisations.models.organisation import Organisation
from essaim.organisations.rules import SUPPORT_KINDS


class Support(models.Model):
    """What an organisation offers to project holders: kind, stages, sectors and territory. Codes of `support.yaml`."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="supports")
    kind = models.CharField(_("type d'appui"), max_length=20)
    title = models.CharField(_("intitulé"), max_length=160)
    description = models.CharField(_("description"), max_length=800, blank=True)
    stages = models.JSONField(_("étapes"), default=list, blank=True)
    sectors = models.JSONField(_("secteurs (vide : tous)"), default=list, blank=True)
    territory = models.CharField(_("territoire"), max_length=24, blank=True)
    link = models.URLField(_("lien"), blank=True, max_length=300)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = _("appui")
        verbose_name_plural = _("appuis")
        ordering = ["kind", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=SUPPORT_KINDS), name="organisations_support_kind")
        ]

    def __str__(self) -> str:
        return self.title


class StepPresence(models.Model):
    """An organisation (or one site) at a step of a channel: reuse / sort. Codes of `channels.yaml`.

    `origin`: "said" (by its people or an agent) or "activity" (deduced from NAF, labels or offers; see `channels`).
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="steps")
    channel = models.CharField(_("filière"), max_length=40)
    step = models.CharField(_("maillon"), max_length=40)
    origin = models.CharField(max_length=8, choices=[("said", _("déclaré")), ("activity", _("déduit"))])

    class Meta:
        verbose_name = _("maillon tenu")
        verbose_name_plural = _("maillons tenus")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "channel", "step"], name="organisations_step_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.channel}/{self.step}"
