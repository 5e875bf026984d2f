"""Business meetings: the event and its slots, who takes part, who wishes to meet whom, the plan, what came of it."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from essaim.accounts.models import Authority, User
from essaim.organisations.models import Organisation


class MeetingEvent(models.Model):
    """A day of short meetings between buyers and suppliers, organised by one authority.

    `revision` grows with all that a plan depends on: a plan made from an older one is refused.
    """

    STATES = (
        ("open", _("inscriptions et souhaits ouverts")),
        ("closed", _("souhaits clos")),
        ("planned", _("planning publié")),
    )

    authority = models.ForeignKey(Authority, on_delete=models.PROTECT, related_name="meeting_events")
    title = models.CharField(_("titre"), max_length=160)
    place = models.CharField(_("lieu"), max_length=200)
    description = models.TextField(_("présentation"), max_length=2000, blank=True)
    held_on = models.DateField(_("date"))
    tables = models.PositiveSmallIntegerField(_("nombre de tables"))
    most_meetings = models.PositiveSmallIntegerField(_("rendez-vous par participant, au plus"))
    state = models.CharField(_("état"), max_length=8, choices=STATES, default="open")
    revision = models.PositiveIntegerField(default=0)
    opened_on = models.DateField(_("ouvert le"))

    class Meta:
        verbose_name = _("rencontre d'affaires")
        verbose_name_plural = _("rencontres d'affaires")
        ordering = ["-held_on", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="procurement_meeting_event_titled"),
            models.CheckConstraint(
                condition=Q(tables__gte=1) & Q(most_meetings__gte=1),
                name="procurement_meeting_event_has_room",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("open", "closed", "planned")), name="procurement_meeting_event_state"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def locked(self) -> "MeetingEvent":
        """The row as it is now, ours until the transaction ends."""
        rows = MeetingEvent.objects.select_for_update(of=("self",)).select_related("authority")
        return rows.get(pk=self.pk)

    def touch(self) -> None:
        """Something a plan depends on has changed."""
        MeetingEvent.objects.filter(pk=self.pk).update(revision=F("revision") + 1)


class MeetingSlot(models.Model):
    """`number` counts from 0. A lost slot stays, so that the meetings it held can be told where they went."""

    event = models.ForeignKey(MeetingEvent, on_delete=models.CASCADE, related_name="slots")
    number = models.PositiveSmallIntegerField()
    starts_at = models.DateTimeField(_("commence"))
    ends_at = models.DateTimeField(_("finit"))
    is_lost = models.BooleanField(_("perdu"), default=False)

    class Meta:
        verbose_name = _("créneau")
        verbose_name_plural = _("créneaux")
        ordering = ["event", "number"]
        constraints = [
            models.UniqueConstraint(fields=["event", "number"], name="procurement_meeting_slot_once"),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="procurement_meeting_slot_forward"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event_id}/{self.number}"


class MeetingParticipant(models.Model):
    """One seat: a buyer (often of an authority) or a supplier (an organisation of the directory).

    `contact` and `email` are personal: shown to the organisers and to the people one meets, nowhere else. `token`
    opens the person's own pages without an account. Once `forgotten_on`, none of the three remains, nor the account.
    """

    SIDES = (("buyer", _("acheteur")), ("supplier", _("fournisseur")))
    STATES = (("registered", _("inscrit")), ("withdrawn", _("désisté")))

    event = models.ForeignKey(MeetingEvent, on_delete=models.CASCADE, related_name="participants")
    side = models.CharField(_("côté"), max_length=8, choices=SIDES)
    name = models.CharField(_("structure"), max_length=200)
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.SET_NULL, related_name="meeting_seats"
    )
    authority = models.ForeignKey(
        Authority, null=True, blank=True, on_delete=models.SET_NULL, related_name="meeting_seats"
    )
    contact = models.CharField(_("personne présente"), max_length=120, blank=True)
    email = models.EmailField(_("courriel"), blank=True)
    purpose = models.CharField(_("ce qui est cherché ou proposé"), max_length=600, blank=True)
    token = models.CharField(max_length=40, unique=True)
    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    state = models.CharField(_("état"), max_length=10, choices=STATES, default="registered")
    registered_on = models.DateField(_("inscrit le"))
    forgotten_on = models.DateField(_("contact effacé le"), null=True, blank=True)

    class Meta:
        verbose_name = _("participant")
        verbose_name_plural = _("participants")
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(side__in=("buyer", "supplier")) & ~Q(name=""),
                name="procurement_meeting_participant_named",
            ),
            models.UniqueConstraint(
                fields=["event", "organisation"],
                condition=Q(state="registered"),
                name="procurement_meeting_organisation_once",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class MeetingAbsence(models.Model):
    """A slot someone cannot attend. People are there all day unless they say otherwise."""

    participant = models.ForeignKey(MeetingParticipant, on_delete=models.CASCADE, related_name="absences")
    slot = models.ForeignKey(MeetingSlot, on_delete=models.CASCADE, related_name="+")

    class Meta:
        verbose_name = _("indisponibilité")
        verbose_name_plural = _("indisponibilités")
        constraints = [
            models.UniqueConstraint(fields=["participant", "slot"], name="procurement_meeting_absence_once")
        ]

    def __str__(self) -> str:
        return f"{self.participant_id} {self.slot_id}"


class MeetingWish(models.Model):
    """`by` wishes to meet `of`; strength 1 to 3."""

    by = models.ForeignKey(MeetingParticipant, on_delete=models.CASCADE, related_name="wishes")
    of = models.ForeignKey(MeetingParticipant, on_delete=models.CASCADE, related_name="wished_by")
    strength = models.PositiveSmallIntegerField(_("force"), default=1)
    made_on = models.DateField(_("fait le"))

    class Meta:
        verbose_name = _("souhait")
        verbose_name_plural = _("souhaits")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["by", "of"], name="procurement_meeting_wish_once"),
            models.CheckConstraint(
                condition=Q(strength__gte=1) & Q(strength__lte=3), name="procurement_meeting_wish_strength"
            ),
            models.CheckConstraint(condition=~Q(by=F("of")), name="procurement_meeting_wish_of_another"),
        ]

    def __str__(self) -> str:
        return f"{self.by_id} > {self.of_id}"


class Meeting(models.Model):
    """Two people at a table in a slot. The database itself refuses to book anyone, or a table, twice."""

    event = models.ForeignKey(MeetingEvent, on_delete=models.CASCADE, related_name="meetings")
    slot = models.ForeignKey(MeetingSlot, on_delete=models.PROTECT, related_name="meetings")
    buyer = models.ForeignKey(MeetingParticipant, on_delete=models.PROTECT, related_name="meetings_as_buyer")
    supplier = models.ForeignKey(
        MeetingParticipant, on_delete=models.PROTECT, related_name="meetings_as_supplier"
    )
    table = models.PositiveSmallIntegerField(_("table"))

    class Meta:
        verbose_name = _("rendez-vous")
        verbose_name_plural = _("rendez-vous")
        ordering = ["slot__number", "table"]
        constraints = [
            models.UniqueConstraint(fields=["slot", "buyer"], name="procurement_meeting_buyer_once"),
            models.UniqueConstraint(fields=["slot", "supplier"], name="procurement_meeting_supplier_once"),
            models.UniqueConstraint(fields=["slot", "table"], name="procurement_meeting_table_once"),
            models.UniqueConstraint(fields=["buyer", "supplier"], name="procurement_meeting_pair_once"),
            models.CheckConstraint(condition=Q(table__gte=1), name="procurement_meeting_table_number"),
        ]

    def __str__(self) -> str:
        return f"{self.slot_id} {self.table}"


class MeetingPlan(models.Model):
    """One planning, or re-planning, and what was known of it (`matching.meetings`). `changes` names participants and
    slots by number: {"kept": n, "moved": [[buyer, supplier, slot before, slot after]], "added": [[buyer, supplier,
    slot]], "removed": the same}."""

    event = models.ForeignKey(MeetingEvent, on_delete=models.CASCADE, related_name="plans")
    is_replan = models.BooleanField(default=False)
    made_at = models.DateTimeField(_("fait à"), auto_now_add=True)
    proof = models.CharField(max_length=8)
    asking = models.PositiveIntegerField()
    met = models.PositiveIntegerField()
    met_bound = models.PositiveIntegerField()
    wishes = models.PositiveIntegerField()
    granted = models.PositiveIntegerField()
    weight = models.PositiveIntegerField()
    upper_bound = models.PositiveIntegerField()
    greedy_weight = models.PositiveIntegerField()
    changes = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("planification")
        verbose_name_plural = _("planifications")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(met__lte=F("met_bound"))
                & Q(weight__lte=F("upper_bound"))
                & Q(granted__lte=F("wishes")),
                name="procurement_meeting_plan_bounded",
            )
        ]

    def __str__(self) -> str:
        return f"{self.event_id} {self.made_at}"

    @property
    def gap_pct(self) -> float:
        return (
            100 * (self.upper_bound - self.weight) / self.upper_bound
            if self.upper_bound > self.weight
            else 0.0
        )


class MeetingFollowUp(models.Model):
    """What came of a meeting. A first contract has its amount and its date, and nothing else has."""

    OUTCOMES = (
        ("met", _("rencontrés")),
        ("no_show", _("rendez-vous manqué")),
        ("continued", _("échange à poursuivre")),
        ("quote", _("devis demandé")),
        ("contract", _("premier contrat")),
    )

    meeting = models.OneToOneField(Meeting, on_delete=models.PROTECT, related_name="follow_up")
    outcome = models.CharField(_("suite"), max_length=10, choices=OUTCOMES)
    amount_cents = models.PositiveBigIntegerField(_("montant en centimes"), null=True, blank=True)
    contracted_on = models.DateField(_("date du contrat"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True)
    recorded_on = models.DateField(_("noté le"))

    class Meta:
        verbose_name = _("suite d'un rendez-vous")
        verbose_name_plural = _("suites des rendez-vous")
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="contract", amount_cents__gt=0, contracted_on__isnull=False)
                | (~Q(outcome="contract") & Q(amount_cents__isnull=True, contracted_on__isnull=True)),
                name="procurement_meeting_contract_complete",
            )
        ]

    def __str__(self) -> str:
        return self.outcome
