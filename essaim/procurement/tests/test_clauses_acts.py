"""Acts of social clauses: what is kept, what is refused and why, and that nothing is half written."""

import threading
from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction

import pytest
from cryptography.fernet import Fernet
from django.core import mail
from django.db import IntegrityError, connection, connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django.fixtures import DjangoCaptureOnCommitCallbacks, Settings

from essaim.accounts import journal
from essaim.accounts.models import Entry, Membership
from essaim.law.text import ExplainedError
from essaim.organisations.tests.factories import make_organisation
from essaim.procurement.clauses_refusals import (
    ClauseRefused,
    HoursRefused,
    InvitationRefused,
    PersonRefused,
    ReminderRefused,
)
from essaim.procurement.clauses_seal import Identity
from essaim.procurement.models import (
    Beneficiary,
    BeneficiaryIdentity,
    Clause,
    ClauseBill,
    ClauseOperation,
    CompanyContact,
    HoursCorrection,
    MonthlyHours,
)
from essaim.procurement.operations.clauses.contacts import (
    accept_invitation,
    invite_contact,
    remind_company,
    remove_contact,
)
from essaim.procurement.operations.clauses.hours import (
    correct_hours,
    declare_hours,
    declare_month,
    refuse_hours,
    validate_hours,
)
from essaim.procurement.operations.clauses.people import (
    add_proof,
    engage_beneficiary,
    purge_identities,
    read_identity,
    register_beneficiary,
)
from essaim.procurement.operations.clauses.setting_up import (
    add_clause,
    bind_company,
    create_operation,
    record_bill,
)
from essaim.procurement.queries.clauses_people import awaited_months
from essaim.procurement.queries.clauses_standing import operations_of, standings
from essaim.procurement.rules.clauses_file import read_lines
from essaim.procurement.tests.clauses_factory import (
    MONTH,
    TODAY,
    WORKS,
    World,
    make_authority,
    make_beneficiary,
    make_clause,
    make_contact,
    make_engaged,
    make_operation,
    make_person,
    make_share,
    make_world,
)

IS_POSTGRESQL = connection.vendor == "postgresql"
pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db: None) -> World:
    return make_world()


def declared(world: World, minutes: int = 2_100, month: date = MONTH) -> MonthlyHours:
    return declare_hours(
        share=world.share,
        beneficiary=world.beneficiary,
        month=month,
        minutes=minutes,
        by=world.contact,
        on=TODAY,
    )


def acts() -> list[str]:
    return list(Entry.objects.order_by("id").values_list("act", flat=True))


class TestSettingUp:
    def test_a_clause_is_computed_and_journalled_with_its_figures(self) -> None:
        authority = make_authority()
        by = make_person(authority)
        operation = create_operation(
            authority=authority, name=" École  du parc ", starts_on=TODAY, ends_on=TODAY, by=by, on=TODAY
        )
        clause = add_clause(
            operation=operation, lot="Gros œuvre", formula="works", figures=WORKS, by=by, on=TODAY
        )
        assert (operation.name, clause.hours_due, clause.hours_expected) == ("École du parc", 833, None)
        assert Entry.objects.get(act="clause added").details == {
            "formula": "works", "figures": WORKS, "hours_due": 833,
        }  # fmt: skip

    @pytest.mark.parametrize("role", ["buyer", "agent", "member"])
    def test_only_facilitators_of_the_authority_set_up(self, role: str) -> None:
        operation = make_operation()
        for by in (make_person(operation.authority, role), make_person(make_authority("Autre"))):
            with pytest.raises(ClauseRefused):
                create_operation(
                    authority=operation.authority, name="x", starts_on=TODAY, ends_on=TODAY, by=by, on=TODAY
                )
            with pytest.raises(ClauseRefused):
                add_clause(operation=operation, lot="x", formula="works", figures=WORKS, by=by, on=TODAY)
            with pytest.raises(ClauseRefused):
                bind_company(clause=make_clause(operation), siren="", name="x", part_cents=0, by=by, on=TODAY)

    @pytest.mark.parametrize(
        "changed",
        [{"name": " "}, {"ends_on": date(2025, 12, 31)}, {"name": "Déjà là"}],
    )
    def test_an_operation_is_refused_with_a_reason(self, changed: dict[str, object]) -> None:
        operation = make_operation(name="Déjà là")
        with pytest.raises(ClauseRefused):
            make_operation(operation.authority, **changed)
        assert ClauseOperation.objects.count() == 1

    @pytest.mark.parametrize("values", [{"penalty_cents": -1}, {"internal_cost_cents": 10**9}, {"lot": " "}])
    def test_a_clause_is_refused_with_a_reason(self, values: dict[str, object]) -> None:
        with pytest.raises(ClauseRefused):
            make_clause(**values)

    def test_two_authorities_may_use_the_same_name(self) -> None:
        assert make_operation(name="École").name == make_operation(name="École").name

    def test_a_company_is_one_for_all_the_clauses_of_an_authority_and_linked_to_the_directory(self) -> None:
        known = make_organisation(name="Les Jardins")
        operation = make_operation()
        one = make_share(make_clause(operation), siren=known.siren, name="")
        two = make_share(make_clause(operation), siren=known.siren)
        assert (one.company, one.company.organisation, one.company.name) == (
            two.company,
            known,
            "Les Jardins",
        )
        elsewhere = make_share(siren=known.siren)
        assert elsewhere.company != one.company

    @pytest.mark.parametrize("values", [{"siren": "123456789"}, {"name": ""}, {"part_cents": -1}])
    def test_a_company_is_refused_with_a_reason(self, values: dict[str, object]) -> None:
        with pytest.raises(ClauseRefused):
            make_share(**values)

    def test_a_company_is_bound_once_and_a_lot_named_once(self) -> None:
        share = make_share()
        with pytest.raises(ClauseRefused):
            make_share(share.clause, siren=share.company.siren)
        with pytest.raises(ClauseRefused):
            make_clause(share.clause.operation, lot=share.clause.lot)


def bill(share, amount_eur: float, kind: str = "invoice", **values):
    number = values.pop("number", f"F{ClauseBill.objects.count()}")
    defaults = {"kind": kind, "number": number, "amount_cents": int(amount_eur * 100), "dated_on": MONTH}
    return record_bill(share=share, **defaults | {"by": None, "on": TODAY} | values)


class TestBills:
    def test_intellectual_services_owe_an_hour_each_2000_euros_invoiced_and_expect_from_orders(self) -> None:
        share = make_share(make_clause(formula="intellectual", figures={"cents_per_hour": 200_000}))
        bill(share, 100_000, "order")
        bill(share, 2_999)
        bill(share, 1_001)
        clause = Clause.objects.get()
        assert (clause.hours_due, clause.hours_expected) == (2, 50)
        bill(share, -1_001)
        assert Clause.objects.get().hours_due == 1

    @pytest.mark.parametrize(
        "values",
        [{"amount_eur": 0}, {"number": " "}, {"number": "F1"}, {"kind": "gift"}, {"amount_eur": -101},
         {"dated_on": TODAY + timedelta(days=1)}],
    )  # fmt: skip
    def test_a_bill_is_refused_with_a_reason_and_changes_nothing(self, values: dict[str, object]) -> None:
        share = make_share(make_clause(formula="intellectual", figures={"cents_per_hour": 10_000}))
        bill(share, 100, number="F1")
        with pytest.raises(ClauseRefused):
            bill(share, **{"amount_eur": 100, **values})
        assert (ClauseBill.objects.count(), Clause.objects.get().hours_due) == (1, 1)

    def test_an_order_says_nothing_under_a_clause_whose_hours_are_fixed(self) -> None:
        with pytest.raises(ClauseRefused):
            bill(make_share(), 100, "order")

    def test_members_share_what_is_due_by_what_they_invoiced(self) -> None:
        clause = make_clause()
        one, two = make_share(clause, part_cents=75), make_share(clause, part_cents=25)
        standing = standings(operations_of([clause.operation.authority]))[0]
        assert [each.due_hours for each in standing.clauses[0].shares] == [625, 208]
        bill(one, 600)
        bill(two, 400)
        standing = standings(operations_of([clause.operation.authority]))[0]
        assert [each.due_hours for each in standing.clauses[0].shares] == [500, 333]
        assert [each.debt_minutes for each in standing.clauses[0].shares] == [30_000, 19_980]

    @settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.lists(st.tuples(st.integers(0, 2), st.integers(1, 10**7)), min_size=1, max_size=6))
    def test_the_ledger_is_what_brute_force_counts(self, bills: list[tuple[int, int]]) -> None:
        clause = make_clause(
            formula="orders",
            figures={"labour_share_pct": "50", "effort_pct": "10", "hourly_cost_cents": 2_500},
        )
        members = [make_share(clause) for _ in range(3)]
        for member, euros in bills:
            bill(members[member], euros)
        clause.refresh_from_db()
        exact = sum(
            (Fraction(euros, 1) * Fraction(1, 2) * Fraction(1, 10) / 25 for _, euros in bills), Fraction(0)
        )
        assert clause.hours_due == exact.numerator // exact.denominator
        rows = standings(operations_of([clause.operation.authority]))[0].clauses[0].shares
        assert sum(each.due_hours for each in rows) == clause.hours_due
        total = sum(euros for _, euros in bills)
        for position, row in enumerate(rows):
            own = sum(euros for member, euros in bills if member == position)
            assert abs(row.due_hours - Fraction(clause.hours_due * own, total)) < 1


class TestHours:
    def test_hours_are_declared_again_until_validated(self, world: World) -> None:
        first = declared(world)
        assert (first.state, first.minutes, first.month) == ("declared", 2_100, MONTH)
        before = Entry.objects.count()
        assert declared(world).pk == first.pk
        assert Entry.objects.count() == before
        assert declared(world, 1_000).minutes == 1_000
        assert MonthlyHours.objects.count() == 1

    @pytest.mark.parametrize(
        ("minutes", "month", "says"),
        [
            (-1, MONTH, "négatives"),
            (12_755, MONTH, "L3121-20"),
            (60, date(2026, 12, 1), "pas commencé"),
            (60, date(2025, 12, 1), "n'est pas engagé"),
        ],
    )
    def test_impossible_hours_are_refused_with_their_reason(
        self, world: World, minutes: int, month: date, says: str
    ) -> None:
        with pytest.raises(HoursRefused) as refused:
            declared(world, minutes, month)
        assert says in refused.value.text.fr
        assert not MonthlyHours.objects.exists()

    def test_the_month_is_counted_over_all_employers(self, world: World) -> None:
        other = make_share(world.share.clause)
        make_engaged(other, world.beneficiary)
        declared(world, 12_000)
        with pytest.raises(HoursRefused) as refused:
            declare_hours(
                share=other, beneficiary=world.beneficiary, month=MONTH, minutes=755, by=None, on=TODAY
            )
        assert refused.value.citations[0].article == "Code du travail, art. L3121-20"
        declare_hours(share=other, beneficiary=world.beneficiary, month=MONTH, minutes=754, by=None, on=TODAY)

    def test_someone_not_eligible_at_that_date_is_refused(self, world: World) -> None:
        late = make_engaged(
            world.share, make_beneficiary(world.authority, since=date(2026, 1, 1), until=date(2026, 9, 30))
        )
        with pytest.raises(HoursRefused) as refused:
            declare_hours(share=world.share, beneficiary=late, month=MONTH, minutes=60, by=None, on=TODAY)
        assert "éligible en 10/2026" in refused.value.text.fr
        assert [each.article for each in refused.value.citations] == [
            "CCAG-TIC, art. 16.1", "CCAG 2021, clause d'insertion sociale",
        ]  # fmt: skip
        september = declare_hours(
            share=world.share, beneficiary=late, month=date(2026, 9, 1), minutes=60, by=None, on=TODAY
        )
        assert september.minutes == 60

    def test_a_proof_that_ends_before_the_engagement_begins_in_the_month_is_no_proof(
        self, world: World
    ) -> None:
        person = make_beneficiary(world.authority, until=date(2026, 10, 10))
        make_engaged(world.share, person, starts_on=date(2026, 10, 15))
        with pytest.raises(HoursRefused):
            declare_hours(share=world.share, beneficiary=person, month=MONTH, minutes=60, by=None, on=TODAY)

    def test_only_the_company_and_the_facilitator_declare(self, world: World) -> None:
        for by in (
            make_person(world.authority, "buyer"),
            make_contact(make_share()),
            make_person(make_authority()),
        ):
            with pytest.raises(HoursRefused):
                declare_hours(
                    share=world.share, beneficiary=world.beneficiary, month=MONTH, minutes=60, by=by, on=TODAY
                )
            with pytest.raises(HoursRefused):
                declare_month(share=world.share, month=MONTH, lines=[], by=by, on=TODAY)

    def test_validated_once_then_only_corrected_with_a_trace(self, world: World) -> None:
        hours = declared(world)
        validate_hours(hours=hours, minutes=2_000, by=world.facilitator, on=TODAY)
        assert (hours.state, hours.validated_minutes, hours.decided_by) == (
            "validated",
            2_000,
            world.facilitator,
        )
        with pytest.raises(HoursRefused) as refused:
            validate_hours(hours=hours, by=world.facilitator, on=TODAY)
        assert "déjà validées" in refused.value.text.fr
        with pytest.raises(HoursRefused):
            declared(world, 60)
        with pytest.raises(HoursRefused):
            refuse_hours(hours=hours, reason="Non", by=world.facilitator, on=TODAY)
        correct_hours(hours=hours, minutes=2_400, reason="Feuille relue", by=world.facilitator, on=TODAY)
        hours.refresh_from_db()
        assert (hours.validated_minutes, hours.minutes) == (2_400, 2_400)
        trace = HoursCorrection.objects.get()
        assert (trace.before_minutes, trace.after_minutes, trace.reason) == (2_000, 2_400, "Feuille relue")
        assert acts()[-3:] == ["hours declared", "hours validated", "hours corrected"]

    def test_a_refusal_says_why_and_the_company_declares_again(self, world: World) -> None:
        hours = declared(world)
        with pytest.raises(HoursRefused):
            refuse_hours(hours=hours, reason=" ", by=world.facilitator, on=TODAY)
        refuse_hours(hours=hours, reason="Feuille illisible", by=world.facilitator, on=TODAY)
        assert (hours.state, hours.reason) == ("refused", "Feuille illisible")
        assert declared(world, 600).state == "declared"

    def test_only_the_facilitator_of_that_authority_decides(self, world: World) -> None:
        hours = declared(world)
        for by in (world.contact, make_person(make_authority()), make_person(world.authority, "buyer")):
            for deed in (
                lambda by=by: validate_hours(hours=hours, by=by, on=TODAY),
                lambda by=by: refuse_hours(hours=hours, reason="Non", by=by, on=TODAY),
                lambda by=by: correct_hours(hours=hours, minutes=1, reason="x", by=by, on=TODAY),
            ):
                with pytest.raises(HoursRefused):
                    deed()

    @pytest.mark.parametrize(("minutes", "says"), [(2_101, "pas plus"), (-1, "négatives")])
    def test_no_more_than_declared_is_validated(self, world: World, minutes: int, says: str) -> None:
        hours = declared(world)
        with pytest.raises(HoursRefused) as refused:
            validate_hours(hours=hours, minutes=minutes, by=world.facilitator, on=TODAY)
        assert says in refused.value.text.fr

    def test_what_changed_since_it_was_read_is_not_validated(self, world: World) -> None:
        seen = declared(world)
        declared(world, 600)
        with pytest.raises(HoursRefused) as refused:
            validate_hours(hours=seen, by=world.facilitator, on=TODAY)
        assert "viennent d'être" in refused.value.text.fr

    @pytest.mark.parametrize(("minutes", "reason"), [(2_100, "Même"), (1, ""), (13_000, "Trop"), (-1, "x")])
    def test_a_correction_is_refused_with_a_reason(self, world: World, minutes: int, reason: str) -> None:
        hours = declared(world)
        with pytest.raises(HoursRefused):
            correct_hours(hours=hours, minutes=1, reason="Pas encore validées", by=None, on=TODAY)
        validate_hours(hours=hours, by=world.facilitator, on=TODAY)
        with pytest.raises(HoursRefused):
            correct_hours(hours=hours, minutes=minutes, reason=reason, by=world.facilitator, on=TODAY)
        assert not HoursCorrection.objects.exists()

    def test_a_crash_while_writing_leaves_nothing(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        hours = declared(world, 600)
        before = acts()

        def crash(*args: object, **details: object) -> None:
            raise RuntimeError("the machine stops")

        monkeypatch.setattr(journal, "record", crash)
        for deed in (
            lambda: declared(world, 1_200),
            lambda: declared(world, 60, date(2026, 9, 1)),
            lambda: validate_hours(hours=hours, by=None, on=TODAY),
            lambda: refuse_hours(
                hours=MonthlyHours.objects.get(), reason="Non", by=None, on=TODAY
            ),
            lambda: declare_month(
                share=world.share, month=date(2026, 8, 1),
                lines=read_lines(f"{world.beneficiary};3"), by=None, on=TODAY,
            ),
        ):  # fmt: skip
            with pytest.raises(RuntimeError), transaction.atomic():
                deed()
        row = MonthlyHours.objects.get()
        assert (row.minutes, row.state, acts()) == (600, "declared", before)

    @pytest.mark.parametrize(
        "changed",
        [
            {"minutes": -1}, {"minutes": 44_641}, {"month": date(2026, 10, 2)}, {"validated_minutes": 2_101},
            {"state": "validated"}, {"state": "refused"}, {"validated_minutes": 1}, {"minutes": 100, "state": "odd"},
        ],
    )  # fmt: skip
    def test_the_database_itself_refuses_impossible_rows(
        self, world: World, changed: dict[str, object]
    ) -> None:
        hours = declared(world)
        with pytest.raises(IntegrityError), transaction.atomic():
            MonthlyHours.objects.filter(pk=hours.pk).update(**changed)
        with pytest.raises(IntegrityError), transaction.atomic():
            MonthlyHours.objects.create(
                share=world.share, beneficiary=world.beneficiary, month=MONTH, minutes=1, declared_on=TODAY
            )

    @settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        st.lists(
            st.tuples(
                st.integers(1, 3),
                st.sampled_from(["declare", "validate", "refuse", "correct"]),
                st.integers(0, 13_000),
            ),
            max_size=12,
        )
    )
    def test_whatever_happens_validated_never_exceeds_declared(
        self, deeds: list[tuple[int, str, int]]
    ) -> None:
        world = make_world()
        expected: dict[int, tuple[str, int, int]] = {}
        for month, deed, minutes in deeds:
            state, said, _ = expected.get(month, ("", 0, 0))
            day = date(2026, month, 1)
            row = MonthlyHours.objects.filter(month=day, share=world.share).first()
            most = 48 * 60 * (31, 28, 31)[month - 1] // 7
            try:
                if deed == "declare":
                    declared(world, minutes, day)
                    assert state != "validated" and minutes <= most
                    expected[month] = ("declared", minutes, 0)
                elif row and deed == "validate":
                    validate_hours(hours=row, minutes=minutes, by=None, on=TODAY)
                    assert state == "declared" and minutes <= said
                    expected[month] = ("validated", said, minutes)
                elif row and deed == "refuse":
                    refuse_hours(hours=row, reason="Non", by=None, on=TODAY)
                    assert state == "declared"
                    expected[month] = ("refused", said, 0)
                elif row:
                    correct_hours(hours=row, minutes=minutes, reason="Relu", by=None, on=TODAY)
                    assert state == "validated" and minutes <= most
                    expected[month] = ("validated", max(said, minutes), minutes)
            except HoursRefused:
                pass
        rows = MonthlyHours.objects.filter(share=world.share)
        assert {row.month.month: (row.state, row.minutes, row.validated_minutes) for row in rows} == expected
        standing = standings(operations_of([world.authority]))[0]
        counted = [each for each in expected.values() if each[0] != "refused"]
        assert standing.declared_minutes == sum(each[1] for each in counted)
        assert standing.validated_minutes == sum(each[2] for each in counted) <= standing.declared_minutes


class TestMonthFile:
    def test_good_lines_are_kept_bad_ones_listed_and_again_changes_nothing(self, world: World) -> None:
        other = make_engaged(world.share)
        stranger = make_beneficiary(make_authority())
        text = (
            f"pseudonyme;heures\n{world.beneficiary};35,5\n{other};-3\n{other};beaucoup\n"
            f"{stranger};10\nB-INCONNU;5\n{world.beneficiary};1\n;;;\nseul\n{other};300\n"
        )
        outcome = declare_month(
            share=world.share, month=MONTH, lines=read_lines(text), by=world.contact, on=TODAY
        )
        assert (outcome.saved, outcome.unchanged) == (1, 0)
        told = [(each.line.number, each.text.fr.split(".")[0][:30]) for each in outcome.problems]
        assert [number for number, _ in told] == [3, 4, 5, 6, 7, 9, 10]
        # The same words for someone else's beneficiary and for nobody: the file is no way to find out.
        assert (
            told[2][1].removeprefix(str(stranger))
            == told[3][1].removeprefix("B-INCONNU")[: len(told[2][1]) - 9]
        )
        assert MonthlyHours.objects.get().minutes == 2_130
        before = acts()
        again = declare_month(
            share=world.share, month=MONTH, lines=read_lines(f"{world.beneficiary};35h30"), by=None, on=TODAY
        )
        assert (again.saved, again.unchanged, again.problems, acts()) == (0, 1, (), before)


class TestPeople:
    def test_a_name_is_enciphered_read_by_a_facilitator_and_the_journal_says_who_looked(self) -> None:
        authority = make_authority()
        by = make_person(authority)
        identity = Identity("Zéphirine Quatrebarbes", "1990-01-01", "06")
        person = register_beneficiary(authority=authority, identity=identity, by=by, on=TODAY)
        kept = BeneficiaryIdentity.objects.get()
        assert "Quatrebarbes" not in kept.sealed + repr(identity) + str(person)
        assert read_identity(beneficiary=person, by=by, on=TODAY) == identity
        line = Entry.objects.get(act="identity read")
        assert (line.by, line.object_id, line.details) == (by, str(person.pk), {})

    def test_nobody_else_reads_a_name(self, settings: Settings) -> None:
        authority = make_authority()
        person = make_beneficiary(authority, "Zéphirine Quatrebarbes")
        administrator = make_person()
        administrator.is_superuser = True
        for by in (make_person(authority, "buyer"), make_person(make_authority()), administrator):
            with pytest.raises(PersonRefused):
                read_identity(beneficiary=person, by=by, on=TODAY)
        with pytest.raises(PersonRefused):
            register_beneficiary(
                authority=authority, identity=Identity("a", "", ""), by=administrator, on=TODAY
            )
        with pytest.raises(PersonRefused):
            register_beneficiary(
                authority=authority, identity=None, by=make_person(authority, "buyer"), on=TODAY
            )
        settings.IDENTITY_KEY = Fernet.generate_key().decode()
        with pytest.raises(PersonRefused) as refused:
            read_identity(beneficiary=person, by=make_person(authority), on=TODAY)
        assert "autre clé" in refused.value.text.fr

    def test_names_are_purged_months_after_the_last_proof_and_hours_stay(self) -> None:
        world = make_world(person_name="Zéphirine Quatrebarbes")
        declared(world)
        kept = BeneficiaryIdentity.objects.get(beneficiary=world.beneficiary)
        assert kept.kept_until == date(2028, 6, 30)
        assert purge_identities(by=None, on=kept.kept_until) == 0
        assert purge_identities(by=None, on=kept.kept_until + timedelta(days=1)) == 1
        assert (BeneficiaryIdentity.objects.count(), MonthlyHours.objects.count()) == (0, 1)
        assert acts()[-1] == "identity purged"
        with pytest.raises(PersonRefused):
            read_identity(beneficiary=world.beneficiary, by=world.facilitator, on=TODAY)

    @pytest.mark.parametrize(
        ("kind", "since", "until"),
        [
            ("XXX", date(2026, 1, 1), None), ("RSA", date(2026, 12, 1), None),
            ("RSA", date(2026, 1, 1), date(2028, 1, 1)), ("RSA", date(2026, 1, 1), date(2025, 1, 1)),
            ("RSA", date(2025, 1, 1), None),
        ],
    )  # fmt: skip
    def test_a_proof_is_refused_with_a_reason(self, kind: str, since: date, until: date | None) -> None:
        person = make_beneficiary(make_authority(), since=date(2025, 1, 1))
        with pytest.raises(PersonRefused):
            add_proof(beneficiary=person, kind=kind, valid_from=since, valid_to=until, by=None, on=TODAY)
        with pytest.raises(PersonRefused):
            add_proof(
                beneficiary=person, kind="BOE", valid_from=TODAY, valid_to=None, by=make_person(), on=TODAY
            )

    def test_a_company_engages_people_of_its_authority_only_and_once(self, world: World) -> None:
        stranger = make_beneficiary(make_authority())
        for person, changed in (
            (stranger, {}), (world.beneficiary, {}), (world.beneficiary, {"ends_on": date(2025, 1, 1)}),
            (world.beneficiary, {"by": world.contact, "starts_on": TODAY}),
        ):  # fmt: skip
            with pytest.raises(PersonRefused):
                make_engaged(world.share, person, **changed)
        with pytest.raises(PersonRefused):
            engage_beneficiary(
                share=world.share, beneficiary=world.beneficiary, starts_on=TODAY, ends_on=TODAY,
                expected_minutes=-1, by=None, on=TODAY,
            )  # fmt: skip
        assert Beneficiary.objects.count() == 2


class TestContacts:
    def test_a_link_opens_once_for_whoever_holds_it(
        self, world: World, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
    ) -> None:
        company, someone = world.share.company, make_person()
        with django_capture_on_commit_callbacks(execute=True):
            invitation = invite_contact(
                company=company, email="paye@exemple.fr", by=world.facilitator, on=TODAY
            )
        (sent,) = mail.outbox
        token = next(line for line in sent.body.splitlines() if "http" in line).rstrip("/").split("/")[-1]
        assert (sent.to, token in invitation.token_hash) == (["paye@exemple.fr"], False)
        for wrong, on in (("x", TODAY), (token, invitation.expires_on + timedelta(days=1))):
            with pytest.raises(InvitationRefused):
                accept_invitation(invitation=invitation, token=wrong, by=someone, on=on)
        contact = accept_invitation(invitation=invitation, token=token, by=someone, on=TODAY)
        assert (contact.company, contact.user) == (company, someone)
        with pytest.raises(InvitationRefused):
            accept_invitation(invitation=invitation, token=token, by=make_person(), on=TODAY)
        with pytest.raises(InvitationRefused):
            remove_contact(contact=contact, by=someone, on=TODAY)
        remove_contact(contact=contact, by=world.facilitator, on=TODAY)
        assert not CompanyContact.objects.filter(user=someone).exists()
        with pytest.raises(InvitationRefused):
            invite_contact(company=company, email="x@exemple.fr", by=someone, on=TODAY)

    def test_an_earlier_link_to_the_same_address_no_longer_opens(self, world: World) -> None:
        first = invite_contact(company=world.share.company, email="a@exemple.fr", by=None, on=TODAY)
        invite_contact(company=world.share.company, email="A@exemple.fr", by=None, on=TODAY)
        first.refresh_from_db()
        assert first.token_hash == ""

    def test_a_company_is_reminded_of_a_missing_month_and_not_again_at_once(
        self, world: World, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
    ) -> None:
        assert [each.month for each in awaited_months([world.share], TODAY)] == [
            date(2026, month, 1) for month in range(10, 0, -1)
        ]
        with django_capture_on_commit_callbacks(execute=True):
            remind_company(share=world.share, month=MONTH, by=world.facilitator, on=TODAY)
        (sent,) = mail.outbox
        assert (sent.to, world.beneficiary.pseudonym in sent.body) == ([world.contact.email], False)
        with pytest.raises(ReminderRefused):
            remind_company(share=world.share, month=MONTH, by=world.facilitator, on=TODAY)
        remind_company(share=world.share, month=MONTH, by=world.facilitator, on=TODAY + timedelta(days=7))
        declared(world)
        assert MONTH not in [each.month for each in awaited_months([world.share], TODAY)]
        for month, by in ((MONTH, None), (date(2026, 12, 1), None), (date(2026, 9, 1), world.contact)):
            with pytest.raises(ReminderRefused):
                remind_company(share=world.share, month=month, by=by, on=date(2026, 11, 30))

    def test_a_company_without_contact_cannot_be_reminded(self) -> None:
        share = make_share()
        make_engaged(share)
        with pytest.raises(ReminderRefused):
            remind_company(share=share, month=MONTH, by=None, on=TODAY)


def at_once(*deeds: Callable[[], object]) -> list[object]:
    """Each in a thread with its own connection on PostgreSQL, all released together; in turn on SQLite."""
    ready, answers = threading.Barrier(len(deeds) if IS_POSTGRESQL else 1), [None] * len(deeds)

    def run(position: int) -> None:
        try:
            ready.wait(10)
            answers[position] = deeds[position]()
        except Exception as error:
            answers[position] = error
        finally:
            if IS_POSTGRESQL:
                connections.close_all()

    if not IS_POSTGRESQL:
        for position in range(len(deeds)):
            run(position)
        return answers
    threads = [threading.Thread(target=run, args=(position,)) for position in range(len(deeds))]
    for each in threads:
        each.start()
    for each in threads:
        each.join(30)
    return answers


@pytest.mark.django_db(transaction=IS_POSTGRESQL)
@pytest.mark.parametrize("other", ["validate", "refuse", "declare"])
def test_two_people_on_the_same_hours_at_once_leave_one_decision(other: str) -> None:
    world = make_world()
    seen = declared(world)
    same = MonthlyHours.objects.get(pk=seen.pk)
    colleague = Membership.objects.create(
        user=make_person(), authority=world.authority, role="facilitator", granted_on=TODAY
    ).user
    second = {
        "validate": lambda: validate_hours(hours=same, by=colleague, on=TODAY),
        "refuse": lambda: refuse_hours(hours=same, reason="Non", by=colleague, on=TODAY),
        "declare": lambda: declared(world, 60),
    }[other]
    answers = at_once(lambda: validate_hours(hours=seen, by=world.facilitator, on=TODAY), second)
    (told,) = [each for each in answers if isinstance(each, Exception)]
    assert isinstance(told, ExplainedError), told
    assert Entry.objects.filter(act__in=["hours validated", "hours refused"]).count() == (
        1 if other != "declare" or answers[0] is not told else 0
    )


@pytest.mark.django_db(transaction=IS_POSTGRESQL)
def test_two_companies_at_once_cannot_fill_one_month_twice() -> None:
    world = make_world()
    other = make_share(world.share.clause)
    make_engaged(other, world.beneficiary)
    answers = at_once(
        *(
            lambda share=share: declare_hours(
                share=share, beneficiary=world.beneficiary, month=MONTH, minutes=7_000, by=None, on=TODAY
            )
            for share in (world.share, other)
        )
    )
    (told,) = [each for each in answers if isinstance(each, Exception)]
    assert isinstance(told, HoursRefused), told
    assert MonthlyHours.objects.count() == 1
