"""What was set up is changed or withdrawn: what follows, what is kept, what is refused; on the pages too."""

from collections.abc import Callable
from datetime import date
from fractions import Fraction

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from essaim.accounts import journal
from essaim.accounts.models import Entry
from essaim.procurement.clauses_refusals import ClauseRefused, HoursRefused, PersonRefused
from essaim.procurement.clauses_report import as_table, content
from essaim.procurement.models import Clause, ClauseChange, ClauseOperation, Engagement, MonthlyHours
from essaim.procurement.operations.clauses import changing
from essaim.procurement.operations.clauses.hours import declare_hours, refuse_hours, validate_hours
from essaim.procurement.operations.clauses.setting_up import record_bill
from essaim.procurement.queries.clauses_people import awaited_months, shares_of, shares_of_contact
from essaim.procurement.queries.clauses_standing import operations_of, standings
from essaim.procurement.queries.clauses_summary import operation_summary, year_summary
from essaim.procurement.tests.clauses_factory import (
    MONTH,
    TODAY,
    WORKS,
    World,
    make_authority,
    make_clause,
    make_engaged,
    make_operation,
    make_person,
    make_share,
    make_world,
)
from essaim.procurement.views import clauses as views
from essaim.ui.models import Draft

pytestmark = pytest.mark.django_db
SINCE = date(2026, 6, 1)


@pytest.fixture
def world(db: None) -> World:
    return make_world()


def declared(world: World, minutes: int = 2_100, month: date = MONTH) -> MonthlyHours:
    return declare_hours(
        share=world.share, beneficiary=world.beneficiary, month=month, minutes=minutes, by=None, on=TODAY
    )


def validated(world: World) -> MonthlyHours:
    return validate_hours(hours=declared(world), by=world.facilitator, on=TODAY)


def change(clause: Clause, **values: object) -> Clause:
    defaults = {
        "lot": clause.lot, "formula": clause.formula, "figures": clause.figures, "since": SINCE,
        "reason": "Avenant 1", "by": None, "on": TODAY,
    }  # fmt: skip
    return changing.change_clause(clause=clause, **defaults | values)


def change_dates(operation: ClauseOperation, **values: object) -> ClauseOperation:
    defaults = {
        "name": operation.name, "starts_on": operation.starts_on, "ends_on": operation.ends_on,
        "reason": "Retard", "by": None, "on": TODAY,
    }  # fmt: skip
    return changing.change_operation(operation=operation, **defaults | values)


def change_engagement(engagement: Engagement, **values: object) -> Engagement:
    defaults = {
        "starts_on": engagement.starts_on, "ends_on": engagement.ends_on,
        "expected_minutes": engagement.expected_minutes, "reason": "Départ", "by": None, "on": TODAY,
    }  # fmt: skip
    return changing.change_engagement(engagement=engagement, **defaults | values)


class TestClause:
    def test_another_figure_computes_what_is_due_again_and_the_summary_says_since_when(
        self, world: World
    ) -> None:
        validated(world)
        clause = change(world.share.clause, figures=WORKS | {"effort_pct": "10"}, by=world.facilitator)
        assert (clause.hours_due, clause.formula_since, clause.hours_before) == (1_666, SINCE, 833)
        kept = ClauseChange.objects.get()
        assert (kept.before["hours_due"], kept.after["hours_due"], kept.reason, kept.by) == (
            833, 1_666, "Avenant 1", world.facilitator,
        )  # fmt: skip
        line = Entry.objects.get(act="clause changed")
        assert (line.details["before"]["figures"], "Avenant" in str(line.details)) == (WORKS, False)
        summary = operation_summary(clause.operation, TODAY)
        assert "2026 ; 833 heures dues auparavant" in content(summary)["sections"][0]["formula"]
        assert as_table(summary).rows[0][-2:] == ("2026-06-01", 833)
        assert summary.operations[0].due_hours == 1_666

    def test_a_price_or_a_reference_changes_without_touching_the_formula(self) -> None:
        clause = change(make_clause(), penalty_cents=6_000, contract="M12")
        assert (clause.penalty_cents, clause.formula_since, clause.hours_before) == (6_000, None, None)

    @settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.lists(st.tuples(st.sampled_from([2_000, 3_000, 5_000]), st.integers(1, 10**6)), max_size=5))
    def test_after_any_changes_and_bills_what_is_due_is_what_the_last_formula_says(
        self, deeds: list[tuple[int, int]]
    ) -> None:
        share = make_share(make_clause(formula="intellectual", figures={"cents_per_hour": 1_000}))
        billed, rate = 0, 1_000
        for number, (asked, euros) in enumerate(deeds):
            record_bill(
                share=share, kind="invoice", number=f"F{number}", amount_cents=euros * 100, dated_on=MONTH,
                by=None, on=TODAY,
            )  # fmt: skip
            billed += euros * 100
            if asked != rate:
                change(Clause.objects.get(pk=share.clause_id), figures={"cents_per_hour": asked})
                rate = asked
            assert Clause.objects.get(pk=share.clause_id).hours_due == Fraction(billed, rate).__floor__()

    def test_from_billed_to_fixed_nothing_is_expected_from_orders_any_more(self) -> None:
        clause = make_clause(formula="intellectual", figures={"cents_per_hour": 1_000})
        record_bill(
            share=make_share(clause), kind="order", number="C1", amount_cents=5_000, dated_on=MONTH,
            by=None, on=TODAY,
        )  # fmt: skip
        changed = change(clause, formula="stated", figures={"hours": 40})
        assert (changed.hours_due, changed.hours_expected) == (40, None)

    @pytest.mark.parametrize(
        "values",
        [
            {}, {"lot": " "}, {"lot": "Pris"}, {"reason": "\u200b "}, {"penalty_cents": -1, "lot": "x"},
            {"since": date(2025, 12, 31), "lot": "x"}, {"since": date(2026, 11, 23), "lot": "x"},
        ],
    )  # fmt: skip
    def test_a_change_is_refused_with_a_reason(self, values: dict[str, object]) -> None:
        clause = make_clause()
        make_clause(clause.operation, lot="Pris")
        with pytest.raises(ClauseRefused):
            change(clause, **values)
        assert not ClauseChange.objects.exists()

    def test_withdrawn_it_counts_nowhere_and_its_lot_is_free_again(self, world: World) -> None:
        clause = world.share.clause
        changing.withdraw_clause(clause=clause, reason="Lot sans suite", by=world.facilitator, on=TODAY)
        assert standings(operations_of([world.authority]))[0].clauses == ()
        assert (shares_of([world.authority]), shares_of_contact(world.contact)) == ([], [])
        assert awaited_months(shares_of([world.authority]), TODAY) == []
        assert make_clause(clause.operation, lot=clause.lot).hours_due == 833
        clause.refresh_from_db()
        for deed in (
            lambda: make_share(clause),
            lambda: change(clause, lot="Encore"),
            lambda: make_engaged(world.share),
            lambda: declared(world),
            lambda: changing.withdraw_clause(clause=clause, reason="Encore", by=None, on=TODAY),
        ):
            with pytest.raises((ClauseRefused, PersonRefused, HoursRefused)) as refused:
                deed()
            assert "retirée" in refused.value.text.fr


class TestOperation:
    def test_its_name_and_dates_change_and_history_keeps_them(self, world: World) -> None:
        operation = world.share.clause.operation
        changed = change_dates(operation, name="Lycée", ends_on=date(2028, 6, 30), by=world.facilitator)
        assert (changed.name, changed.ends_on) == ("Lycée", date(2028, 6, 30))
        kept = ClauseChange.objects.get()
        assert kept.before == {"name": operation.name, "ends_on": "2027-12-31"}
        assert Entry.objects.get(act="clause operation changed").details == {
            "before": {"ends_on": "2027-12-31"}, "after": {"ends_on": "2028-06-30"},
        }  # fmt: skip

    @pytest.mark.parametrize(
        ("values", "says"),
        [
            ({}, "Rien n'a changé"),
            ({"name": " "}, "nom"),
            ({"name": "Prise"}, "déjà"),
            ({"ends_on": date(2025, 1, 1)}, "fin"),
            ({"starts_on": date(2026, 11, 1)}, "validées hors de ces dates"),
            ({"ends_on": date(2026, 9, 30)}, "validées hors de ces dates"),
            ({"name": "x", "reason": ""}, "pourquoi"),
        ],
    )
    def test_a_change_is_refused_with_a_reason(
        self, world: World, values: dict[str, object], says: str
    ) -> None:
        validated(world)
        make_operation(world.authority, name="Prise")
        with pytest.raises(ClauseRefused) as refused:
            change_dates(world.share.clause.operation, **values)
        assert says in refused.value.text.fr

    def test_withdrawn_with_its_clauses_it_leaves_lists_and_summaries(self, world: World) -> None:
        operation = world.share.clause.operation
        changing.withdraw_operation(operation=operation, reason="Abandonnée", by=world.facilitator, on=TODAY)
        assert not operations_of([world.authority]).exists()
        assert year_summary(world.authority, 2026, TODAY).operations == ()
        assert list(ClauseChange.objects.order_by("id").values_list("act", "clause")) == [
            ("withdrawn", world.share.clause_id), ("withdrawn", None),
        ]  # fmt: skip
        assert make_operation(world.authority, name=operation.name).withdrawn_on is None
        operation.refresh_from_db()
        with pytest.raises(ClauseRefused):
            make_clause(operation)

    @pytest.mark.parametrize("state", ["validated", "declared"])
    def test_hours_that_depend_on_it_hold_it_back(self, world: World, state: str) -> None:
        hours = validated(world) if state == "validated" else declared(world)
        for deed in (
            lambda: changing.withdraw_operation(
                operation=world.share.clause.operation, reason="Non", by=None, on=TODAY
            ),
            lambda: changing.withdraw_clause(clause=world.share.clause, reason="Non", by=None, on=TODAY),
        ):
            with pytest.raises(ClauseRefused) as refused:
                deed()
            says = "changez-la plutôt" if state == "validated" else "attendent une décision"
            assert says in refused.value.text.fr
        if state == "declared":
            refuse_hours(hours=hours, reason="Erreur de lot", by=None, on=TODAY)
            changing.withdraw_clause(clause=world.share.clause, reason="Non", by=None, on=TODAY)


class TestEngagement:
    def test_it_is_closed_at_a_date_and_nothing_is_awaited_after(self, world: World) -> None:
        validated(world)
        engagement = world.beneficiary.engagements.get()
        closed = change_engagement(engagement, ends_on=date(2026, 10, 15), by=world.facilitator)
        assert closed.ends_on == date(2026, 10, 15)
        kept = ClauseChange.objects.get()
        assert (kept.act, kept.engagement, kept.operation) == (
            "closed", engagement, world.share.clause.operation,
        )  # fmt: skip
        assert Entry.objects.filter(act="engagement closed").count() == 1
        with pytest.raises(HoursRefused):
            declared(world, 60, date(2026, 11, 1))

    @pytest.mark.parametrize(
        ("values", "says"),
        [
            ({}, "Rien n'a changé"),
            ({"ends_on": date(2026, 9, 30)}, "10/2026 (35 h)"),
            ({"starts_on": date(2026, 11, 1)}, "10/2026 (35 h)"),
            ({"ends_on": date(2025, 1, 1)}, "avant de commencer"),
            ({"expected_minutes": -1}, "négative"),
            ({"expected_minutes": 1, "reason": " "}, "pourquoi"),
            ({"starts_on": date(2027, 1, 1), "ends_on": date(2027, 2, 1)}, "ce jour-là"),
        ],
    )
    def test_a_change_is_refused_with_a_reason(
        self, world: World, values: dict[str, object], says: str
    ) -> None:
        declared(world)
        engagement = world.beneficiary.engagements.get()
        make_engaged(world.share, world.beneficiary, starts_on=date(2027, 1, 1), ends_on=date(2027, 12, 31))
        with pytest.raises(PersonRefused) as refused, transaction.atomic():
            change_engagement(engagement, **values)
        assert says in refused.value.text.fr
        engagement.refresh_from_db()
        assert (engagement.starts_on, engagement.ends_on, engagement.expected_minutes) == (
            date(2026, 1, 1), date(2026, 12, 31), 6_000,
        )  # fmt: skip

    def test_another_engagement_may_cover_the_hours(self, world: World) -> None:
        declared(world)
        make_engaged(world.share, world.beneficiary, starts_on=date(2026, 10, 1), ends_on=date(2026, 10, 31))
        engagement = world.beneficiary.engagements.get(starts_on=date(2026, 1, 1))
        assert change_engagement(engagement, ends_on=date(2026, 6, 30)).ends_on == date(2026, 6, 30)


def every_deed(world: World) -> tuple[Callable[[object], object], ...]:
    clause, engagement = world.share.clause, world.beneficiary.engagements.get()
    return (
        lambda by: change(clause, lot="Autre", by=by),
        lambda by: change_dates(clause.operation, name="Autre", by=by),
        lambda by: change_engagement(engagement, expected_minutes=1, by=by),
        lambda by: changing.withdraw_clause(clause=clause, reason="Non", by=by, on=TODAY),
        lambda by: changing.withdraw_operation(operation=clause.operation, reason="Non", by=by, on=TODAY),
    )


def test_only_facilitators_of_the_authority_change_or_withdraw(world: World) -> None:
    for by in (world.contact, make_person(world.authority, "buyer"), make_person(make_authority())):
        for deed in every_deed(world):
            with pytest.raises((ClauseRefused, PersonRefused)):
                deed(by)
    assert not ClauseChange.objects.exists()


def test_a_crash_while_writing_leaves_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*args: object, **details: object) -> None:
        raise RuntimeError("the machine stops")

    monkeypatch.setattr(journal, "record", crash)
    for deed in every_deed(world):
        with pytest.raises(RuntimeError), transaction.atomic():
            deed(None)
    clause = Clause.objects.get()
    assert (clause.lot, clause.withdrawn_on, ClauseChange.objects.count()) == (
        world.share.clause.lot,
        None,
        0,
    )


class TestPages:
    @pytest.fixture(autouse=True)
    def _today(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(views.timezone, "localdate", lambda: TODAY)

    def test_a_facilitator_changes_and_withdraws_and_reads_the_history(
        self, world: World, client: Client
    ) -> None:
        client.force_login(world.facilitator)
        clause, operation = world.share.clause, world.share.clause.operation
        here = reverse("procurement:clauses_clause_change", args=[clause.pk])
        page = client.get(here).content.decode()
        assert 'value="1000000,00"' in page and 'value="50"' in page and 'value="2026-11-22"' in page
        figures = {
            "lot": clause.lot, "formula": "works", "amount_cents": "2000000", "labour_share_pct": "50",
            "effort_pct": "5", "hourly_cost_cents": "30", "since": "2026-06-01", "reason": "Avenant 1",
        }  # fmt: skip
        assert client.post(here, figures | {"reason": ""}).status_code == 422
        back = reverse("procurement:clauses_operation", args=[operation.pk])
        assert client.post(here, figures)["Location"] == back
        said = client.get(back).content.decode()
        for words in ("1\u202f666 heures dues", "833 heures dues auparavant", "Avenant 1", "Historique"):
            assert words in said, words
        person = world.beneficiary.engagements.get()
        answer = client.post(
            reverse("procurement:clauses_engagement_change", args=[person.pk]),
            {
                "starts_on": "2026-01-01",
                "ends_on": "2026-11-30",
                "expected_minutes": "90",
                "reason": "Départ",
            },
        )
        assert answer["Location"] == reverse("procurement:clauses_beneficiary", args=[person.beneficiary_id])
        assert world.beneficiary.pseudonym not in client.get(back).content.decode()
        gone = reverse("procurement:clauses_operation_withdraw", args=[operation.pk])
        assert "ne comptent plus nulle part" in client.get(gone).content.decode()
        assert client.post(gone, {"reason": "Abandonnée"})["Location"] == back
        said = client.get(back).content.decode()
        assert ("Opération retirée le" in said, "Abandonnée" in said, "Changer l'opération" in said) == (
            True, True, False,
        )  # fmt: skip
        assert "1 opération retirée" in client.get(reverse("procurement:clauses")).content.decode()

    def test_buyers_read_no_engagement_in_the_history(self, world: World, client: Client) -> None:
        change_engagement(world.beneficiary.engagements.get(), expected_minutes=1, reason="Chez eux")
        client.force_login(make_person(world.authority, "buyer"))
        page = client.get(reverse("procurement:clauses_operation", args=[world.share.clause.operation_id]))
        assert "Chez eux" not in page.content.decode()

    def test_long_forms_save_as_one_types_and_say_so(self, world: World, client: Client) -> None:
        client.force_login(world.facilitator)
        here = reverse("procurement:clauses_clause_new", args=[world.share.clause.operation_id])
        page = client.get(here).content.decode()
        assert ("data-autosave" in page, "enregistré comme brouillon" in page) == (True, True)
        assert client.post(here, {"lot": "Peinture", "draft": "keep"})["Location"] == here
        assert 'value="Peinture"' in client.get(here).content.decode()
        assert (Draft.objects.count(), Clause.objects.count()) == (1, 1)
        sent = {"lot": "Peinture", "formula": "stated", "hours": "40"}
        assert client.post(here, sent).status_code == 302
        assert (Draft.objects.count(), Clause.objects.count()) == (0, 2)

    def test_a_form_where_a_name_may_be_typed_keeps_no_draft(self, world: World, client: Client) -> None:
        client.force_login(world.facilitator)
        here = reverse("procurement:clauses_beneficiary_new")
        assert "data-autosave" not in client.get(here).content.decode()
        client.post(here, {"authority": world.authority.pk, "name": "Odilon", "draft": "keep"})
        assert not Draft.objects.exists()
