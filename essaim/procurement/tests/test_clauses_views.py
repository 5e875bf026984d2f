"""Pages of social clauses: who sees what, that authorities never see one another, and that no name slips out."""

import io
import json
import logging
from collections.abc import Callable

import pytest
from click.testing import CliRunner
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook
from pypdf import PdfReader
from pytest_django.fixtures import DjangoCaptureOnCommitCallbacks

from essaim.accounts.models import Entry, User
from essaim.law.text import ExplainedError
from essaim.procurement.clauses_refusals import PersonRefused
from essaim.procurement.cli import clauses as cli
from essaim.procurement.models import (
    Beneficiary,
    BeneficiaryIdentity,
    Clause,
    ClauseBill,
    ClauseOperation,
    ClauseReminder,
    ClauseShare,
    CompanyContact,
    CompanyInvitation,
    EligibilityProof,
    Engagement,
    MonthlyHours,
)
from essaim.procurement.operations.clauses.contacts import invite_contact
from essaim.procurement.operations.clauses.hours import declare_hours, validate_hours
from essaim.procurement.operations.clauses.people import erase_identity
from essaim.procurement.tests.clauses_factory import (
    MONTH,
    TODAY,
    World,
    make_beneficiary,
    make_clause,
    make_contact,
    make_engaged,
    make_operation,
    make_person,
    make_share,
    make_world,
)
from essaim.procurement.urls.clauses import urlpatterns
from essaim.procurement.views import clauses as views
from essaim.ui.models import Draft

pytestmark = pytest.mark.django_db
NAME = "Zéphirine Quatrebarbes"


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views.timezone, "localdate", lambda: TODAY)


@pytest.fixture
def world(db: None) -> World:
    return make_world(person_name=NAME)


def inside(person: User, language: str = "fr") -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(person)
    return client


def url(name: str, *args: object) -> str:
    return reverse(f"procurement:clauses_{name}" if name else "procurement:clauses", args=args)


def declared(world: World, minutes: int = 2_100) -> MonthlyHours:
    return declare_hours(
        share=world.share,
        beneficiary=world.beneficiary,
        month=MONTH,
        minutes=minutes,
        by=world.contact,
        on=TODAY,
    )


def validated(world: World) -> MonthlyHours:
    return validate_hours(hours=declared(world), by=world.facilitator, on=TODAY)


def every_address(world: World, hours: MonthlyHours) -> dict[str, tuple[str, str]]:
    """URL name -> (method, address) of an object of this world; the invitation, which has its own door, apart."""
    operation, share, person = world.share.clause.operation, world.share, world.beneficiary
    contact = share.company.contacts.get()
    numbers = {
        "clauses_operation": operation.pk, "clauses_clause_new": operation.pk, "clauses_company_new": share.clause_id,
        "clauses_bill_new": share.pk, "clauses_engagement_new": share.pk, "clauses_invite": share.company_id,
        "clauses_beneficiary": person.pk, "clauses_proof_new": person.pk, "clauses_correct": hours.pk,
        "clauses_operation_change": operation.pk, "clauses_operation_withdraw": operation.pk,
        "clauses_clause_change": share.clause_id, "clauses_clause_withdraw": share.clause_id,
        "clauses_engagement_change": person.engagements.get().pk,
        "clauses_identity_erase": person.pk,
    }  # fmt: skip
    posts = {
        "clauses_contact_remove": contact.pk, "clauses_identity": person.pk, "clauses_decide": hours.pk,
        "clauses_remind": share.pk,
    }  # fmt: skip
    return {
        **{name: ("GET", reverse(f"procurement:{name}", args=[pk])) for name, pk in numbers.items()},
        **{name: ("POST", reverse(f"procurement:{name}", args=[pk])) for name, pk in posts.items()},
        "clauses_summary": ("GET", url("summary", operation.pk, "xlsx")),
        "clauses_year": ("GET", url("year", world.authority.pk, 2026, "xlsx")),
        "clauses_queue_month": ("GET", url("queue_month", world.authority.pk, "2026-10")),
        "clauses_month": ("GET", url("month", share.pk, "2026-10")),
        "clauses_month_file": ("GET", url("month_file", share.pk, "2026-10")),
    }


LISTS = ("clauses", "clauses_csv", "clauses_operation_new", "clauses_companies", "clauses_beneficiaries",
         "clauses_beneficiary_new", "clauses_queue", "clauses_reminders", "clauses_mine")  # fmt: skip


def text_of(answer) -> str:
    """What a reader finds in an answer, spreadsheets and PDF opened."""
    kind, body = answer["Content-Type"], answer.content
    if kind == "application/pdf":
        return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(body)).pages)
    if "spreadsheet" in kind:
        sheet = load_workbook(io.BytesIO(body)).active
        return " ".join(str(cell) for row in sheet.iter_rows(values_only=True) for cell in row)
    return body.decode()


def test_the_walk_below_forgets_no_address(world: World) -> None:
    walked = {*every_address(world, validated(world)), *LISTS, "clauses_invitation"}
    assert walked == {pattern.name for pattern in urlpatterns}


@pytest.mark.parametrize("role", ["facilitator", "buyer", "agent", "contact", "administrator"])
def test_nobody_of_another_authority_sees_or_touches_anything(world: World, role: str) -> None:
    other = make_world("Métropole d'ailleurs")
    hours = validated(world)
    person = other.contact if role == "contact" else make_person(other.authority, role)
    client = inside(person)
    before = list(Entry.objects.values_list("pk", flat=True))
    statuses = {
        name: client.generic(method, address).status_code
        for name, (method, address) in every_address(world, hours).items()
    }
    assert statuses == dict.fromkeys(statuses, 404)
    secrets = (
        world.share.company.name, world.share.company.siren, world.beneficiary.pseudonym,
        world.share.clause.operation.name, NAME,
    )  # fmt: skip
    for name in LISTS:
        said = text_of(client.get(reverse(f"procurement:{name}"), {"authority": world.authority.pk}))
        assert [secret for secret in secrets if secret in said] == [], name
    # Sending forms is no way round either.
    for name, (_, address) in every_address(world, hours).items():
        assert client.post(address, {"decision": "validate"}).status_code in (404, 405), name
    assert list(Entry.objects.values_list("pk", flat=True)) == before


def test_a_company_sees_its_own_declarations_and_nothing_else(world: World) -> None:
    other = make_share(world.share.clause)
    person = make_engaged(other)
    declare_hours(share=other, beneficiary=person, month=MONTH, minutes=60, by=None, on=TODAY)
    client = inside(world.contact)
    hours = validated(world)
    for name, (method, address) in every_address(world, hours).items():
        mine = name in ("clauses_month", "clauses_month_file")
        assert client.generic(method, address).status_code == (200 if mine else 404), name
    assert client.get(url("month", other.pk, "2026-10")).status_code == 404
    said = client.get(url("month", world.share.pk, "2026-10")).content.decode()
    assert (world.beneficiary.pseudonym in said, person.pseudonym in said) == (True, False)
    assert {name: client.get(reverse(f"procurement:{name}")).status_code for name in LISTS} == dict.fromkeys(
        LISTS, 403
    ) | {"clauses_mine": 200}


def test_buyers_read_figures_and_never_a_pseudonym(world: World) -> None:
    hours = validated(world)
    client = inside(make_person(world.authority, "buyer"))
    read = {"clauses_operation", "clauses_summary", "clauses_year"}
    hidden = {
        "clauses_beneficiary", "clauses_proof_new", "clauses_identity", "clauses_decide", "clauses_correct",
        "clauses_month", "clauses_month_file", "clauses_engagement_change", "clauses_queue_month",
        "clauses_identity_erase",
    }  # fmt: skip
    for name, (method, address) in every_address(world, hours).items():
        answer = client.generic(method, address)
        assert answer.status_code == (200 if name in read else 404 if name in hidden else 403), name
        assert world.beneficiary.pseudonym not in text_of(answer)
    assert client.get(url("")).status_code == 200
    assert world.beneficiary.pseudonym not in client.get(url("csv")).content.decode()


def test_a_name_is_on_its_page_and_in_no_other_answer_nor_journal_nor_log(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    facilitator, company = inside(world.facilitator), inside(world.contact)
    addresses = every_address(world, validated(world)) | {
        name: ("GET", reverse(f"procurement:{name}")) for name in LISTS
    }
    shown = []
    for name, (method, address) in addresses.items():
        for client in (facilitator, company):
            if "Quatrebarbes" in text_of(client.generic(method, address)):
                shown.append(name)
    assert shown == ["clauses_identity"]
    for words in (NAME, "Quatrebarbes", "Zéphirine\0"):
        answer = facilitator.get(url("beneficiaries"), {"q": words}).content.decode()
        assert world.beneficiary.pseudonym not in answer
    for form in ("pdf", "xlsx"):
        for address in (url("summary", world.share.clause.operation_id, form),
                        url("year", world.authority.pk, 2026, form)):  # fmt: skip
            said = text_of(facilitator.get(address))
            assert ("Quatrebarbes" in said, world.beneficiary.pseudonym in said) == (False, False)
    assert "Quatrebarbes" not in json.dumps(list(Entry.objects.values("act", "object_id", "details")))
    assert "Quatrebarbes" not in caplog.text
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table.startswith(("procurement_", "accounts_entry", "ui_draft")):
                cursor.execute(f'SELECT * FROM "{table}"')
                assert "Quatrebarbes" not in repr(cursor.fetchall()), table


def test_a_facilitator_sets_an_operation_up_from_nothing(world: World) -> None:
    client = inside(world.facilitator)
    answer = client.post(
        url("operation_new"),
        {
            "authority": world.authority.pk,
            "name": "Piscine",
            "starts_on": "2026-01-01",
            "ends_on": "2026-12-31",
        },
    )
    operation = ClauseOperation.objects.get(name="Piscine")
    assert answer["Location"] == url("operation", operation.pk)
    figures = {
        "lot": "Peinture", "formula": "works", "amount_cents": "1 500 000", "labour_share_pct": "70 %",
        "effort_pct": "10", "hourly_cost_cents": "30,00", "penalty_cents": "50", "internal_cost_cents": "20,04",
    }  # fmt: skip
    refused = client.post(url("clause_new", operation.pk), figures | {"effort_pct": ""})
    assert (refused.status_code, "Effort d&#x27;insertion" in refused.content.decode()) == (422, True)
    assert client.post(url("clause_new", operation.pk), figures).status_code == 302
    clause = Clause.objects.get(lot="Peinture")
    assert (clause.hours_due, clause.penalty_cents, clause.internal_cost_cents) == (3_500, 5_000, 2_004)
    siren = world.share.company.siren
    for number in (siren, "552100554"):
        assert client.post(url("company_new", clause.pk), {"siren": number, "name": "Gaz"}).status_code == 302
    share = ClauseShare.objects.filter(clause=clause).latest("pk")
    bill = {"kind": "invoice", "number": "F1", "amount_cents": "1000,50", "dated_on": "2026-10-01"}
    assert client.post(url("bill_new", share.pk), bill).status_code == 302
    assert client.post(url("bill_new", share.pk), bill).status_code == 422
    assert ClauseBill.objects.get().amount_cents == 100_050
    engagement = {"pseudonym": world.beneficiary.pseudonym.lower(), "starts_on": "2026-10-01",
                  "ends_on": "2026-11-30", "expected_minutes": "300h30"}  # fmt: skip
    assert client.post(url("engagement_new", share.pk), engagement).status_code == 302
    assert Engagement.objects.get(share=share).expected_minutes == 18_030
    wrong = client.post(
        url("engagement_new", share.pk), engagement | {"pseudonym": "B-0", "expected_minutes": "x"}
    )
    assert wrong.status_code == 422
    said = client.get(url("operation", operation.pk)).content.decode()
    assert all(
        words in said for words in ("3\u202f500 heures dues", "Règlement interne", "facture F1", "300,5")
    )
    portfolio = client.get(url("csv")).content.decode()
    assert portfolio.count("Piscine") == 2


def test_a_beneficiary_is_registered_proved_and_read(world: World) -> None:
    client = inside(world.facilitator)
    secret = {"authority": world.authority.pk, "name": "Odilon Tournebroche", "born_on": "", "contact": ""}
    answer = client.post(url("beneficiary_new"), secret)
    person = Beneficiary.objects.latest("pk")
    assert answer["Location"] == url("beneficiary", person.pk)
    proof = {"kind": "BOE", "valid_from": "2026-05-01", "valid_to": ""}
    assert client.post(url("proof_new", person.pk), proof).status_code == 302
    assert client.post(url("proof_new", person.pk), proof).status_code == 422
    assert EligibilityProof.objects.get(beneficiary=person).valid_to.isoformat() == "2028-04-30"
    assert "Tournebroche" not in client.get(url("beneficiary", person.pk)).content.decode()
    assert "Tournebroche" in client.post(url("identity", person.pk)).content.decode()
    unnamed = make_beneficiary(world.authority)
    assert "plus, conservée" in client.post(url("identity", unnamed.pk)).content.decode()


def test_a_name_is_erased_on_request_once_and_only_by_a_facilitator(world: World) -> None:
    here = url("identity_erase", world.beneficiary.pk)
    administrator = make_person()
    administrator.is_superuser = True
    administrator.save()
    assert inside(administrator).post(here, {"is_sure": "on"}).status_code == 403
    client = inside(world.facilitator)
    assert client.get(here).status_code == 200
    assert client.post(here, {}).status_code == 422
    assert BeneficiaryIdentity.objects.exists()
    assert client.post(here, {"is_sure": "on"})["Location"] == url("beneficiary", world.beneficiary.pk)
    assert not BeneficiaryIdentity.objects.exists()
    line = Entry.objects.get(act="identity erased")
    assert (line.by, line.details, Beneficiary.objects.count()) == (world.facilitator, {}, 1)
    with pytest.raises(PersonRefused):
        erase_identity(beneficiary=world.beneficiary, by=world.facilitator, on=TODAY)
    assert client.post(here, {"is_sure": "on"}).status_code == 422


def test_a_company_types_its_month_bad_lines_stay_good_ones_are_kept(world: World) -> None:
    other = make_engaged(world.share)
    client, here = inside(world.contact), url("month", world.share.pk, "2026-10")
    first, second = f"hours_{world.beneficiary.pk}", f"hours_{other.pk}"
    answer = client.post(here, {first: "35,5", second: "300"})
    assert (answer.status_code, "L3121-20" in answer.content.decode()) == (422, True)
    assert MonthlyHours.objects.get().minutes == 2_130
    assert client.post(here, {first: "35,5", second: "12h15"})["Location"] == here
    assert MonthlyHours.objects.get(beneficiary=other).minutes == 735
    validate_hours(hours=MonthlyHours.objects.get(beneficiary=other), by=None, on=TODAY)
    page = client.get(here).content.decode()
    assert ("Validées : 12 h 15." in page, 'value="35h30"' in page) == (True, True)
    # A validated line is not changed, whatever is sent for it.
    assert client.post(here, {first: "36", second: "99"}).status_code == 302
    assert MonthlyHours.objects.get(beneficiary=other).minutes == 735
    assert "pas commencé" in client.get(url("month", world.share.pk, "2027-01")).content.decode()
    assert "Personne n'est engagé" in client.get(url("month", world.share.pk, "2025-01")).content.decode()


def test_a_month_half_typed_is_kept_as_a_draft(world: World) -> None:
    client, here = inside(world.contact), url("month", world.share.pk, "2026-10")
    field = f"hours_{world.beneficiary.pk}"
    client.post(here, {field: "12", "draft": "keep"})
    assert 'value="12"' in client.get(here).content.decode()
    assert (Draft.objects.count(), MonthlyHours.objects.count()) == (1, 0)
    client.post(here, {field: "12"})
    assert (Draft.objects.count(), MonthlyHours.objects.get().minutes) == (0, 720)


def test_a_file_of_hours_keeps_good_lines_and_gives_the_others_back(world: World) -> None:
    client, here = inside(world.contact), url("month_file", world.share.pk, "2026-10")
    file = SimpleUploadedFile("h.csv", f"pseudonyme;heures\n{world.beneficiary};35\nB-PERSONNE;10\n".encode())
    page = client.post(here, {"file": file}).content.decode()
    assert "1 ligne enregistrée" in page and "Ligne 3" in page and "B-PERSONNE;10</textarea>" in page
    assert (
        client.post(here, {"lines": f"{world.beneficiary};35"}).content.decode().count("1 déjà connue") == 1
    )
    for bad in ({}, {"file": SimpleUploadedFile("h.xlsx", b"PK\0")}, {"lines": "pseudonyme;heures"}):
        assert client.post(here, bad).status_code == 422


def test_the_queue_validates_refuses_and_says_when_someone_was_first(world: World) -> None:
    client, hours = inside(world.facilitator), declared(world)
    page = client.get(url("queue")).content.decode()
    assert world.beneficiary.pseudonym in page and "35 h" in page
    stale = client.post(url("decide", hours.pk), {"decision": "validate", "seen": "60"}, follow=True)
    assert "Rechargez la page" in stale.content.decode()
    for wrong, words in (
        ({"decision": "refuse", "reason": ""}, "Écrivez pourquoi"),
        ({"decision": "validate", "hours": "beaucoup"}, "pas une durée"),
        ({"decision": "validate", "hours": "-3"}, "négatives"),
        ({"decision": "validate", "hours": "36"}, "pas plus que"),
    ):
        said = client.post(url("decide", hours.pk), wrong | {"seen": "2100"}, follow=True).content.decode()
        assert words in said
    client.post(
        url("decide", hours.pk), {"decision": "refuse", "reason": "Feuille illisible", "seen": "2100"}
    )
    assert (
        "Feuille illisible"
        in inside(world.contact).get(url("month", world.share.pk, "2026-10")).content.decode()
    )
    declared(world)
    client.post(url("decide", hours.pk), {"decision": "validate", "hours": "30", "seen": "2100"})
    hours.refresh_from_db()
    assert (hours.state, hours.validated_minutes) == ("validated", 1_800)
    assert client.post(url("correct", hours.pk), {"minutes": "31", "reason": ""}).status_code == 422
    client.post(url("correct", hours.pk), {"minutes": "31", "reason": "Pointage relu"})
    page = client.get(url("beneficiary", world.beneficiary.pk)).content.decode()
    assert "30 h → 31 h (Pointage relu)" in page
    assert "Rien à valider" in client.get(url("queue")).content.decode()


def test_reminders_list_what_is_missing_and_leave_once(world: World) -> None:
    client = inside(world.facilitator)
    lonely = make_share(world.share.clause)
    make_engaged(lonely)
    page = client.get(url("reminders")).content.decode()
    assert page.count("Relancer par courriel") == 10 and page.count("inviter") == 10
    for _ in range(2):
        client.post(url("remind", world.share.pk), {"month": "2026-10-01"})
    assert ClauseReminder.objects.count() == 1
    assert client.post(url("remind", world.share.pk), {"month": "octobre"}).status_code == 404


def test_an_invited_person_becomes_the_contact_and_may_be_removed(
    world: World, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    client, someone = inside(world.facilitator), make_person()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(url("invite", world.share.company_id), {"email": someone.email})
    link = next(line for line in mail.outbox[0].body.splitlines() if "http" in line).split("8000", 1)[1]
    assert "Se connecter" in Client().get(link).content.decode()
    assert CompanyInvitation.objects.get().used_on is None
    reader = inside(someone)
    assert reader.get(link).status_code == 200
    assert reader.post(link)["Location"] == url("mine")
    assert world.share.company.name in reader.get(url("mine")).content.decode()
    assert reader.get(link).status_code == inside(make_person()).post(link).status_code == 410
    contact = CompanyContact.objects.get(user=someone)
    assert someone.email in client.get(url("companies")).content.decode()
    client.post(url("contact_remove", contact.pk))
    assert reader.get(url("month", world.share.pk, "2026-10")).status_code == 404


def test_summaries_say_the_same_in_a_pdf_and_in_a_spreadsheet(world: World) -> None:
    validated(world)
    client = inside(world.facilitator)
    operation = world.share.clause.operation
    pdf = text_of(client.get(url("summary", operation.pk, "pdf")))
    assert all(
        words in pdf for words in ("833 h", "35 h", "798 h", "4,2", "Données fictives", operation.name)
    )
    english = text_of(inside(world.facilitator, "en").get(url("summary", operation.pk, "pdf")))
    assert "Social clauses" in english and "Validées" not in english
    sheet = load_workbook(io.BytesIO(client.get(url("summary", operation.pk, "xlsx")).content)).active
    assert [list(row)[6:11] for row in sheet.iter_rows(min_row=2, values_only=True)] == [
        [833, 100, 35, 35, 798]
    ]
    for year, hours in ((2026, 35), (2027, 0)):
        body = client.get(url("year", world.authority.pk, year, "xlsx")).content
        rows = list(load_workbook(io.BytesIO(body)).active.iter_rows(min_row=2, values_only=True))
        assert [row[9] for row in rows] == [hours]
    assert client.get(url("year", world.authority.pk, 2026, "pdf")).status_code == 200
    lines = client.get(url("summary", operation.pk, "csv")).content.decode().splitlines()
    assert lines[1].split(",")[6:11] == ["833", "100", "35", "35", "798"]
    assert client.get(url("year", world.authority.pk, 1900, "pdf")).status_code == 404
    assert client.get(url("summary", operation.pk, "doc")).status_code == 404


@pytest.mark.parametrize(
    "address",
    [
        lambda world: url(""),
        lambda world: url("operation", world.share.clause.operation_id),
        lambda world: url("reminders"),
        lambda world: url("queue"),
        lambda world: url("summary", world.share.clause.operation_id, "xlsx"),
    ],
    ids=["portfolio", "operation", "reminders", "queue", "summary"],
)
def test_the_number_of_queries_does_not_grow(world: World, address: Callable[[World], str]) -> None:
    declared(world)
    client = inside(world.facilitator)

    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(address(world)).status_code == 200
        return len(queries)

    asked()
    few = asked()
    for number in range(6):
        operation = make_operation(world.authority)
        share = make_share(make_clause(world.share.clause.operation if number % 2 else operation))
        make_contact(share)
        person = make_engaged(share)
        declare_hours(share=share, beneficiary=person, month=MONTH, minutes=60, by=None, on=TODAY)
    assert asked() == few


def test_an_empty_desk_says_what_to_do(db: None) -> None:
    lone = make_world()
    client = inside(lone.facilitator)
    for name, words in (("", "Qui doit quoi"), ("queue", "Rien à valider"), ("mine", "ouvrez son lien")):
        assert words in client.get(url(name)).content.decode()


class TestCommand:
    def run(self, *arguments: str) -> str:
        done = CliRunner().invoke(cli.hours, arguments, catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return done.output

    def test_the_hours_of_the_issue(self) -> None:
        works = ("--amount", "1000000", "--labour-share", "50", "--effort", "5", "--hourly-cost", "30")
        said = json.loads(self.run(*works, "--format", "json"))
        assert (said["hours_due"], said["exact_hours"], said["formula"]) == (833, "833.33", "works")
        assert self.run(
            "--amount", "1500000", "--labour-share", "70 %", "--effort", "10", "--hourly-cost", "30"
        ) == ("3500 heures dues (travaux et services, arrondi de 3500.00).\n")
        cleaning = (
            "--formula",
            "cleaning",
            "--staff-hours",
            "20000",
            "--transferred-hours",
            "12000",
            "--effort",
            "10",
        )
        assert self.run(*cleaning).startswith("800 heures dues")
        billed = ("--formula", "intellectual", "--amount", "250000", "--euros-per-hour", "2000")
        assert self.run(*billed).startswith("125 heures dues")

    @pytest.mark.parametrize("wrong", [("--amount", "x"), ("--amount", "1.005"), ("--formula", "orders")])
    def test_bad_usage_exits_with_two(self, wrong: tuple[str, ...]) -> None:
        assert CliRunner().invoke(cli.hours, wrong).exit_code == 2

    def test_a_missing_figure_is_named(self) -> None:
        with pytest.raises(ExplainedError) as refused:
            CliRunner().invoke(cli.hours, ["--amount", "1000"], catch_exceptions=False)
        assert "Part de main-d'œuvre" in refused.value.text.fr

    @pytest.mark.parametrize("form", ["csv", "xlsx", "pdf"])
    def test_a_summary_is_written_without_a_name(self, world: World, tmp_path, form: str) -> None:
        validated(world)
        number, to = str(world.share.clause.operation_id), tmp_path / f"bilan.{form}"
        done = CliRunner().invoke(cli.clauses_summary, [number, "--format", form, "--to", str(to)])
        assert done.output == f"1 lignes écrites dans {to}.\n"
        assert to.stat().st_size > 100
        with pytest.raises(ExplainedError):
            CliRunner().invoke(cli.clauses_summary, ["0", "--to", str(to)], catch_exceptions=False)


def test_an_invitation_of_one_company_opens_no_other(world: World) -> None:
    other = make_world("Ailleurs")
    mine = invite_contact(company=world.share.company, email="a@exemple.fr", by=None, on=TODAY)
    mine.token_hash = mine.hash_of("jeton")
    mine.save()
    theirs = invite_contact(company=other.share.company, email="a@exemple.fr", by=None, on=TODAY)
    reader = inside(make_person())
    assert reader.get(url("invitation", theirs.pk, "jeton")).status_code == 410
    assert reader.get(url("invitation", mine.pk, "jeton")).status_code == 200
