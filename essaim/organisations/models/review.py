"""What waits for a person's decision: proposals, possible duplicates, imports."""

from django.core.serializers.json import DjangoJSONEncoder
from django.core.signing import BadSignature, Signer
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from essaim.accounts.models import User
from essaim.organisations.models.history import Act
from essaim.organisations.models.organisation import Organisation

PRIVATE_LINK = "organisations.proposal"


class ProposalQuerySet(models.QuerySet):
    def of_token(self, token: str) -> "Proposal | None":
        """The proposal of a private link; None for a link we did not make."""
        try:
            return self.filter(pk=Signer(salt=PRIVATE_LINK).unsign(token)).first()
        except BadSignature:
            return None


class Proposal(models.Model):
    """A correction, a new place or a closure proposed by anyone, or a sensitive change by the organisation itself.

    `changes`: {"field": value}, fields of `rules.PROPOSABLE`. `email` serves to answer only, and is emptied then.
    """

    KINDS = (("correction", _("correction")), ("new", _("nouveau lieu")), ("closed", _("fermeture signalée")),
             ("sensitive", _("changement à relire")))  # fmt: skip
    STATES = (("open", _("à relire")), ("accepted", _("acceptée")), ("refused", _("refusée")))

    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.CASCADE, related_name="proposals"
    )
    kind = models.CharField(_("nature"), max_length=12, choices=KINDS)
    changes = models.JSONField(_("changements"), default=dict, encoder=DjangoJSONEncoder)
    message = models.TextField(_("explication"), blank=True, max_length=2000)
    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    email = models.EmailField(_("courriel pour répondre"), blank=True)
    made_on = models.DateField(_("faite le"))
    state = models.CharField(_("état"), max_length=8, choices=STATES, default="open")
    reason = models.TextField(_("motif"), blank=True)
    decided_on = models.DateField(_("décidée le"), null=True, blank=True)
    decided_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    act = models.ForeignKey(Act, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    objects = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("proposition")
        verbose_name_plural = _("propositions")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.made_on}"

    @property
    def token(self) -> str:
        """What the private link to its answer holds: its id, signed."""
        return Signer(salt=PRIVATE_LINK).sign(str(self.pk))


class DuplicatePair(models.Model):
    """Two records that may be one, why, and what a person decided. `low_id` < `high_id`."""

    STATES = (("open", _("à relire")), ("merged", _("fondues")), ("distinct", _("distinctes")))

    low = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    high = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    score = models.FloatField(_("ressemblance (0 à 1)"))
    reasons = models.JSONField(_("raisons"), default=list)
    found_on = models.DateField(_("trouvée le"))
    state = models.CharField(_("état"), max_length=8, choices=STATES, default="open")
    decided_on = models.DateField(_("décidée le"), null=True, blank=True)
    decided_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    act = models.ForeignKey(Act, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        verbose_name = _("doublon possible")
        verbose_name_plural = _("doublons possibles")
        ordering = ["-score", "id"]
        constraints = [
            models.UniqueConstraint(fields=["low", "high"], name="organisations_pair_once"),
            models.CheckConstraint(condition=Q(low__lt=models.F("high")), name="organisations_pair_ordered"),
        ]

    def __str__(self) -> str:
        return f"{self.low_id} {self.high_id}"


class Import(models.Model):
    """One file or store read into the directory: what it was, what it changed, what it refused.

    `scope`: communes of which the file says everything (an establishment absent from it is closed); empty for a list.
    """

    act = models.OneToOneField(Act, null=True, blank=True, on_delete=models.SET_NULL, related_name="imported")
    format = models.CharField(_("format"), max_length=20)
    file_name = models.CharField(_("fichier"), max_length=200)
    sha256 = models.CharField(max_length=64)
    dataset = models.CharField(_("jeu de données"), max_length=120)
    vintage = models.DateField(_("millésime"), null=True, blank=True)
    is_fictitious = models.BooleanField(_("données fictives"), default=False)
    read_rows = models.PositiveIntegerField(_("lignes lues"), default=0)
    created = models.PositiveIntegerField(_("créées"), default=0)
    updated = models.PositiveIntegerField(_("modifiées"), default=0)
    closed = models.PositiveIntegerField(_("fermées"), default=0)
    unchanged = models.PositiveIntegerField(_("inchangées"), default=0)
    rejected = models.PositiveIntegerField(_("refusées"), default=0)
    disagreements = models.PositiveIntegerField(_("désaccords"), default=0)
    scope = models.JSONField(_("territoires lus en entier"), default=list, blank=True)
    summary = models.JSONField(_("compte rendu"), default=dict, blank=True)
    at = models.DateTimeField(_("instant"), auto_now_add=True)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.format} {self.file_name}"


class ImportRejection(models.Model):
    """A row that could not be taken: line (1 = header), reason code of `rules`, and the identifier it bore."""

    of = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="rejections")
    line = models.PositiveIntegerField(_("ligne"), null=True)
    reason = models.CharField(_("raison"), max_length=40)
    identifier = models.CharField(_("identifiant"), max_length=40, blank=True)
    detail = models.CharField(_("détail"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("ligne refusée")
        verbose_name_plural = _("lignes refusées")
        ordering = ["line", "id"]

    def __str__(self) -> str:
        return f"{self.line} {self.reason}"
