"""Reads of the purchase calendar: what a person may see, what is published, what comes back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from essaim.accounts.models import Authority, User
from essaim.law.text import Text
from essaim.observatory.reference import places
from essaim.procurement.models import CalendarImport, Consultation, Need
from essaim.procurement.rules import needs as rules
from essaim.procurement.rules.needs_cpv import code_label
from essaim.ui.tables import Column, Table

BUYERS = ("buyer", "administrator")


def authorities_of(user: User) -> QuerySet[Authority]:
    """The authorities a person buys for; all of them, for who administers the installation."""
    if not user.is_authenticated or not user.is_active:
        return Authority.objects.none()
    if user.is_superuser:
        return Authority.objects.all()
    return Authority.objects.filter(memberships__user=user, memberships__role__in=BUYERS).distinct()


def needs_of(user: User) -> QuerySet[Need]:
    """The needs of these authorities, and of no other."""
    return Need.objects.filter(authority__in=authorities_of(user)).select_related("authority")


def published_needs(authority: str = "") -> QuerySet[Need]:
    """The public calendar, of one authority (its short name) or of all."""
    found = Need.objects.public().select_related("authority").prefetch_related("lots")
    return found.filter(authority__slug=authority) if authority else found


def publishing_authorities() -> QuerySet[Authority]:
    """Those that have something in the public calendar."""
    return Authority.objects.filter(needs__in=Need.objects.public()).distinct()


def published_consultation(need: Need) -> Consultation | None:
    return Consultation.objects.filter(need=need, published_on__isnull=False).first()


def next_start(need: Need) -> date | None:
    """When it comes back, while that occurrence is not in the calendar."""
    if Need.objects.filter(previous=need).exists():
        return None
    return rules.next_start(need.starts_on, need.recurs_months)


def imports_of(user: User) -> QuerySet[CalendarImport]:
    return CalendarImport.objects.filter(authority__in=authorities_of(user)).select_related("authority")


@dataclass(frozen=True)
class Coming:
    """A need and when it comes back."""

    need: Need
    starts_on: date


def coming_back(user: User, *, on: date, within_days: int = 400) -> list[Coming]:
    """Recurring needs whose next occurrence is near and not yet in the calendar."""
    found = []
    for need in needs_of(user).filter(recurs_months__isnull=False, next__isnull=True):
        start = rules.next_start(need.starts_on, need.recurs_months)
        if start and (start - on).days <= within_days:
            found.append(Coming(need, start))
    return sorted(found, key=lambda one: (one.starts_on, one.need.pk))


def missing(need: Need) -> list[tuple[str, Text]]:
    return rules.missing({name: getattr(need, name) for name in rules.MISSING})


def place_names(codes: Iterable[str]) -> list[str]:
    known = places.all_territories()
    return [known[code].name if code in known else code for code in codes]


def places_asked(need: Need, own: Iterable[str] = ()) -> list[str]:
    """Where it takes place: what the lot says, else the need, else the whole territory of the buyer."""
    return list(own) or list(need.places) or [need.authority.territory]


KIND_WORDS = {"works": Text("travaux", "works"), "supplies": Text("fournitures", "supplies"),
              "services": Text("services", "services"), "": Text("à préciser", "to be said")}  # fmt: skip
COLUMNS = (
    Column(Text("Objet", "Title")), Column(Text("Acheteur", "Buyer")), Column(Text("Nature", "Kind")),
    Column(Text("CPV", "CPV")), Column(Text("Montant hors taxe", "Amount without VAT"), "euros"),
    Column(Text("Lancement", "Start")), Column(Text("Durée (mois)", "Months"), "number"),
    Column(Text("Lieux", "Places")), Column(Text("État", "Status")), Column(Text("Référence", "Reference")),
)  # fmt: skip
STATUS_WORDS = {"draft": Text("brouillon", "draft"), "published": Text("publié", "published"),
                "closed": Text("clos", "closed")}  # fmt: skip


def calendar_table(found: Iterable[Need]) -> Table:
    """One line a need; what is not said stays empty."""
    rows = [
        (
            need.title, need.authority.name, KIND_WORDS[need.kind], ", ".join(need.cpv),
            None if need.amount_cents is None else need.amount_cents / 100,
            need.starts_on and need.starts_on.isoformat(), need.duration_months,
            ", ".join(place_names(places_asked(need))), STATUS_WORDS[need.status], need.reference,
        )
        for need in found
    ]  # fmt: skip
    return Table(COLUMNS, rows, Text("Calendrier des achats", "Purchase calendar"))


def icalendar(found: Iterable[Need], address: str) -> str:
    """RFC 5545: one whole-day event a need that has a day. `address`: of a need's public page, 0 for its number."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Essaim//achats//FR", "CALSCALE:GREGORIAN"]
    for need in found:
        if need.starts_on is None or need.published_on is None:
            continue
        lines += [
            "BEGIN:VEVENT",
            f"UID:need-{need.pk}@essaim",
            f"DTSTAMP:{need.published_on:%Y%m%d}T000000Z",
            f"DTSTART;VALUE=DATE:{need.starts_on:%Y%m%d}",
            f"SUMMARY:{_escaped(need.title)}",
            f"DESCRIPTION:{_escaped(need.authority.name)}",
            f"URL:{address.replace('/0/', f'/{need.pk}/')}",
            "END:VEVENT",
        ]
    return "".join(f"{part}\r\n" for line in [*lines, "END:VCALENDAR"] for part in _folded(line))


def _escaped(text: str) -> str:
    for found, written in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\r", ""), ("\n", "\\n")):
        text = text.replace(found, written)
    return text


def _folded(line: str) -> list[str]:
    """Lines of 75 bytes at most, the next ones beginning with a space."""
    parts, current = [], ""
    for letter in line:
        if len((current + letter).encode()) > 73:
            parts.append(current)
            current = " "
        current += letter
    return [*parts, current]


def cpv_words(codes: Iterable[str]) -> list[tuple[str, str]]:
    return [(code, code_label(code)) for code in codes]
