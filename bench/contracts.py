"""National contract data: one consolidated file to the SPASER indicators of all buyers, beside a scan and pandas.

    python bench/contracts.py --share 0.01 --cache /somewhere/big
    python bench/contracts.py --cache /somewhere/big

Simulates the consolidated tabular file (3.2 million rows for 1.75 million contracts at share 1: suppliers x
amendments, official column names), as CSV and as Parquet, and a JSON of the second format of about 100 MB. Each
program runs in a process of its own; its peak memory is that process's.

What each does
- scan: DuckDB reads every value of the seven columns the indicators read.
- indicators: `essaim.observatory.contracts.indicators.of_tabular`, all buyers, file to figures.
- pandas: the same figures, written plainly.
- import: the same file into a fresh store (every column, rejected rows, one line per contract).
- served: indicators of all buyers from that store.
- json: the 100 MB file into a fresh store.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

CONTRACTS = 1_750_000
JSON_BYTES = 100_000_000
COLUMNS = ("acheteur_id", "id", "montant", "dateNotification", "considerationsSociales",
           "considerationsEnvironnementales", "modification_id")  # fmt: skip
YEAR = 2024
ON = date(2026, 11, 23)

SIMULATED = """
    WITH numbers AS (SELECT n, hash(n) AS h FROM range({contracts}) AS t(n)),
    drawn AS (SELECT n, h,
        CAST(100000000 + hash(CAST(30000 * pow((h % 100000) / 100000,
            2) AS INTEGER)) % 800000000 AS VARCHAR) || '00017' AS acheteur_id,
        CASE WHEN h % 20 < 16 THEN 0 WHEN h % 20 < 19 THEN 1 ELSE 2 + h % 4 END AS versions,
        CASE WHEN (h >> 8) % 100 < 82 THEN 1 ELSE 2 + (h >> 12) % 3 END AS suppliers,
        DATE '2019-01-01' + CAST((h >> 16) % 2700 AS INTEGER) AS first_day,
        round(exp(9.5 + ((h >> 20) % 1000) / 200.0), 2) AS amount
        FROM numbers),
    rows AS (SELECT *, unnest(range(CAST(versions AS BIGINT) + 1)) AS modification_id FROM drawn),
    lines AS (SELECT *, unnest(range(CAST(suppliers AS BIGINT))) AS supplier FROM rows)
    SELECT acheteur_id || to_hex(n) AS uid, to_hex(n) AS id, acheteur_id,
        'Acheteur fictif ' || acheteur_id AS acheteur_nom,
        'Marché' AS nature, 'Objet fictif du contrat ' || n || ', fournitures et services courants' AS objet,
        lpad(CAST(h % 99000000 + 1000000 AS VARCHAR), 8, '0') AS codeCPV, 'Procédure adaptée' AS procedure,
        CAST(h % 48 + 1 AS INTEGER) AS dureeMois, first_day + CAST(modification_id * 90 AS INTEGER) AS dateNotification,
        first_day + CAST(modification_id * 90 + 30 AS INTEGER) AS datePublicationDonnees,
        CASE WHEN h % 500 = 0 THEN 1.0 WHEN h % 700 = 0 THEN 999999999.0 ELSE round(amount * (10 +
            modification_id) / 10, 2) END AS montant,
        CASE WHEN first_day < DATE '2024-01-01' THEN NULL WHEN h % 9 = 0 THEN 'Clause sociale'
            WHEN h % 11 = 0 THEN 'Clause sociale,
                Critère social' ELSE 'Pas de considération sociale' END AS considerationsSociales,
        CASE WHEN first_day < DATE '2024-01-01' THEN NULL WHEN h % 5 = 0 THEN 'Critère environnemental'
            ELSE 'Pas de considération environnementale' END AS considerationsEnvironnementales,
        CASE WHEN h % 100 < 28 THEN h % 3 = 0 END AS marcheInnovant,
            CAST(modification_id AS INTEGER) AS modification_id,
        CAST(200000000 + (hash(h + supplier) % 700000000) AS VARCHAR) || '00018' AS titulaire_id,
        'SIRET' AS titulaire_typeIdentifiant, 'Titulaire fictif ' || supplier AS titulaire_nom
    FROM lines
"""


def simulate(cache: Path, share: float) -> dict[str, Path]:
    """The simulated files, made when not there yet, always the same."""
    import duckdb  # noqa: PLC0415

    files = {form: cache / f"contracts-{share:g}.{form}" for form in ("csv", "parquet", "json")}
    with duckdb.connect() as database:
        database.execute(f"SET temp_directory = '{cache}/spill'")
        database.execute("SET threads = 2")
        if not files["parquet"].exists():
            query = SIMULATED.format(contracts=int(CONTRACTS * share))
            database.execute(
                f"COPY ({query}) TO '{files['parquet']}.part' (FORMAT parquet, COMPRESSION zstd)"
            )
            Path(f"{files['parquet']}.part").rename(files["parquet"])
        if not files["csv"].exists():
            database.execute(f"COPY (FROM '{files['parquet']}') TO '{files['csv']}.part' (FORMAT csv)")
            Path(f"{files['csv']}.part").rename(files["csv"])
    if not files["json"].exists():
        write_json(files["json"], int(JSON_BYTES * share))
    return files


def write_json(path: Path, size: int) -> None:
    beside = path.with_suffix(".part")
    with beside.open("w", encoding="utf-8") as out:
        out.write('{"marches": {"marche": [\n')
        number = 0
        while out.tell() < size:
            entry = {
                "id": f"{number:x}",
                "acheteur": {"id": f"{100000000 + number % 30000}00017"},
                "nature": "Marché",
                "objet": f"Objet fictif du contrat {number} " * 8,
                "codeCPV": "77310000-6",
                "procedure": "Procédure adaptée",
                "dureeMois": 12,
                "dateNotification": "2024-03-01",
                "datePublicationDonnees": "2024-04-01",
                "montant": 40000 + number,
                "titulaires": [{"titulaire": {"typeIdentifiant": "SIRET", "id": "22222222222226"}}],
                "considerationsSociales": {"considerationSociale": ["Clause sociale"]},
                "considerationsEnvironnementales": {
                    "considerationEnvironnementale": ["Critère environnemental"]
                },
                "techniques": {"technique": ["Sans objet"]},
            }
            out.write(("," if number else "") + json.dumps(entry, ensure_ascii=False) + "\n")
            number += 1
        out.write("]}}\n")
    beside.rename(path)


def scan(path: Path) -> Any:
    import duckdb  # noqa: PLC0415

    from essaim.observatory.contracts.tabular import Tabular  # noqa: PLC0415

    with duckdb.connect() as database:
        database.execute("SET threads = 2")
        table = Tabular.of(database, path, careful=False)
        # A maximum would be read from the file's statistics: every value has to be looked at.
        looks = [
            f"bit_xor(hash({name}))" if table.types[name] != "VARCHAR" else f"sum(strlen({name}))"
            for name in COLUMNS
        ]
        database.execute(f"SELECT {', '.join(looks)} FROM {table.rows}").fetchall()


def summed(found: Any) -> list[int]:
    """Buyers, contracts and cents, positive ones: enough to tell that two programs agree."""
    totals = [0] * 6
    for one in found:
        figures = (1, one.by_number.total, one.by_value.total, one.by_number.social.positive,
                   one.by_value.environmental.positive, one.suspect_amounts)  # fmt: skip
        totals = [total + figure for total, figure in zip(totals, figures, strict=True)]
    return totals


def indicators(path: Path) -> Any:
    from essaim.observatory.contracts.indicators import of_tabular  # noqa: PLC0415

    return summed(of_tabular(path, YEAR))


def with_pandas(path: Path) -> Any:
    import pandas as pd  # noqa: PLC0415

    columns = list(COLUMNS)
    if path.suffix == ".csv":
        rows = pd.read_csv(path, usecols=columns, dtype={"acheteur_id": str, "id": str})
    else:
        rows = pd.read_parquet(path, columns=columns)
    rows["dateNotification"] = pd.to_datetime(rows["dateNotification"])
    rows["siren"] = rows["acheteur_id"].str[:9]
    rows = rows.sort_values(["acheteur_id", "id", "modification_id", "dateNotification", "montant"])
    groups = rows.groupby(["acheteur_id", "id"], sort=False)
    table = groups.agg(
        siren=("siren", "first"),
        notified=("dateNotification", "first"),
        amount=("montant", "last"),
        social=("considerationsSociales", "last"),
        environmental=("considerationsEnvironnementales", "last"),
    )
    table = table[table["notified"].dt.year == YEAR]
    cents = (table["amount"] * 100).round()
    whole = (cents // 100).astype("int64").astype(str)
    suspect = (
        (cents <= 100)
        | (cents > 15e11)
        | ((whole.str.len() >= 6) & whole.map(lambda one: len(set(one)) == 1))
    )
    positive = table["social"].notna() & ~table["social"].fillna("").str.contains("Pas de")
    green = table["environmental"].notna() & ~table["environmental"].fillna("").str.contains("Pas de")
    table = table.assign(
        one=1,
        cents=cents.where(~suspect, 0),
        positive=positive,
        green=cents.where(~suspect & green, 0),
        suspect=suspect,
    )
    by_buyer = table.groupby("siren")[["one", "cents", "positive", "green", "suspect"]].sum()
    return [len(by_buyer), *(int(by_buyer[name].sum()) for name in by_buyer)]


def imported(path: Path) -> Any:
    from essaim.observatory.contracts.importing import import_files  # noqa: PLC0415
    from essaim.observatory.contracts.indicators import of_all_buyers  # noqa: PLC0415
    from essaim.observatory.contracts.store import ContractStore  # noqa: PLC0415

    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        store = ContractStore(Path(folder))
        report = import_files([path], store, on=ON)
        before = time.perf_counter()
        found = summed(of_all_buyers(store.table(), YEAR))
        print(f"served {time.perf_counter() - before:.2f} s, {report.contracts} contracts", file=sys.stderr)
    return found


PROGRAMS: dict[str, Callable[[Path], Any]] = {
    "scan": scan,
    "indicators": indicators,
    "pandas": with_pandas,
    "import": imported,
}


def measured(program: str, path: Path) -> dict[str, Any]:
    """One program in a process of its own: seconds, peak memory in MiB, what it found."""
    command = [sys.executable, __file__, "--run", program, "--data", str(path)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        return {"program": program, "file": path.suffix, "failed": done.returncode}
    return {"program": program, "file": path.suffix, **json.loads(done.stdout.strip().splitlines()[-1])}


def run_here(program: str, path: Path) -> None:
    start = time.perf_counter()
    found = PROGRAMS[program](path)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "peak_mib": peak, "found": found}))


def line(one: dict[str, Any], base: float, reference: Any) -> str:
    if "failed" in one:
        return f"| {one['program']} {one['file']} | failed ({one['failed']}) | | | |"
    same = "" if one["found"] is None or reference is None else "yes" if one["found"] == reference else "NO"
    return (
        f"| {one['program']} {one['file']} | {one['seconds']:.2f} | {one['seconds'] / base:.1f} "
        f"| {one['peak_mib']:,.0f} | {same} |"
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--share", type=float, default=1.0, help="share of the national file: 0.01, 0.1, 1")
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "essaim-bench")
    parser.add_argument("--run", choices=sorted(PROGRAMS), help=argparse.SUPPRESS)
    parser.add_argument("--data", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.run:
        run_here(asked.run, asked.data)
        return
    asked.cache.mkdir(parents=True, exist_ok=True)
    # In another process: what it uses would pass for the peak memory of those started afterwards.
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as beside:
        files = beside.submit(simulate, asked.cache, asked.share).result()
    rows = [
        f"## Contracts: {int(CONTRACTS * asked.share):,} in one consolidated file, to the indicators of all buyers, "
        f"{os.cpu_count()} cores",
        "",
        "| program | seconds | times the scan | peak memory (MiB) | same numbers |",
        "|---|---:|---:|---:|---|",
    ]
    for form in ("parquet", "csv"):
        measured("scan", files[form])  # once for nothing: the file is then in memory for all
        pairs = sorted(
            ((measured("scan", files[form]), measured("indicators", files[form])) for _ in range(3)),
            key=lambda pair: pair[1].get("seconds", 1e9) / pair[0].get("seconds", 1),
        )
        scanned, ours = pairs[1]
        others = [measured("pandas", files[form]), measured("import", files[form])]
        rows += [line(one, scanned["seconds"], ours.get("found")) for one in (scanned, ours, *others)]
        rows += [
            f"| pandas / indicators ({form}) | {others[0].get('seconds', 0) / ours['seconds']:.1f} times | | | |"
        ]
    one = measured("import", files["json"])
    one["found"] = None
    size = files["json"].stat().st_size / 1e6
    rows.append(
        line(one, scanned["seconds"], None).replace("import .json", f"import of {size:.0f} MB of JSON")
    )
    print("\n".join(rows))


if __name__ == "__main__":
    main()
