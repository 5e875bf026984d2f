"""What is said when an act on an event cannot be done."""

from essaim.accounts.models import Authority, User
from essaim.law.text import ExplainedError, Text
from essaim.procurement.queries.meetings.events import may_organise


class MeetingRefused(ExplainedError):
    """The act cannot be done on this event, now or by this person."""

    @classmethod
    def unless_organiser(cls, authority: Authority, by: User | None) -> None:
        """`by` None is the command line."""
        if by is not None and not may_organise(by, authority):
            raise cls(
                Text(
                    f"Cette rencontre est organisée par {authority.name} : demandez à l'un de ses agents.",
                    f"This event is organised by {authority.name}: ask one of its staff.",
                )
            )


class PlanOvertaken(MeetingRefused):
    """Something the plan depends on changed while it was being made."""
