"""What is refused in social clauses, and the words that say why and what next."""

from datetime import date

from essaim.law.finding import Citation, Finding
from essaim.law.text import ExplainedError, Text
from essaim.procurement.models import Clause, ClauseOperation
from essaim.procurement.rules.clauses import MOST_RATE_CENTS


class ClauseRefused(ExplainedError):
    """An operation, a clause, a company or a bill cannot be recorded as asked."""


class HoursRefused(ExplainedError):
    """Hours cannot be declared, validated or corrected; `citations` when a text is the reason."""

    def __init__(self, text: Text, citations: tuple[Citation, ...] = ()) -> None:
        super().__init__(text)
        self.citations = citations


class PersonRefused(ExplainedError):
    """A beneficiary, a proof or an engagement cannot be recorded as asked."""


class InvitationRefused(ExplainedError):
    """The link does not open, or cannot be sent."""


class ReminderRefused(ExplainedError):
    """There is nothing to remind of, or nobody to remind."""


NOT_YOURS = Text(
    "Cet acte revient aux facilitateurs de la collectivité. Demandez ce rôle à un administrateur.",
    "This belongs to the authority's facilitators. Ask an administrator for that role.",
)
NOT_YOUR_COMPANY = Text(
    "Vous ne déclarez pas pour cette entreprise. Demandez une invitation au facilitateur.",
    "You do not declare for this company. Ask the facilitator for an invitation.",
)
NEGATIVE = Text(
    "Des heures ne peuvent pas être négatives. Corrigez-les.", "Hours cannot be negative. Correct them."
)
FUTURE = Text(
    "Ce mois n'a pas commencé : il ne peut pas encore être déclaré. Choisissez un mois passé ou en cours.",
    "This month has not begun: it cannot be declared yet. Choose a past month or the current one.",
)
ALREADY_VALIDATED = Text(
    "Ces heures sont déjà validées. Pour les changer, le facilitateur les corrige, avec un motif.",
    "These hours are already validated. To change them, the facilitator corrects them, with a reason.",
)
DECIDED_MEANWHILE = Text(
    "Ces heures viennent d'être décidées, ou déclarées autrement. Rechargez la page pour voir où elles en sont.",
    "These hours have just been decided, or declared otherwise. Reload the page to see where they stand.",
)
NOT_VALIDATED = Text(
    "Ces heures ne sont pas validées : elles se valident ou se refusent, elles ne se corrigent pas encore.",
    "These hours are not validated: validate or refuse them; they cannot be corrected yet.",
)
SAME_HOURS = Text(
    "La correction ne change rien : donnez une autre durée.",
    "The correction changes nothing: give another duration.",
)
NEEDS_REASON = Text("Écrivez pourquoi, en une phrase.", "Write why, in one sentence.")
TOO_MUCH_VALIDATED = Text(
    "On ne valide pas plus que ce qui est déclaré. Demandez à l'entreprise de déclarer à nouveau, ou validez moins.",
    "No more than what is declared can be validated. Ask the company to declare again, or validate less.",
)
TOO_MANY_AT_ONCE = Text(
    "C'est trop de déclarations pour un seul geste. Rechargez la page : elle n'en montre qu'une partie à la fois.",
    "These are too many declarations for one gesture. Reload the page: it shows only some of them at a time.",
)
NOT_A_DURATION = Text(
    "Ce n'est pas une durée. Écrivez par exemple 35, 35,5 ou 35h30.",
    "This is not a duration. Write for instance 35, 35.5 or 35:30.",
)
OTHER_AUTHORITY = Text(
    "Cette personne ou cette entreprise n'est pas suivie par votre collectivité.",
    "This person or company is not followed by your authority.",
)
DEAD_LINK = Text(
    "Ce lien ne s'ouvre plus : il a servi, ou son délai est passé. Demandez-en un autre au facilitateur.",
    "This link no longer opens: it has been used, or its time is over. Ask the facilitator for another.",
)


NOT_KEPT = Text(
    "L'identité n'est pas, ou n'est plus, conservée.", "The identity is not kept, or not any more."
)
WRONG_ENGAGEMENT = Text(
    "L'engagement finit avant de commencer, ou sa durée prévue est négative. Corrigez-le.",
    "The engagement ends before it starts, or its expected time is negative. Correct it.",
)
WITHDRAWN = Text(
    "Cette opération ou cette clause a été retirée : plus rien ne s'y ajoute. Créez-en une autre si elle reprend.",
    "This operation or clause was withdrawn: nothing is added to it any more. Create another if it resumes.",
)


def check_followed(followed: Clause | ClauseOperation) -> None:
    """Raises ClauseRefused when it was withdrawn."""
    if followed.withdrawn_on is not None:
        raise ClauseRefused(WITHDRAWN)


def check_rates(*rates: int | None) -> None:
    """Raises ClauseRefused when the price of an hour is not plausible."""
    if any(rate is not None and not 0 <= rate <= MOST_RATE_CENTS for rate in rates):
        raise ClauseRefused(
            Text(
                "Le prix d'une heure (pénalité ou coût interne) n'est pas plausible. Vérifiez-le.",
                "The price of an hour (penalty or internal cost) is not plausible. Check it.",
            )
        )


def not_engaged(pseudonym: str, month: date) -> Text:
    return Text(
        f"{pseudonym} n'est pas engagé par cette entreprise sur cette clause en {month:%m/%Y}. Demandez au "
        "facilitateur d'enregistrer l'engagement.",
        f"{pseudonym} is not engaged by this company under this clause in {month:%m/%Y}. Ask the facilitator to "
        "record the engagement.",
    )


def of_finding(finding: Finding) -> HoursRefused:
    """The refusal a finding of the law leads to, with its citations."""
    fr = " ".join(each.fr for each in finding.reasons)
    en = " ".join(each.en for each in finding.reasons)
    cited = ", ".join(dict.fromkeys(each.article for each in finding.citations))
    return HoursRefused(Text(f"{fr} ({cited})", f"{en} ({cited})"), finding.citations)
