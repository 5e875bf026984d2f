"""What is typed about an event: the day, who takes part, what came of a meeting."""

from decimal import Decimal

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from stdnum.fr import siren as siren_number

from essaim.accounts.models import Authority
from essaim.organisations.models import Organisation
from essaim.procurement.models import MeetingFollowUp, MeetingParticipant
from essaim.procurement.operations.meetings.opening import MOST_TABLES
from essaim.procurement.rules.meetings import slots_of_day

MOST_EUROS = Decimal("9999999999")


def _day(label: str, **more: object) -> forms.DateField:
    return forms.DateField(
        label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **more
    )


def _hour(label: str, initial: str = "", **more: object) -> forms.TimeField:
    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    return forms.TimeField(label=label, initial=initial, widget=widget, **more)


class RoomForm(forms.Form):
    tables = forms.IntegerField(label=_("Nombre de tables"), min_value=1, max_value=MOST_TABLES)
    most_meetings = forms.IntegerField(
        label=_("Rendez-vous par participant, au plus"), min_value=1, max_value=60
    )


class EventForm(RoomForm):
    authority = forms.ModelChoiceField(
        label=_("Collectivité qui organise"), queryset=Authority.objects.none()
    )
    title = forms.CharField(label=_("Titre"), max_length=160)
    place = forms.CharField(label=_("Lieu"), max_length=200)
    description = forms.CharField(
        label=_("Présentation"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )
    held_on = _day(_("Date"))
    first = _hour(_("Premier rendez-vous à"), "09:00")
    last = _hour(_("Fin au plus tard à"), "17:00")
    minutes = forms.IntegerField(
        label=_("Durée d'un rendez-vous, en minutes"), min_value=5, max_value=120, initial=20
    )
    pause_minutes = forms.IntegerField(
        label=_("Temps entre deux, en minutes"), min_value=0, max_value=60, initial=5
    )
    break_from = _hour(_("Pause de"), "12:30", required=False)
    break_to = _hour(_("Pause jusqu'à"), "14:00", required=False, help_text=_("Vides : pas de pause."))

    field_order = (
        "authority", "title", "place", "description", "held_on", "first", "last", "minutes", "pause_minutes",
        "break_from", "break_to", "tables", "most_meetings",
    )  # fmt: skip

    def __init__(self, *args: object, authorities: QuerySet[Authority], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["authority"].queryset = authorities
        self.fields["authority"].empty_label = None

    def clean(self) -> dict:
        cleaned = super().clean()
        start, end = cleaned.get("break_from"), cleaned.get("break_to")
        if bool(start) != bool(end) or (start and end and end <= start):
            self.add_error(
                "break_to", gettext("Écrivez le début puis la fin de la pause, ou laissez les deux vides.")
            )
        return cleaned

    def slots(self) -> list:
        said = self.cleaned_data
        return slots_of_day(
            said["held_on"], said["first"], said["last"], minutes=said["minutes"],
            pause_minutes=said["pause_minutes"], break_from=said["break_from"], break_to=said["break_to"],
        )  # fmt: skip


class AboutForm(forms.Form):
    """What is said of a seat, whoever takes it."""

    contact = forms.CharField(label=_("Personne présente"), required=False, max_length=120)
    email = forms.EmailField(
        label=_("Courriel"),
        required=False,
        help_text=_("Le lien personnel y est envoyé ; il n'est jamais publié."),
    )
    purpose = forms.CharField(
        label=_("Ce que vous cherchez ou proposez"), max_length=600, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Lu par les personnes de l'autre côté pour choisir qui rencontrer."),
    )  # fmt: skip


class MineForm(AboutForm):
    """One's own registration: as an organisation one acts for, or an authority one buys for."""

    who = forms.ChoiceField(label=_("Qui inscrivez-vous ?"))
    field_order = ("who", "contact", "email", "purpose")

    def __init__(
        self,
        *args: object,
        organisations: QuerySet[Organisation],
        authorities: QuerySet[Authority],
        **kwargs: object,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._found = {f"supplier:{each.pk}": each for each in organisations}
        self._found |= {f"buyer:{each.pk}": each for each in authorities}
        words = {"supplier": gettext("fournisseur"), "buyer": gettext("acheteur")}
        self.fields["who"].choices = [
            (key, f"{each.name} ({words[key.split(':')[0]]})") for key, each in self._found.items()
        ]

    def seat(self) -> dict[str, object]:
        """Arguments of `register_participant`."""
        said = dict(self.cleaned_data)
        who = said.pop("who")
        side = who.split(":")[0]
        found = self._found[who]
        return {"side": side, "organisation" if side == "supplier" else "authority": found, **said}


class AnyoneForm(AboutForm):
    """An organiser registers a buyer by name, or an organisation of the directory by SIREN."""

    side = forms.ChoiceField(label=_("Côté"), choices=MeetingParticipant.SIDES)
    siren = forms.CharField(
        label=_("SIREN, s'il est dans l'annuaire"), required=False, max_length=14,
        help_text=_("Son nom vient alors de sa fiche."),
    )  # fmt: skip
    name = forms.CharField(label=_("Sinon, son nom"), required=False, max_length=200)
    field_order = ("side", "siren", "name", "contact", "email", "purpose")

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["purpose"].required = False

    def clean_siren(self) -> Organisation | None:
        typed = siren_number.compact(self.cleaned_data["siren"])
        if not typed:
            return None
        found = Organisation.objects.published().filter(siren=typed).first()
        if found is None:
            raise forms.ValidationError(
                gettext("Aucune fiche publiée n'a ce SIREN. Vérifiez-le, ou écrivez le nom de la structure.")
            )
        return found

    def clean(self) -> dict:
        cleaned = super().clean()
        if not cleaned.get("siren") and not cleaned.get("name", "").strip() and "siren" not in self.errors:
            self.add_error("name", gettext("Écrivez le nom de la structure, ou son SIREN."))
        return cleaned

    def seat(self) -> dict[str, object]:
        said = dict(self.cleaned_data)
        return {"organisation": said.pop("siren"), **said}


class OutcomeForm(forms.Form):
    outcome = forms.ChoiceField(
        label=_("Qu'en est-il sorti ?"), choices=MeetingFollowUp.OUTCOMES, widget=forms.RadioSelect
    )
    amount = forms.DecimalField(
        label=_("Montant du premier contrat, en euros hors taxes"), required=False, min_value=Decimal("0.01"),
        max_value=MOST_EUROS, decimal_places=2,
    )  # fmt: skip
    contracted_on = _day(_("Date du contrat"), required=False)
    note = forms.CharField(label=_("Note"), required=False, max_length=500)

    def amount_cents(self) -> int | None:
        amount = self.cleaned_data["amount"]
        return None if amount is None else int(amount * 100)
