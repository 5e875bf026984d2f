"""What every act on a need checks first."""

from collections.abc import Sequence
from datetime import date

from essaim.accounts.models import Authority, User
from essaim.accounts.permissions import has_role, is_administrator
from essaim.law.text import ExplainedError, Text
from essaim.organisations.models import Organisation
from essaim.procurement.models import Need
from essaim.procurement.queries.needs.calendar import BUYERS
from essaim.procurement.queries.needs.messages import GONE, gone_reasons


class NeedRefused(ExplainedError):
    """What was asked of a need cannot be done."""


def check_buyer(by: User | None, authority: Authority) -> None:
    """`by` None is the command line, run by whoever holds the machine. Raises NeedRefused."""
    if by is not None and not is_administrator(by) and not has_role(by, authority, *BUYERS):
        raise NeedRefused(
            Text(
                f"Seul un acheteur de {authority.name} peut le faire. Demandez ce rôle à son administrateur.",
                f"Only a buyer of {authority.name} may do this. Ask its administrator for that role.",
            )
        )


def check_open(need: Need) -> None:
    """Raises NeedRefused for a closed need."""
    if need.status == "closed":
        raise NeedRefused(
            Text("Ce besoin est clos : il ne change plus.", "This need is closed: it no longer changes.")
        )


def check_reachable(organisations: Sequence[Organisation], on: date) -> None:
    """Raises NeedRefused when one of them cannot be written to."""
    gone = gone_reasons(organisations, on)
    if gone:
        first = next(each for each in organisations if each.pk in gone)
        why = GONE[gone[first.pk]]
        name = "Un fournisseur" if gone[first.pk] == "hidden" else f"« {first.name} »"
        name_en = "A supplier" if gone[first.pk] == "hidden" else f"“{first.name}”"
        raise NeedRefused(
            Text(
                f"Rien n'est parti. {name} : {why.fr}. Retirez ce fournisseur de votre choix.",
                f"Nothing was sent. {name_en}: {why.en}. Remove this supplier from your choice.",
            )
        )
