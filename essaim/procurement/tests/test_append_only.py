"""What is written once stays so: the database refuses to rewrite it, whoever asks."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, models, transaction

from essaim.procurement.models import ClauseChange, Exchange, HoursCorrection, SchemePublication
from essaim.procurement.operations.clauses.changing import withdraw_clause
from essaim.procurement.operations.clauses.hours import correct_hours, declare_hours, validate_hours
from essaim.procurement.operations.needs.consultations import open_consultation
from essaim.procurement.tests.clauses_factory import MONTH, TODAY, make_clause, make_world
from essaim.procurement.tests.needs_factory import make_need
from essaim.procurement.tests.schemes_factory import joint_scheme, mel

pytestmark = pytest.mark.django_db


def publication() -> SchemePublication:
    return SchemePublication.objects.create(
        scheme=joint_scheme(mel()), first_year=2024, last_year=2025, published_on=TODAY, figures={"total": 1}
    )


def exchange() -> Exchange:
    open_consultation(
        need=make_need(), sheet="Nous achetons.", questions=["Prix ?"],
        closes_on=TODAY + timedelta(days=30), by=None, on=TODAY,
    )  # fmt: skip
    return Exchange.objects.get()


def correction() -> HoursCorrection:
    world = make_world()
    hours = declare_hours(
        share=world.share, beneficiary=world.beneficiary, month=MONTH, minutes=60, by=None, on=TODAY
    )
    validate_hours(hours=hours, by=None, on=TODAY)
    return correct_hours(hours=hours, minutes=30, reason="Relu", by=None, on=TODAY)


def clause_change() -> ClauseChange:
    withdraw_clause(clause=make_clause(), reason="Sans suite", by=None, on=TODAY)
    return ClauseChange.objects.get()


@pytest.mark.parametrize("make", [publication, exchange, correction, clause_change])
def test_the_database_refuses_to_rewrite_or_remove(make) -> None:
    row: models.Model = make()
    table = row._meta.db_table
    before = type(row).objects.values().get()
    for statement in (f"UPDATE {table} SET id = id + 1", f"DELETE FROM {table}"):
        with (
            pytest.raises(DatabaseError, match="append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
    for deed in (row.save, row.delete):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            deed()
    assert type(row).objects.values().get() == before
