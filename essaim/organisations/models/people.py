"""Who may act for an organisation, and what people ask about data that concerns them."""

from django.db import models
from django.db.models import Q
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from essaim.accounts.models import User
from essaim.organisations.models.organisation import Organisation


class Steward(models.Model):
    """A person who acts for an organisation: an owner also invites and removes others; an editor edits."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="stewards")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="stewardships")
    role = models.CharField(
        _("rôle"), max_length=8, choices=[("owner", _("responsable")), ("editor", _("rédaction"))]
    )
    since = models.DateField(_("depuis le"))

    class Meta:
        verbose_name = _("personne de l'organisation")
        verbose_name_plural = _("personnes des organisations")
        constraints = [
            models.UniqueConstraint(fields=["organisation", "user"], name="organisations_steward_once")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role}"


class Claim(models.Model):
    """Someone says they act for the organisation, and proves it: a code mailed to the organisation's domain, a code
    posted to its address, or an agent's decision. Also an invitation, when `invited_by` is set.

    The code is kept hashed, with an expiry and a count of wrong tries. `proved_on`: its code was given back; the claim
    then stays open only when someone already owns the organisation, and waits for an owner or an agent.
    """

    METHODS = (
        ("mail", _("courriel du domaine")),
        ("post", _("code par courrier")),
        ("agent", _("décision d'un agent")),
        ("invitation", _("invitation")),
    )
    STATES = (
        ("open", _("en cours")),
        ("granted", _("accordée")),
        ("refused", _("refusée")),
        ("expired", _("expirée")),
        ("withdrawn", _("retirée")),
    )

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="claims")
    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="claims")
    email = models.EmailField(_("courriel"), blank=True)
    method = models.CharField(_("preuve"), max_length=10, choices=METHODS)
    role = models.CharField(_("rôle"), max_length=8, default="owner")
    motive = models.TextField(_("explication"), blank=True, max_length=2000)
    code_hash = models.CharField(max_length=128, blank=True)
    wrong_tries = models.PositiveSmallIntegerField(default=0)
    proved_on = models.DateField(_("prouvée le"), null=True, blank=True)
    made_on = models.DateField(_("faite le"))
    expires_at = models.DateTimeField(_("expire"), null=True, blank=True)
    state = models.CharField(_("état"), max_length=10, choices=STATES, default="open")
    decision_reason = models.TextField(_("motif"), blank=True)
    decided_on = models.DateField(_("décidée le"), null=True, blank=True)
    decided_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    invited_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("revendication")
        verbose_name_plural = _("revendications")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "user"],
                condition=Q(state="open"),
                name="organisations_one_open_claim",
            )
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.state}"

    def hash_of(self, code: str) -> str:
        """Keyed by the installation's secret, so that a stolen table does not give the codes back."""
        return salted_hmac("organisations.claim", f"{self.pk}:{code}", algorithm="sha256").hexdigest()

    def opens_with(self, code: str) -> bool:
        """Whether `code` is the one given; takes the same time whichever character is wrong."""
        return bool(self.code_hash) and constant_time_compare(self.code_hash, self.hash_of(code))


class Request(models.Model):
    """An objection, an erasure, an access or rectification asked under the GDPR: tracked to its deadline."""

    KINDS = (("objection", _("opposition à la publication")), ("erasure", _("effacement")),
             ("access", _("accès")), ("rectification", _("rectification")))  # fmt: skip
    STATES = (("open", _("à traiter")), ("granted", _("acceptée")), ("refused", _("refusée")))

    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.SET_NULL, related_name="requests"
    )
    kind = models.CharField(_("demande"), max_length=14, choices=KINDS)
    email = models.EmailField(_("courriel pour répondre"), blank=True)
    message = models.TextField(_("message"), max_length=4000, blank=True)
    token = models.CharField(max_length=40, unique=True)
    received_on = models.DateField(_("reçue le"))
    due_on = models.DateField(_("à traiter avant le"))
    state = models.CharField(_("état"), max_length=8, choices=STATES, default="open")
    answer = models.TextField(_("réponse"), blank=True)
    answered_on = models.DateField(_("répondu le"), null=True, blank=True)
    answered_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    # Who asked and in what words is gone; the line of the register stays.
    forgotten_on = models.DateField(_("oubliée le"), null=True, blank=True)

    class Meta:
        verbose_name = _("demande sur les données")
        verbose_name_plural = _("demandes sur les données")
        ordering = ["due_on", "id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.received_on}"
