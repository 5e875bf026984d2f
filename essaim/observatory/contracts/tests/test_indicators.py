from datetime import date

import duckdb
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from essaim.observatory.contracts.importing import import_files
from essaim.observatory.contracts.indicators import of_all_buyers, of_buyer, of_tabular
from essaim.observatory.contracts.store import ContractStore
from essaim.observatory.contracts.tests.published import contracts, entry, json_file, tabular_file

ON = date(2026, 11, 23)
FEW = settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    phases=[
        Phase.explicit,
        Phase.reuse,
        Phase.generate,
    ],  # each example imports: shrinking would take minutes
)
BUYERS = ("11111111111118", "33333333333334")
SOCIAL = (None, "", "MQ", "Clause sociale", "Critère social", "Marché réservé", "Pas de considération sociale",
          "Clause sociale, Critère social")  # fmt: skip
ENVIRONMENTAL = (None, "NC", "Clause environnementale", "Pas de considération environnementale")


NOTIFIED = {"0": "2024-03-01", "1": "2024-07-15", "2": "2025-01-02"}
"""An amendment comes after those of a lower number, as the one-pass reading supposes."""


def by_hand(rows, buyer, year):
    """The figures of one buyer and one year, the slow way, from contracts read as plain dictionaries."""
    mine = [one for one in rows if (buyer is None or one["buyer_siren"] == buyer)
            and (year is None or (one["notified_on"] and one["notified_on"].year == year))]  # fmt: skip
    purchases = [one for one in mine if one["kind"] == "contract"]
    sound = [one for one in purchases if one["amount_cents"] is not None and one["amount_flag"] is None]
    figures = {
        "buyer": buyer,
        "year": year,
        "contracts": len(purchases),
        "concessions": len(mine) - len(purchases),
    }
    figures["suspect_amounts"] = len([one for one in purchases if one["amount_flag"]])
    figures["missing_amounts"] = len([one for one in purchases if one["amount_cents"] is None])
    figures["value_cents"] = sum(one["amount_cents"] for one in sound)
    ways = (("by_number", purchases, lambda one: 1), ("by_value", sound, lambda one: one["amount_cents"]))
    for name, among, weight in ways:
        total = sum(weight(one) for one in among)
        unknown = sum(weight(one) for one in among if one["social"] is None or one["environmental"] is None)
        measure = {
            "total": total,
            "unknown": unknown,
            "unknown_pct": 100 * unknown / total if total else None,
        }
        for kind in ("social", "environmental"):
            known = sum(weight(one) for one in among if one[kind] is not None)
            positive = sum(weight(one) for one in among if one[kind] and "none" not in one[kind])
            measure[kind] = {"positive": positive, "known": known, "unknown": total - known}
            measure[f"{kind}_pct"] = 100 * positive / known if known else None
        figures[name] = measure
    return figures


def parquet_files(path):
    """The same rows in Parquet: every cell as text, then amounts and dates in types of their own."""
    amount = "TRY_CAST(replace(replace(montant, ' ', ''), ',', '.') AS DOUBLE)"
    typed = f'{amount} AS montant, CAST("dateNotification" AS DATE) AS "dateNotification"'
    files = path.with_suffix(".text.parquet"), path.with_suffix(".typed.parquet")
    with duckdb.connect() as database:
        for file, chosen in zip(files, ("*", f"* REPLACE ({typed})"), strict=True):
            rows = f"SELECT {chosen} FROM read_csv('{path}', header = true, all_varchar = true)"
            database.execute(f"COPY ({rows}) TO '{file}' (FORMAT parquet)")
    return files


rows = st.lists(
    st.fixed_dictionaries(
        {
            "id": st.sampled_from(("a", "b", "c", "d", "a ", "MQ")),
            "acheteur_id": st.sampled_from(BUYERS),
            "montant": st.sampled_from(["", "1", "1000", "2500.5", "3 000,25", "999999999", "-4"]),
            "modification_id": st.sampled_from(["0", "0", "1", "2"]),
            "considerationsSociales": st.sampled_from(SOCIAL),
            "considerationsEnvironnementales": st.sampled_from(ENVIRONMENTAL),
        }
    ),
    min_size=1,
    max_size=14,
)


@FEW
@given(rows=rows)
def test_indicators_are_those_counted_by_hand_with_or_without_a_store(tmp_path_factory, rows):
    folder = tmp_path_factory.mktemp("rows")
    store = ContractStore(folder / "store")
    path = tabular_file(
        folder, *({**row, "dateNotification": NOTIFIED[row["modification_id"]]} for row in rows)
    )
    import_files([path], store, on=ON)
    table = contracts(store)
    forms = (path, *parquet_files(path))
    for year in (None, 2024, 2025):
        expected = [by_hand(table, buyer, year) for buyer in (BUYERS[0][:9], BUYERS[1][:9])]
        expected = [one for one in expected if one["contracts"]]
        assert [one.as_dict() for one in of_all_buyers(store.table(), year)] == expected
        for form in forms:
            assert [one.as_dict() for one in of_tabular(form, year)] == expected
    assert of_buyer(store.table(), BUYERS[0][:9], 2024).as_dict() == by_hand(table, BUYERS[0][:9], 2024)
    assert of_buyer(store.table()).as_dict() == by_hand(table, None, None)


def test_the_first_format_is_unknown_and_never_none(tmp_path):
    store = ContractStore(tmp_path / "store")
    old = entry(considerationsSociales=None, considerationsEnvironnementales=None)
    import_files([json_file(tmp_path, old, entry("2"))], store, on=ON)
    found = of_buyer(store.table(), "111111111", 2024)
    assert (found.by_number.social.pct, found.by_number.unknown_pct) == (100.0, 50.0)
    assert found.by_number.environmental.pct == 0.0


def test_nothing_known_is_not_zero(tmp_path):
    store = ContractStore(tmp_path / "store")
    import_files([json_file(tmp_path, entry())], store, on=ON)
    found = of_buyer(store.table(), "999999999", 2024).as_dict()
    assert (found["contracts"], found["by_number"]["social_pct"], found["by_value"]["unknown_pct"]) == (
        0,
        None,
        None,
    )


def test_concessions_are_counted_apart(tmp_path):
    store = ContractStore(tmp_path / "store")
    concession = entry(
        "c", acheteur=None, autoriteConcedante={"id": BUYERS[0]}, montant=None, valeurGlobale=10**6
    )
    import_files([json_file(tmp_path, concession, entry())], store, on=ON)
    found = of_buyer(store.table(), BUYERS[0][:9], 2024)
    assert (found.concessions, found.by_number.total, found.by_value.total) == (1, 1, 5_000_000)
