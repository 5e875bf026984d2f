"""The demonstration of procurement: whole, once, marked wherever it goes, and never beside anything real."""

from datetime import date, timedelta

import pytest
from click.testing import CliRunner
from django.db import transaction
from django.urls import reverse

from essaim.accounts.models import Authority
from essaim.accounts.tests.factories import installation_administrator
from essaim.observatory.tests.stores import StoreFactory
from essaim.organisations.models import Import, Organisation
from essaim.organisations.operations.demonstration import demonstrate_directory
from essaim.organisations.tests.directory_factory import write_directory
from essaim.organisations.tests.factories import make_authority, make_organisation
from essaim.procurement import clauses_report, meeting_agenda
from essaim.procurement.cli.demonstration import demonstrate_command
from essaim.procurement.models import (
    Beneficiary,
    BeneficiaryIdentity,
    ClauseOperation,
    MeetingEvent,
    MonthlyHours,
    Need,
    Purchase,
    Scheme,
    SchemePublication,
)
from essaim.procurement.operations.contracts import correct_contract_entry
from essaim.procurement.operations.demonstration.calendar import demonstrate_calendar
from essaim.procurement.operations.demonstration.clauses import demonstrate_clauses
from essaim.procurement.operations.demonstration.contracts import demonstrate_contracts
from essaim.procurement.operations.demonstration.meetings import demonstrate_meetings
from essaim.procurement.operations.demonstration.schemes import demonstrate_control, demonstrate_scheme
from essaim.procurement.operations.demonstration.whole import NotADemonstration, demonstrate_procurement
from essaim.procurement.queries.clauses_summary import operation_summary
from essaim.procurement.queries.contracts import contract_store
from essaim.procurement.queries.meetings.agenda import agenda_of
from essaim.procurement.queries.schemes_what_if import worth_supposing
from essaim.procurement.tests.needs_factory import make_need

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 22)


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.HOME, settings.STORE = tmp_path, tmp_path / "store"
    return tmp_path


@pytest.fixture
def authority() -> Authority:
    """Where a demonstration may be written, part by part."""
    write_directory()
    return make_authority()


def written() -> list[object]:
    """What is always the same for the same day: neither pseudonyms nor links, which are drawn."""
    return [
        *Scheme.objects.values_list("name", "first_year", "adopted_on"),
        *(each.figures["total"] for each in SchemePublication.objects.all()),
        *Purchase.objects.order_by("reference").values_list("reference", "consulted_on"),
        *Need.objects.order_by("reference").values_list("reference", "title", "starts_on", "status"),
        *MonthlyHours.objects.order_by("id").values_list("month", "minutes", "state"),
        *MeetingEvent.objects.order_by("id").values_list("title", "held_on", "state"),
        *MeetingEvent.objects.order_by("id").values_list("meetings__buyer__name", "meetings__supplier__name"),
    ]


def test_everything_is_written_once() -> None:
    write_directory()
    demonstrate_directory(by=None, on=ON)
    made = demonstrate_procurement(by=None, on=ON)
    assert made is not None
    assert (made.is_new, made.schemes, made.needs, made.operations, made.meetings) == (True, 1, 10, 1, 2)
    assert made.contracts > 300
    first, digest = written(), contract_store().contents().digest
    again = demonstrate_procurement(by=None, on=ON + timedelta(days=40))
    assert again is not None
    assert (again.is_new, again.contracts, written()) == (False, made.contracts, first)
    assert contract_store().contents().digest == digest
    assert not BeneficiaryIdentity.objects.exists()
    assert Beneficiary.objects.count() >= 9


def test_the_same_day_gives_the_same_demonstration(settings, tmp_path) -> None:
    write_directory()
    seen = []
    # Two installations with the same directory: what the first wrote is undone, for a publication is never deleted.
    for name in ("one", "other"):
        settings.HOME = tmp_path / name
        with transaction.atomic():
            demonstrate_procurement(by=None, on=ON)
            seen.append((written(), contract_store().contents().digest))
            transaction.set_rollback(True)
    assert seen[0] == seen[1]
    assert seen[0][0]


def test_some_duties_are_answered_and_some_wait(authority) -> None:
    demonstrate_control(authority=authority, by=None, on=ON)
    purchases = Purchase.objects.filter(authority=authority)
    answered = purchases.filter(answers__isnull=False).distinct().count()
    assert 0 < answered < purchases.count()


def test_pages_are_alive(authority) -> None:
    """Something is to come, something is under way, something waits for a decision."""
    needs = demonstrate_calendar(authority=authority, by=None, on=ON)
    assert {each.status for each in needs} == {"draft", "published", "closed"}
    assert any(each.lots.count() > 1 for each in needs)
    coming, past = demonstrate_meetings(authority=authority, by=None, on=ON)
    assert (coming.held_on > ON > past.held_on, coming.state, past.state) == (True, "planned", "planned")
    assert coming.meetings.count() > 5
    assert past.meetings.filter(follow_up__outcome="contract", follow_up__amount_cents__gt=0).exists()
    operation = demonstrate_clauses(authority=authority, by=None, on=ON)
    assert operation.starts_on < ON < operation.ends_on
    states = set(MonthlyHours.objects.values_list("state", flat=True))
    assert states == {"declared", "validated", "refused"}
    assert all(clause.hours_due > 0 for clause in operation.clauses.all())
    due = sum(clause.hours_due for clause in operation.clauses.all())
    validated = (
        sum(MonthlyHours.objects.filter(state="validated").values_list("validated_minutes", flat=True)) / 60
    )
    assert 0.3 < validated / due < 0.9


@pytest.mark.parametrize("on", [date(2026, 11, 30), date(2027, 1, 1), date(2028, 2, 29), date(2027, 3, 31)])
def test_any_day_will_do(on: date) -> None:
    write_directory()
    demonstrate_procurement(by=None, on=on)
    assert MeetingEvent.objects.filter(held_on__gt=on).exists()
    assert SchemePublication.objects.get().figures["contracts"] > 100


def test_every_table_and_file_says_that_it_is_fictitious(client, home) -> None:
    write_directory()
    demonstrate_procurement(by=None, on=ON)
    client.force_login(installation_administrator())
    scheme, event = Scheme.objects.get(), MeetingEvent.objects.order_by("-held_on")[0]
    operation, publication = ClauseOperation.objects.get(), SchemePublication.objects.get()
    need = Need.objects.get(reference="B-01")
    for name, args in (
        ("calendar-csv", ()), ("calendar-ics", ()), ("needs-csv", ()), ("need-messages-csv", (need.pk,)),
        ("scheme_figures_csv", (scheme.pk,)), ("scheme_publication_file", (publication.pk, "csv")),
        ("scheme_publication_file", (publication.pk, "json")), ("scheme_contracts_file", (scheme.pk, "decp")),
        ("scheme_contracts_file", (scheme.pk, "ocds")), ("scheme_contracts_file", (scheme.pk, "left-out")),
        ("meeting_wishes_csv", (event.pk,)), ("meeting_planning_csv", (event.pk,)),
        ("clauses_csv", ()), ("clauses_summary", (operation.pk, "csv")), ("clauses_summary", (operation.pk, "pdf")),
    ):  # fmt: skip
        answer = client.get(reverse(f"procurement:{name}", args=args), headers={"accept-language": "en"})
        assert 'filename="fictif-' in answer["Content-Disposition"], name
        if answer["Content-Type"].startswith("text/csv"):
            lines = answer.content.decode().strip().splitlines()
            assert all("Fictitious data" in line or ",yes" in line for line in lines[1:]), name
    assert client.get(reverse("procurement:scheme_publication_file", args=[publication.pk, "json"])).json()[
        "fictitious"
    ]
    for path in (
        "/procurement/calendar/",
        "/procurement/schemes/",
        "/procurement/meetings/",
        "/procurement/clauses/",
    ):
        assert "Fictitious data." in client.get(f"{path}?lang=en").content.decode()


def test_papers_say_it_too() -> None:
    write_directory()
    demonstrate_procurement(by=None, on=ON)
    summary = operation_summary(ClauseOperation.objects.get(), ON)
    assert clauses_report.content(summary)["fictitious"]
    seat = MeetingEvent.objects.order_by("-held_on")[0].participants.filter(side="buyer")[0]
    said = meeting_agenda.content(seat, agenda_of(seat))
    assert (said["title"].endswith("(fictif)"), said["fictitious"][:8]) == (True, "Données ")
    assert meeting_agenda.as_pdf(said).startswith(b"%PDF")


def test_a_real_installation_keeps_its_files_as_they_are(client) -> None:
    make_need(status="published", published_on=ON)
    answer = client.get(reverse("procurement:calendar-csv"))
    assert "fictif" not in answer["Content-Disposition"] + answer.content.decode()


def test_a_corrected_invented_entry_stays_invented(authority) -> None:
    row = demonstrate_contracts(authority=authority, by=None, on=ON)
    assert (row.is_fictitious, row.rejected) == (True, 6)
    wrong = next(each for each in contract_store().rejected(row.sha256) if each["entry"].get("montant") != 1)
    entry = wrong["entry"] | {"montant": 40000, "dateNotification": "2025-02-28"}
    correct_contract_entry(imported=row, rejected=wrong, entry=entry, by=None, on=ON)
    assert all(file.fictitious for file in contract_store().contents().files)


def refused(match: str) -> None:
    with pytest.raises(NotADemonstration, match=match):
        demonstrate_procurement(by=None, on=ON)
    assert not Authority.objects.filter(slug="demonstration").exists()


def test_it_refuses_beside_a_real_register(home) -> None:
    write_directory()
    StoreFactory(fictitious=False).write(home / "store")
    refused("real data")


def test_it_refuses_beside_real_organisations() -> None:
    make_organisation()
    refused("real data")


def test_it_refuses_beside_a_real_import() -> None:
    write_directory()
    Import.objects.update(is_fictitious=False)
    refused("real data")


def test_it_refuses_beside_real_contracts(tmp_path) -> None:
    from essaim.observatory.contracts.importing import import_files  # noqa: PLC0415
    from essaim.observatory.contracts.tests.published import entry, json_file  # noqa: PLC0415

    write_directory()
    import_files([json_file(tmp_path, entry())], contract_store(), on=ON)
    refused("real data")


def test_it_refuses_where_buyers_work_already() -> None:
    write_directory()
    make_need()
    refused("real data")


def test_it_asks_for_a_directory_first() -> None:
    refused("make demo-data")
    assert not Organisation.objects.exists()


def test_the_command_is_dry_then_writes_then_says_it_is_there() -> None:
    write_directory()
    dry = CliRunner().invoke(demonstrate_command, ["--lang", "en", "--on", "2026-11-22"])
    assert (dry.exit_code, dry.output.endswith("Add --apply.\n"), Need.objects.count()) == (0, True, 0)
    done = CliRunner().invoke(demonstrate_command, ["--lang", "en", "--apply", "--on", "2026-11-22"])
    assert done.output.startswith(
        "Demonstration written, marked fictitious: 371 contracts, 1 SPASER, 10 needs"
    )
    again = CliRunner().invoke(demonstrate_command, ["--lang", "fr", "--apply"])
    assert again.output.startswith("La démonstration est déjà là : rien n'a changé")


def test_a_suspect_amount_does_not_lead_the_list_of_what_if(authority) -> None:
    demonstrate_contracts(authority=authority, by=None, on=ON)
    scheme = demonstrate_scheme(authority=authority, by=None, on=ON)
    first = worth_supposing(scheme, scheme.first_year, scheme.last_year)[0]
    assert first["amount_flag"] is None
