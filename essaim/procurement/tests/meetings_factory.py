"""An event with people and wishes, short to write: two buyers, three suppliers, four slots."""

from datetime import date, time
from itertools import count
from typing import Any

from essaim.accounts.models import Authority, User
from essaim.accounts.tests.factories import person, with_role
from essaim.organisations.tests.factories import make_authority, make_organisation
from essaim.procurement.models import MeetingEvent, MeetingParticipant
from essaim.procurement.operations.meetings.opening import open_event
from essaim.procurement.operations.meetings.registering import register_participant
from essaim.procurement.operations.meetings.wishing import set_wishes
from essaim.procurement.rules.meetings import slots_of_day

TODAY = date(2026, 11, 22)
HELD_ON = date(2026, 12, 3)
_numbers = count(1)


def make_person() -> User:
    """Someone with an account and no role; without a password, which takes time to hash."""
    return person(f"rencontre{next(_numbers)}")


def make_agent(authority: Authority, role: str = "agent") -> User:
    return with_role(make_person(), authority, role)


def make_event(authority: Authority | None = None, **values: Any) -> MeetingEvent:
    """Four slots of twenty minutes from nine o'clock, three tables."""
    defaults = {
        "title": "Osez l'ESS",
        "place": "Halle aux Sucres, Lille",
        "held_on": HELD_ON,
        "slots": slots_of_day(values.get("held_on", HELD_ON), time(9), time(10, 20), minutes=20),
        "tables": 3,
        "most_meetings": 4,
    }
    return open_event(authority=authority or make_authority(), **defaults | values, by=None, on=TODAY)


def seat(
    event: MeetingEvent, side: str, name: str, by: User | None = None, **values: Any
) -> MeetingParticipant:
    by = by or make_agent(event.authority)
    return register_participant(event=event, side=side, name=name, by=by, on=TODAY, **values)


def hall(event: MeetingEvent) -> dict[str, MeetingParticipant]:
    """Ville and Hôpital buy; Atelier, Jardin and Traiteur supply. Everyone asks someone, Jardin nobody."""
    agent = make_agent(event.authority)
    people = {
        "ville": seat(event, "buyer", "Ville de Lomme", agent, purpose="Entretien de bureaux"),
        "hopital": seat(event, "buyer", "Hôpital du Nord", agent, purpose="Repas"),
        "atelier": seat(event, "supplier", "", agent, organisation=make_organisation(name="Atelier du Canal")),
        "jardin": seat(event, "supplier", "Jardin partagé", agent),
        "traiteur": seat(event, "supplier", "Traiteur solidaire", agent, contact="Noé Petit", email="noe@exemple.fr"),
    }  # fmt: skip
    wish(people, "ville", atelier=3, jardin=1)
    wish(people, "hopital", traiteur=2)
    wish(people, "atelier", ville=2)
    wish(people, "traiteur", hopital=3, ville=1)
    return people


def wish(people: dict[str, MeetingParticipant], who: str, **strengths: int) -> None:
    wishes = {people[name].pk: strength for name, strength in strengths.items()}
    set_wishes(participant=people[who], wishes=wishes, by=None, on=TODAY)
