"""What an agent decides, and what anyone asks about data that concern them."""

from django import forms
from django.utils.translation import gettext_lazy as _

LONG = {"rows": 4}


class AskForm(forms.Form):
    """A request about personal data, from anyone."""

    kind = forms.ChoiceField(
        label=_("Ce que vous demandez"),
        choices=[
            ("objection", _("Que la fiche ne soit plus publiée (opposition)")),
            ("erasure", _("Que les données soient effacées")),
            ("access", _("Savoir quelles données vous concernent (accès)")),
            ("rectification", _("Que des données soient corrigées")),
        ],
        widget=forms.RadioSelect,
    )
    email = forms.EmailField(
        label=_("Votre adresse électronique"),
        help_text=_("Pour vous répondre. Elle n'est montrée à personne d'autre que les agents."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    message = forms.CharField(
        label=_("Ce qu'il faut savoir (facultatif)"),
        required=False,
        max_length=4000,
        help_text=_(
            "Qui vous êtes par rapport à l'organisation, les données en cause, vos raisons. N'envoyez pas de pièce "
            "d'identité : nous n'en demandons que s'il y a un doute."
        ),
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class AskAnywhereForm(AskForm):
    """The same, without a record: the message says which data."""

    message = forms.CharField(
        label=_("De quelle organisation ou de quelles données s'agit-il ?"),
        max_length=4000,
        help_text=_("Son nom, son adresse ou celle de la page. N'envoyez pas de pièce d'identité."),
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class ReasonForm(forms.Form):
    """A decision that must say why."""

    reason = forms.CharField(label=_("Motif"), max_length=2000, widget=forms.Textarea(attrs=LONG))


class AnswerForm(forms.Form):
    """A decision that may say why."""

    reason = forms.CharField(
        label=_("Mot d'accompagnement (facultatif)"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs=LONG),
    )


class GrantForm(forms.Form):
    """A request for data, granted."""

    checked = forms.ChoiceField(
        label=_("Comment l'identité a été vérifiée"),
        choices=[
            ("", _("Choisissez")),
            ("steward", _("La personne agit pour l'organisation dans l'annuaire")),
            ("mail_of_the_record", _("Elle écrit de l'adresse inscrite sur la fiche ou de son domaine")),
            ("document_seen", _("Un document a été vu, puis détruit")),
            ("not_needed", _("Inutile : rien de personnel n'est communiqué, et l'effet est réversible")),
        ],
        help_text=_("Pas plus que nécessaire : la demande d'une pièce d'identité doit rester l'exception."),
    )
    answer = forms.CharField(
        label=_("Réponse envoyée (facultatif)"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs=LONG),
    )


class AttachForm(forms.Form):
    organisation = forms.IntegerField(
        label=_("Numéro de la fiche"), min_value=1, help_text=_("Le nombre à la fin de l'adresse de sa page.")
    )


class RulingForm(forms.Form):
    says = forms.ChoiceField(
        label=_("Décision"),
        choices=[("member", _("Membre de l'ESS")), ("not_member", _("Hors de l'ESS"))],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("Motif, public"),
        max_length=2000,
        help_text=_("Ce que vous avez lu ou constaté : statuts, procès-verbal, extrait du registre."),
        widget=forms.Textarea(attrs=LONG),
    )
    ends_on = forms.DateField(
        label=_("Jusqu'au (facultatif)"),
        required=False,
        help_text=_("Ensuite, les sources décident à nouveau."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class QueueForm(forms.Form):
    """Filters of a queue; what is wrong is left out."""

    q = forms.CharField(label=_("Nom ou SIREN"), required=False, max_length=100)
    kind = forms.ChoiceField(label=_("Nature"), required=False, choices=())
    late = forms.BooleanField(label=_("En retard seulement"), required=False)

    def __init__(self, *args, kinds=(), **options) -> None:
        super().__init__(*args, **options)
        if kinds:
            self.fields["kind"].choices = [("", _("Toutes")), *kinds]
        else:
            del self.fields["kind"]


class JournalForm(forms.Form):
    verb = forms.ChoiceField(label=_("Acte"), required=False)
    role = forms.ChoiceField(
        label=_("Par"),
        required=False,
        choices=[
            ("", _("Tous")),
            ("agent", _("Agents et administrateurs")),
            ("steward", _("Organisations")),
            ("command", _("Ligne de commande et tâches de nuit")),
        ],
    )
    since = forms.DateField(
        label=_("Depuis le"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    until = forms.DateField(
        label=_("Jusqu'au"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    organisation = forms.CharField(
        label=_("Organisation (nom, SIREN ou numéro)"), required=False, max_length=100
    )

    def __init__(self, *args, verbs=(), **options) -> None:
        super().__init__(*args, **options)
        self.fields["verb"].choices = [("", _("Tous")), *verbs]
