"""What people type to change or withdraw what they set up; each says why."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from essaim.procurement.forms.clauses import ClauseForm, Day, Duration
from essaim.procurement.models import Clause, ClauseOperation, Engagement
from essaim.procurement.rules.clauses import FORMULAS, show_minutes


class Reason(forms.CharField):
    def __init__(self) -> None:
        super().__init__(
            label=_("Motif"), max_length=500,
            help_text=_("Sans nom de personne : le motif reste dans l'historique de l'opération."),
        )  # fmt: skip


class WithdrawForm(forms.Form):
    reason = Reason()


class OperationChangeForm(forms.Form):
    name = forms.CharField(label=_("Nom de l'opération"), max_length=200)
    starts_on = Day(label=_("Commence le"))
    ends_on = Day(label=_("Finit le"))
    reason = Reason()

    def __init__(self, *args: Any, operation: ClauseOperation, **options: Any) -> None:
        names = ("name", "starts_on", "ends_on")
        super().__init__(*args, initial={name: getattr(operation, name) for name in names}, **options)


class ClauseChangeForm(ClauseForm):
    since = Day(
        label=_("Le changement vaut depuis le"),
        help_text=_("La date de l'avenant, par exemple. Le bilan la donne avec les heures dues d'avant."),
    )
    reason = Reason()

    def __init__(self, *args: Any, clause: Clause, on: date, **options: Any) -> None:
        initial: dict[str, Any] = {"since": on, "lot": clause.lot, "contract": clause.contract,
                                   "formula": clause.formula}  # fmt: skip
        for each in FORMULAS[clause.formula].figures:
            value = clause.figures[each.name]
            initial[each.name] = euros(value) if each.kind == "cents" else value
        for name in ("penalty_cents", "internal_cost_cents"):
            initial[name] = euros(getattr(clause, name))
        super().__init__(*args, initial=initial, **options)


class EngagementChangeForm(forms.Form):
    starts_on = Day(label=_("Commence le"))
    ends_on = Day(label=_("Finit le"), help_text=_("Pour clore l'engagement, donnez son dernier jour."))
    expected_minutes = Duration(label=_("Heures prévues en tout"), help_text=_("Par exemple 300 ou 300h30."))
    reason = Reason()

    def __init__(self, *args: Any, engagement: Engagement, **options: Any) -> None:
        expected = show_minutes(engagement.expected_minutes).replace("\u202f", "").replace(" ", "")
        initial = {
            "starts_on": engagement.starts_on, "ends_on": engagement.ends_on, "expected_minutes": expected,
        }  # fmt: skip
        super().__init__(*args, initial=initial, **options)


def euros(cents: int | None) -> str:
    """123450 -> "1234,50", as it is typed."""
    return "" if cents is None else f"{cents // 100},{cents % 100:02}"
