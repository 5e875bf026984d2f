"""Acts on needs: who may, what is refused, what leaves by mail, what the journal keeps."""

import re
from datetime import date, timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction

from essaim.accounts.models import Entry, User
from essaim.accounts.tests import factories as people
from essaim.organisations.models import Contact, Steward
from essaim.organisations.tests.factories import make_organisation
from essaim.procurement.models import Award, Consultation, Lot, Need, SupplierMessage
from essaim.procurement.needs_acting import NeedRefused
from essaim.procurement.operations.needs.calendar import (
    award_need,
    change_need,
    close_need,
    create_need,
    publish_need,
    remove_lot,
    repeat_need,
    save_lot,
    withdraw_need,
)
from essaim.procurement.operations.needs.consultations import (
    clarify_consultation,
    invite_to_consultation,
    open_consultation,
    publish_consultation,
    say_in_consultation,
)
from essaim.procurement.operations.needs.importing import apply_calendar, look_at_calendar
from essaim.procurement.operations.needs.messages import answer_message, remind_supplier, write_to_suppliers
from essaim.procurement.queries.needs.consultations import counts_of, log_for, public_log_of
from essaim.procurement.queries.needs.messages import message_of, participant_of, sent_about
from essaim.procurement.tests.needs_factory import TODAY, VALUES, make_buyer, make_need, make_supplier

pytestmark = pytest.mark.django_db
LATER = TODAY + timedelta(days=8)


@pytest.fixture
def buyer() -> User:
    return make_buyer()


@pytest.fixture
def need(buyer: User) -> Need:
    return make_need()


def links() -> list[str]:
    return [re.findall(r"answers/([\w-]+)/", str(each.body))[-1] for each in mail.outbox]


def test_a_buyer_writes_publishes_withdraws_and_closes(buyer: User) -> None:
    authority = buyer.memberships.get().authority
    need = create_need(authority=authority, values=VALUES, by=buyer, on=TODAY)
    change_need(need=need, values={"amount_cents": 1}, by=buyer, on=TODAY)
    change_need(need=need, values={"amount_cents": 1}, by=buyer, on=TODAY)
    publish_need(need=need, by=buyer, on=TODAY)
    publish_need(need=need, by=buyer, on=LATER)
    assert (need.status, need.published_on) == ("published", TODAY)
    withdraw_need(need=need, by=buyer, on=TODAY)
    assert (need.status, need.published_on) == ("draft", None)
    close_need(need=need, by=buyer, on=TODAY)
    with pytest.raises(NeedRefused):
        change_need(need=need, values={"title": "x"}, by=buyer, on=TODAY)
    assert list(Entry.objects.order_by("id").values_list("act", flat=True)) == [
        "need created", "need changed", "need published", "need withdrawn", "need closed",
    ]  # fmt: skip


def test_only_a_buyer_of_the_authority_may(need: Need) -> None:
    other = make_buyer(people.authority("autre", "commune:59512", "Roubaix"), "olga")
    agent = people.with_role(people.person("ana"), need.authority, "agent")
    for person in (other, agent):
        with pytest.raises(NeedRefused):
            change_need(need=need, values={"title": "x"}, by=person, on=TODAY)
        with pytest.raises(NeedRefused):
            create_need(authority=need.authority, values=VALUES, by=person, on=TODAY)


def test_a_reference_is_one_need_of_its_authority(need: Need, buyer: User) -> None:
    change_need(need=need, values={"reference": "A1"}, by=buyer, on=TODAY)
    with pytest.raises(NeedRefused, match="A1"):
        make_need(reference="A1")
    elsewhere = people.authority("autre", "commune:59512", "Roubaix")
    assert make_need(elsewhere, reference="A1").reference == "A1"


def test_the_database_refuses_what_makes_no_sense(need: Need) -> None:
    for wrong in (
        {"amount_cents": 0},
        {"kind": "x"},
        {"status": "published"},
        {"title": ""},
        {"recurs_months": 0},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Need.objects.filter(pk=need.pk).update(**wrong)


def test_lots_are_numbered_changed_and_removed(need: Need, buyer: User) -> None:
    first = save_lot(need=need, values={"title": "Vitres"}, by=buyer, on=TODAY)
    second = save_lot(need=need, values={"title": "Sols", "cpv": ["90911200"]}, by=buyer, on=TODAY)
    save_lot(need=need, lot=second, values={"title": "Sols et murs"}, by=buyer, on=TODAY)
    remove_lot(lot=first, by=buyer, on=TODAY)
    assert [(lot.number, lot.title) for lot in need.lots.all()] == [(2, "Sols et murs")]


def test_a_lot_with_a_holder_stays(need: Need, buyer: User) -> None:
    lot = save_lot(need=need, values={"title": "Vitres"}, by=buyer, on=TODAY)
    award_need(need=need, lot=lot, organisation=make_supplier(), awarded_on=TODAY, by=buyer, on=TODAY)
    with pytest.raises(NeedRefused):
        remove_lot(lot=lot, by=buyer, on=TODAY)


def test_a_recurring_need_is_written_once_again_without_its_amount(buyer: User) -> None:
    need = make_need(recurs_months=12, reference="A1")
    save_lot(need=need, values={"title": "Vitres", "amount_cents": 500}, by=buyer, on=TODAY)
    again = repeat_need(need=need, by=buyer, on=TODAY)
    assert (again.starts_on, again.amount_cents, again.reference, again.status) == (
        date(2028, 1, 15),
        None,
        "",
        "draft",
    )
    assert [(lot.title, lot.amount_cents) for lot in again.lots.all()] == [("Vitres", None)]
    with pytest.raises(NeedRefused):
        repeat_need(need=need, by=buyer, on=TODAY)
    with pytest.raises(NeedRefused):
        repeat_need(need=make_need(starts_on=None, recurs_months=12), by=buyer, on=TODAY)


def test_an_award_is_recorded_once_and_never_ahead(need: Need, buyer: User) -> None:
    held = {"need": need, "organisation": make_supplier(), "by": buyer, "on": TODAY}
    award_need(**held, awarded_on=TODAY, basis="sse", amount_cents=100)
    for wrong in ({"awarded_on": TODAY}, {"awarded_on": TODAY + timedelta(days=1)}):
        with pytest.raises(NeedRefused):
            award_need(**held, **wrong)
    other = make_need(title="Autre")
    lot = Lot.objects.create(need=other, number=1, title="x")
    with pytest.raises(NeedRefused):
        award_need(**held, lot=lot, awarded_on=TODAY)
    assert Award.objects.count() == 1


CALENDAR = (
    "objet;montant;lancement;lieu;référence\nNettoyage;1000;15/01/2027;commune:59350;B1\nTraiteur;;;;B2\nBois;abc;;;B3\n"
    "Fer;;;;B1\nPain;;;Atlantide;\n"
)


def test_a_calendar_is_looked_at_then_written_once(buyer: User) -> None:
    authority = buyer.memberships.get().authority
    draft = look_at_calendar(
        authority=authority, content=CALENDAR.encode(), file_name="../achats.csv", by=buyer, on=TODAY
    )
    assert Need.objects.count() == 0
    assert draft.file_name == "achats.csv"
    assert [(row["title"], row["places"]) for row in draft.rows] == [
        ("Nettoyage", ["commune:59350"]),
        ("Traiteur", []),
    ]
    assert [row["line"] for row in draft.rejected] == [4, 5, 6]
    made = apply_calendar(draft=draft, by=buyer, on=TODAY)
    assert [(need.title, need.amount_cents, need.starts_on, need.status) for need in made] == [
        ("Nettoyage", 100_000, date(2027, 1, 15), "draft"),
        ("Traiteur", None, None, "draft"),
    ]
    with pytest.raises(NeedRefused):
        apply_calendar(draft=draft, by=buyer, on=TODAY)
    again = look_at_calendar(
        authority=authority, content=CALENDAR.encode(), file_name="achats.csv", by=buyer, on=TODAY
    )
    assert [row["title"] for row in again.rows] == []


def test_a_message_is_the_same_for_all_and_goes_once(
    need: Need, buyer: User, django_capture_on_commit_callbacks: object
) -> None:
    suppliers = [make_supplier("Une"), make_supplier("Deux")]
    with django_capture_on_commit_callbacks(execute=True):
        write_to_suppliers(need=need, organisations=suppliers, body="Bonjour", by=buyer, on=TODAY)
        assert write_to_suppliers(need=need, organisations=suppliers, body="Encore", by=buyer, on=TODAY) == []
    assert [each.to for each in mail.outbox] == [[f"contact{one.pk}@exemple.org"] for one in suppliers]
    found = [message_of(token) for token in links()]
    assert [each and each.organisation for each in found] == suppliers
    assert message_of("x") is None
    entry = Entry.objects.get(act="suppliers written to")
    assert entry.details == {"organisations": [one.pk for one in suppliers]}


def test_a_supplier_closed_hidden_or_without_address_is_not_written_to(need: Need, buyer: User) -> None:
    good = make_supplier("Ouverte")
    without = make_organisation(name="Muette")
    personal = make_organisation(name="Privée")
    Contact.objects.create(organisation=personal, email="ada@exemple.org", is_personal=True, consent_on=TODAY)
    wrong = [
        make_supplier("Close", closed_on=TODAY),
        make_supplier("Cachée", hidden="objection"),
        without,
        personal,
    ]
    for one in wrong:
        with pytest.raises(NeedRefused):
            write_to_suppliers(need=need, organisations=[good, one], body="x", by=buyer, on=TODAY)
    assert SupplierMessage.objects.count() == 0


def test_an_organisation_without_address_is_reached_through_its_owner(need: Need, buyer: User) -> None:
    organisation = make_organisation()
    Steward.objects.create(organisation=organisation, user=people.person("owen"), role="owner", since=TODAY)
    assert len(write_to_suppliers(need=need, organisations=[organisation], body="x", by=buyer, on=TODAY)) == 1


def test_a_silent_supplier_is_reminded_once_by_a_new_link(
    need: Need, buyer: User, django_capture_on_commit_callbacks: object
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        (message,) = write_to_suppliers(
            need=need, organisations=[make_supplier()], body="x", by=buyer, on=TODAY
        )
        assert [one.may_remind for one in sent_about(need, TODAY)] == [False]
        assert [one.may_remind for one in sent_about(need, LATER)] == [True]
        remind_supplier(message=message, by=buyer, on=LATER)
    old, new = links()
    assert (message_of(old), message_of(new)) == (None, message)
    with pytest.raises(NeedRefused):
        remind_supplier(message=message, by=buyer, on=LATER)


def test_a_supplier_closed_since_is_shown_as_such_and_not_reminded(need: Need, buyer: User) -> None:
    supplier = make_supplier()
    (message,) = write_to_suppliers(need=need, organisations=[supplier], body="x", by=buyer, on=TODAY)
    supplier.closed_on = TODAY
    supplier.save()
    (one,) = sent_about(need, LATER)
    assert (one.name, one.gone, one.may_remind) == (supplier.name, "closed", False)
    message.refresh_from_db()
    with pytest.raises(NeedRefused, match="closed since"):
        remind_supplier(message=message, by=buyer, on=LATER)
    supplier.hidden = "objection"
    supplier.save()
    assert [one.name for one in sent_about(need, LATER)] == [""]


def test_an_answer_is_given_once_with_its_reason(need: Need, buyer: User) -> None:
    (message,) = write_to_suppliers(need=need, organisations=[make_supplier()], body="x", by=buyer, on=TODAY)
    for wrong in (
        {"answer": "refused"},
        {"answer": "consortium"},
        {"answer": "x"},
        {"answer": "refused", "reason": "x"},
    ):
        with pytest.raises(NeedRefused):
            answer_message(message=message, by=None, on=LATER, **wrong)
    answer_message(message=message, answer="refused", reason="zone", by=None, on=LATER)
    with pytest.raises(NeedRefused):
        answer_message(message=message, answer="interested", by=None, on=LATER)
    (one,) = sent_about(need, LATER)
    assert (one.message.answer, one.reason and one.reason.en) == ("refused", "It is outside our zone")


def test_a_supplier_that_would_depend_on_the_contract_is_pointed_out(need: Need, buyer: User) -> None:
    """120,000 euros over two years are 60,000 a year."""
    suppliers = [make_supplier(str(rank)) for rank in range(3)]
    messages = write_to_suppliers(need=need, organisations=suppliers, body="x", by=buyer, on=TODAY)
    for message, turnover in zip(messages, (20_000_000, 20_000_100, None), strict=True):
        answer_message(
            message=message, answer="consortium", partners="Nous", turnover_cents=turnover, by=None, on=LATER
        )
    assert [(one.dependency_pct, one.is_dependent) for one in sent_about(need, LATER)] == [
        (30, True), (30, True), (None, False),
    ]  # fmt: skip


def test_a_consultation_says_the_same_to_all_and_logs_everything(
    need: Need, buyer: User, django_capture_on_commit_callbacks: object
) -> None:
    end = TODAY + timedelta(days=20)
    who = {"by": buyer, "on": TODAY}
    with django_capture_on_commit_callbacks(execute=True):
        one = open_consultation(
            need=need, sheet="Nous achetons.", questions=["Prix ?", " ", "Délais ?"], closes_on=end, **who
        )
        first, second = invite_to_consultation(
            consultation=one, organisations=[make_supplier("Une"), make_supplier("Deux")], **who
        )
        assert invite_to_consultation(consultation=one, organisations=[first.organisation], **who) == []
    bodies = {re.sub(r"consultation-answers/\S+", "", str(each.body)) for each in mail.outbox}
    assert len(mail.outbox) == 2
    assert len(bodies) == 1
    say_in_consultation(participant=first, kind="question", body="Combien de m² ?", by=None, on=TODAY)
    say_in_consultation(participant=first, kind="answer", body="Notre secret", by=None, on=TODAY)
    with django_capture_on_commit_callbacks(execute=True):
        clarify_consultation(consultation=one, body="800 m².", **who)
    token = re.findall(r"consultation-answers/([\w-]+)/", str(mail.outbox[-1].body))[0]
    assert participant_of(token) == second
    assert [(line.exchange.kind, str(line.who)) for line in log_for(second)] == [
        ("sheet", "Tous"), ("question", "Un fournisseur"), ("clarification", "Tous"),
    ]  # fmt: skip
    assert [str(line.who) for line in log_for(first)] == ["Tous", "Vous", "Vous", "Tous"]
    with pytest.raises(NeedRefused):
        publish_consultation(consultation=one, by=buyer, on=end)
    with pytest.raises(NeedRefused):
        say_in_consultation(participant=first, kind="answer", body="x", by=None, on=end + timedelta(days=1))
    publish_consultation(consultation=one, by=buyer, on=end + timedelta(days=1))
    assert [line.exchange.kind for line in public_log_of(one)] == ["sheet", "question", "clarification"]
    assert counts_of(one) == (2, 1)


def test_a_consultation_needs_a_sheet_a_question_and_days(need: Need, buyer: User) -> None:
    whole = {"sheet": "x", "questions": ["y"], "closes_on": TODAY}
    for wrong in ({"sheet": " "}, {"questions": [" "]}, {"closes_on": TODAY - timedelta(days=1)}):
        with pytest.raises(NeedRefused):
            open_consultation(need=need, by=buyer, on=TODAY, **whole | wrong)
    assert Consultation.objects.count() == 0
