"""The consolidated tabular shape: one row per contract, version and supplier; millions of rows, read by DuckDB.

A row with `modification_id` n holds what the n-th amendment set (its date of notification is the amendment's). In
extracts without that column, the versions of a contract are told by their dates of notification.
"""

from dataclasses import dataclass
from pathlib import Path

import duckdb

from essaim.observatory.contracts.columns import FORMATS, STATEMENT_COLUMNS
from essaim.observatory.contracts.readers.found import beginning
from essaim.observatory.contracts.values import EARLIEST, LATEST, UNKNOWN_MARKS
from essaim.observatory.errors import unreadable

NEEDED = ("acheteur_id", "id", "montant", "dateNotification")
SCALARS = {
    "buyer_name": "acheteur_nom",
    "nature": "nature",
    "object": "objet",
    "procedure": "procedure",
    "ccag": "ccag",
    "price_form": "formePrix",
    "grouping": "typeGroupementOperateurs",
    "place_code": "lieuExecution_code",
    "place_kind": "lieuExecution_typeCode",
    "framework_id": "idAccordCadre",
}
LISTS = {"techniques": "techniques", "modalities": "modalitesExecution", "price_kinds": "typesPrix"}
BOOLEANS = {
    "innovative": "marcheInnovant",
    "advance": "attributionAvance",
    "subcontracting": "sousTraitanceDeclaree",
}
MARKS = ", ".join(f"'{mark}'" for mark in sorted(UNKNOWN_MARKS))
DIGITS = "regexp_full_match({}, '[0-9]{{14}}')"
TYPED = {"montant": "DOUBLE", "dateNotification": "DATE", "modification_id": "INTEGER"}
"""What the cells of a well-kept file are: reading them so is several times faster."""

NUMBERS = ("DOUBLE", "FLOAT")
ORIGIN = "DATE '1990-01-01'"
FIRST_DAY, LAST_DAY = f"DATE '{EARLIEST}-01-01'", f"DATE '{LATEST}-12-31'"

UNDATED = 99_999
"""Days since ORIGIN of a version without a date: after those of the same number that have one."""

AMOUNT_BITS = 58
OFFSET = 2 ** (AMOUNT_BITS - 1)
"""Added to cents (fewer than 10**17) so that a version and an amount make one number, whose last AMOUNT_BITS are the
amount: see `Tabular.light`. Bits, because dividing a HUGEINT is slow."""


def is_tabular(names: list[str]) -> bool:
    """Whether a header is that of the consolidated files (or of an extract)."""
    return "uid" in names and all(name in names for name in NEEDED)


def trimmed(name: str) -> str:
    """A column without the spaces round it: several times quicker than `trim` where there are none."""
    return f"CASE WHEN suffix({name}, ' ') OR {name} < '!' THEN trim({name}) ELSE {name} END"


PADDED = " OR ".join(f"suffix({name}, ' ') OR {name} < '!'" for name in ("acheteur_id", "id"))
CONTRACT = f"CASE WHEN {PADDED} THEN hash(trim(acheteur_id), trim(id)) ELSE hash(acheteur_id, id) END"
"""A number for each contract, quicker to look for than its buyer and its own number; two contracts may share it."""


def quoted(words: str) -> str:
    return "'" + words.replace("'", "''") + "'"


@dataclass(frozen=True, slots=True)
class Tabular:
    """SQL over one file. `rows`: what to read from; `types`: column -> DuckDB type."""

    rows: str
    types: dict[str, str]
    source: str

    @classmethod
    def of(cls, database: duckdb.DuckDBPyConnection, path: Path, *, careful: bool = True) -> "Tabular":
        """A CSV or Parquet file. `careful`: every cell as text, rows too short too, on one core; else DuckDB raises
        at the first cell that is not what TYPED says. Raises UnreadableFile.
        """
        if beginning(path, 4) == b"PAR1":
            rows = f"read_parquet({quoted(str(path))})"
        else:
            ways = ", null_padding = true, strict_mode = false, parallel = false" if careful else ""
            quotes = "quote = '\"', escape = '\"'"
            rows = f"read_csv({quoted(str(path))}, header = true, all_varchar = true, {quotes}{ways})"
        try:
            found = database.execute(f"DESCRIBE FROM {rows}").fetchall()
            if not careful and rows.startswith("read_csv"):
                types = {row[0]: TYPED.get(row[0], "VARCHAR") for row in found}
                listed = ", ".join(f"{quoted(name)}: '{kind}'" for name, kind in types.items())
                rows = rows.replace("all_varchar = true", f"columns = {{{listed}}}")
                return cls(rows, types, path.name)
        except duckdb.Error as error:
            raise unreadable(
                path.name,
                "ce n'est pas un tableau lisible. Vérifiez le fichier.",
                "it is not a readable table. Check the file.",
            ) from error
        return cls(rows, {row[0]: row[1] for row in found}, path.name)

    def words(self, name: str) -> str:
        """A column as text, null when unknown."""
        if name not in self.types:
            return "NULL::VARCHAR"
        if self.types[name] != "VARCHAR":
            return f'CAST("{name}" AS VARCHAR)'
        # Marks are short and begin with a letter: looking for them elsewhere is most of the time spent.
        return (
            f"""CASE WHEN length("{name}") > 12 OR ("{name}" >= '0' AND "{name}" < ':') THEN trim("{name}") """
            f'WHEN upper(trim("{name}")) NOT IN ({MARKS}) THEN trim("{name}") END'
        )

    def cents(self, name: str) -> str:
        if name not in self.types:
            return "NULL::BIGINT"
        plain = f'TRY_CAST("{name}" AS DOUBLE)'
        if self.types[name] != "VARCHAR":
            return f"CASE WHEN abs({plain}) < 1e15 THEN CAST(round({plain} * 100) AS BIGINT) END"
        number = f"regexp_replace({self.words(name)}, '[\\s\\x{{00A0}}\\x{{202F}}€]', '', 'g')"
        french = f"replace(replace({number}, '.', ''), ',', '.')"
        chosen = f"CASE WHEN contains({number}, ',') THEN {french} ELSE {number} END"
        # CASE rather than coalesce: DuckDB then works out the second only where the first says nothing.
        euros = f"CASE WHEN {plain} IS NOT NULL THEN {plain} ELSE TRY_CAST({chosen} AS DOUBLE) END"
        return f"CASE WHEN abs({euros}) < 1e15 THEN CAST(round({euros} * 100) AS BIGINT) END"

    def day(self, name: str) -> str:
        if name not in self.types:
            return "NULL::DATE"
        if self.types[name] == "DATE":
            found = f'"{name}"'
        elif self.types[name].startswith("TIMESTAMP"):
            found = f'CAST("{name}" AS DATE)'
        else:
            words = self.words(name)
            found = (
                f'CASE WHEN TRY_CAST("{name}" AS DATE) IS NOT NULL THEN TRY_CAST("{name}" AS DATE) '
                f"ELSE coalesce(TRY_CAST(left({words}, 10) AS DATE), "
                f"TRY_STRPTIME(left({words}, 10), '%d/%m/%Y')::DATE) END"
            )
        return f"CASE WHEN {found} BETWEEN {FIRST_DAY} AND {LAST_DAY} THEN {found} END"

    def whole(self, name: str) -> str:
        if self.types.get(name) in ("INTEGER", "BIGINT", "SMALLINT", "TINYINT"):
            return f'CASE WHEN "{name}" BETWEEN 0 AND 1000000 THEN "{name}"::INTEGER END'
        found = f"TRY_CAST({self.words(name)} AS DOUBLE)"
        return (
            f"CASE WHEN {found} BETWEEN 0 AND 1000000 AND {found} = floor({found}) THEN {found}::INTEGER END"
        )

    def boolean(self, name: str) -> str:
        if self.types.get(name) == "BOOLEAN":
            return f'"{name}"'
        words = f"lower({self.words(name)})"
        return (
            f"CASE WHEN {words} IN ('oui', 'true', '1', '1.0', 'vrai', 'yes') THEN true "
            f"WHEN {words} IN ('non', 'false', '0', '0.0', 'faux', 'no') THEN false END"
        )

    def codes(self, name: str, social: bool) -> str:
        """The considerations of a cell, as `values.codes` reads them, but for a cell not understood: unknown."""
        if name not in self.types:
            return "NULL::VARCHAR[]"
        words = f"lower(strip_accents({self.words(name)}))"
        parts = [
            ("clause", "clause"),
            ("critere", "criterion"),
            *([("reserv", "reserved")] if social else []),
        ]
        found = ", ".join(f"CASE WHEN contains({words}, '{part}') THEN '{code}' END" for part, code in parts)
        some = f"list_filter([{found}], lambda code: code IS NOT NULL)"
        return f"CASE WHEN len({some}) > 0 THEN {some} WHEN contains({words}, 'pas de') THEN ['none'] END"

    def considered(self, name: str, social: bool) -> str:
        """`codes`, in short: 2 when a consideration is there, 1 when there is none, 0 when unknown."""
        if name not in self.types:
            return "0"
        said = "sociale" if social else "environnementale"
        slow = f"list_contains({self.codes(name, social)}, 'none')"
        quick = ["Clause", "Critère", *(["Marché réservé"] if social else [])]
        some = " OR ".join(f"""contains("{name}", '{words}')""" for words in quick)
        # What is most frequent first: nearly all cells are empty or official words, and need no taking apart.
        return (
            f"""CASE WHEN "{name}" IS NULL THEN 0 WHEN "{name}" = 'Pas de considération {said}' THEN 1 """
            f"""WHEN "{name}" = '' THEN 0 WHEN {some} THEN 2 WHEN {slow} THEN 1 WHEN NOT {slow} THEN 2 ELSE 0 END"""
        )

    def good(self) -> str:
        """The rows for which `bad` is null but for their buyer and their number (see `light`), asked in a way that is
        quick for them."""
        return f"{self._good_amount()} AND {self._good_day()}"

    def _good_amount(self) -> str:
        if self.types.get("montant") in NUMBERS:
            return '("montant" IS NULL OR abs("montant") < 1e15)'
        return f"CASE WHEN ({self.cents('montant')}) IS NOT NULL THEN true ELSE {self.absent('montant')} END"

    def _good_day(self) -> str:
        if self.types.get("dateNotification") == "DATE":
            return f'("dateNotification" IS NULL OR "dateNotification" BETWEEN {FIRST_DAY} AND {LAST_DAY})'
        day = self.day("dateNotification")
        return f"CASE WHEN ({day}) IS NOT NULL THEN true ELSE {self.absent('dateNotification')} END"

    def absent(self, name: str) -> str:
        """Whether a cell is unknown: empty or a quality mark."""
        if self.types.get(name, "VARCHAR") != "VARCHAR":
            return f'"{name}" IS NULL'
        return f"(({self.words(name)}) IS NULL)"

    def bad(self) -> str:
        """The reason why a row is rejected, null when it is kept."""
        buyer, identifier = self.words("acheteur_id"), self.words("id")
        amount, notified = self.words("montant"), self.words("dateNotification")
        return (
            f"CASE WHEN {buyer} IS NULL THEN 'no_buyer' "
            f"WHEN NOT {DIGITS.format(buyer)} THEN 'bad_buyer' "
            f"WHEN {identifier} IS NULL THEN 'no_id' "
            f"WHEN {amount} IS NOT NULL AND ({self.cents('montant')}) IS NULL THEN 'bad_amount' "
            f"WHEN {notified} IS NOT NULL AND ({self.day('dateNotification')}) IS NULL THEN 'bad_date' END"
        )

    def version(self, days: str | None = None) -> str:
        """A number that orders the versions of one contract: number of the amendment, then date."""
        number = self.whole("modification_id")
        return f"(coalesce({number}, 0)::BIGINT * {UNDATED + 1} + {days or self._days()})"

    def _days(self) -> str:
        return f"coalesce(datediff('day', {ORIGIN}, {self.day('dateNotification')}), {UNDATED})"

    def light(self, among: str | None = None) -> str:
        """Only what indicators need, in one pass: one line per contract, current amount, date of the first version.

        `among`: a table of what `dated_in` found, other contracts may then be left out. The columns not asked of it
        are not read. Agrees with the whole import (tested) as long as the dates of the amendments follow their
        numbers, but for buyers that are no SIRET, and for contracts without number, whose buyer is null here: whoever
        sums them leaves them out. The highest (version, amount) pair is found as one number, which is several times
        faster than sorting versions.
        """
        version = self.version(days=self._good_days())
        pair = f"({version})::HUGEINT * {2**AMOUNT_BITS} + {OFFSET} + {self._good_cents()}"
        first = f"min({version}) % {UNDATED + 1}"
        social = self.considered("considerationsSociales", True)
        environmental = self.considered("considerationsEnvironnementales", False)
        chosen = f"{self.good()} AND {CONTRACT} IN (SELECT contract FROM {among})" if among else self.good()
        return f"""
            SELECT CASE WHEN NOT {self.absent("id")} THEN buyer END AS buyer, 'contract' AS kind,
                CASE WHEN first < {UNDATED} THEN {ORIGIN} + CAST(first AS INTEGER) END AS notified_on,
                CAST(last & {2**AMOUNT_BITS - 1} AS BIGINT) - {OFFSET} AS amount_cents,
                CASE WHEN social > 0 THEN social > 1 END AS social,
                CASE WHEN environmental > 0 THEN environmental > 1 END AS environmental
            FROM (SELECT {trimmed("acheteur_id")} AS buyer, {trimmed("id")} AS id, {first} AS first,
                max({pair}) AS last, max(CAST({social} AS UTINYINT)) AS social,
                max(CAST({environmental} AS UTINYINT)) AS environmental
                FROM {self.rows} WHERE {chosen} GROUP BY ALL)"""

    @property
    def quick(self) -> bool:
        """Whether reading the file twice costs little beside telling its contracts apart: true of Parquet."""
        return self.rows.startswith("read_parquet")

    def dated_in(self, year: int) -> str:
        """The contracts that have a version of that year, as `contract`: a number that two of them may share."""
        between = f"BETWEEN DATE '{year}-01-01' AND DATE '{year}-12-31'"
        return f"SELECT DISTINCT {CONTRACT} AS contract FROM {self.rows} WHERE {self.day('dateNotification')} {between}"

    def _good_days(self) -> str:
        """`_days` of a row that is `good`."""
        if self.types.get("dateNotification") == "DATE":
            return f'coalesce("dateNotification" - {ORIGIN}, {UNDATED})'
        return self._days()

    def _good_cents(self) -> str:
        """`cents` of a row that is `good`."""
        if self.types.get("montant") in NUMBERS:
            return 'CAST(round("montant" * 100) AS BIGINT)'
        return self.cents("montant")

    def supplier(self) -> str:
        kind, identifier = self.words("titulaire_typeIdentifiant"), self.words("titulaire_id")
        return (
            f"struct_pack(kind := upper({kind}), id := {identifier}, name := {self.words('titulaire_nom')})"
        )

    def _cleaned(self) -> str:
        scalars = [f"{self.words(column)} AS {name}" for name, column in SCALARS.items()]
        lists = [
            f"list_filter(list_transform(string_split({self.words(column)}, ','), lambda word: trim(word)), "
            f"lambda word: word <> '') AS {name}"
            for name, column in LISTS.items()
        ]
        booleans = [f"{self.boolean(column)} AS {name}" for name, column in BOOLEANS.items()]
        named = f"{self.words('titulaire_id')} IS NOT NULL OR {self.words('titulaire_nom')} IS NOT NULL"
        return f"""
            SELECT {self.words("acheteur_id")} AS buyer_siret, trim(id) AS id, {", ".join(scalars + lists + booleans)},
                CASE WHEN regexp_matches({self.words("codeCPV")},
                    '^[0-9]{{8}}(-|$)') THEN left({self.words("codeCPV")}, 8) END
                    AS cpv,
                {self.whole("offresRecues")} AS offers_received, {self.day("dateNotification")} AS notified_on,
                {self.day("datePublicationDonnees")} AS published_on, {self.whole("dureeMois")} AS duration_months,
                {self.cents("montant")} AS amount_cents, {self.codes("considerationsSociales", True)} AS social,
                {self.codes("considerationsEnvironnementales", False)} AS environmental,
                {self.words("source")} AS source, {self.whole("modification_id")} AS number,
                    {self.version()} AS version,
                CASE WHEN {named} THEN {self.supplier()} END AS supplier
            FROM {self.rows} WHERE ({self.bad()}) IS NULL"""

    def statements(self) -> str:
        """One statement per contract of the file, in the columns of STATEMENT_COLUMNS."""
        same = [*SCALARS, *LISTS, *BOOLEANS, "cpv", "offers_received", "social", "environmental", "source"]
        said = ("social", "environmental")
        folded = ", ".join(
            f"coalesce(max({name}) FILTER (NOT list_contains({name}, 'none')), max({name})) AS {name}"
            if name in said
            else f"max({name}) AS {name}"
            for name in same
        )
        listed = [f"coalesce({name}, []) AS {name}" for name in LISTS]
        plain = [name for name in same if name not in LISTS and name != "source"]
        rank = FORMATS.index("tabular")
        columns = ", ".join(
            name if name != "priority" else f"priority_day || ' {rank} ' || md5(said::VARCHAR) AS priority"
            for name in STATEMENT_COLUMNS
        )
        return f"""
            WITH cleaned AS MATERIALIZED ({self._cleaned()}),
            base AS (SELECT buyer_siret, id, {folded},
                coalesce(strftime(max(published_on), '%Y-%m-%d'), '0001-01-01') AS priority_day
                FROM cleaned GROUP BY ALL),
            versions AS (SELECT buyer_siret, id, version, max(amount_cents) AS amount_cents,
                max(duration_months) AS duration_months, min(notified_on) AS notified_on,
                min(published_on) AS published_on, max(number) AS number,
                coalesce(list_sort(list(DISTINCT supplier) FILTER (supplier IS NOT NULL), 'ASC',
                    'NULLS FIRST'), []) AS suppliers
                FROM cleaned GROUP BY ALL),
            ordered AS (SELECT *, row_number() OVER (PARTITION BY buyer_siret,
                id ORDER BY version) AS place FROM versions),
            amended AS (SELECT buyer_siret, id, list(struct_pack(id := CAST(number AS VARCHAR),
                notified_on := notified_on,
                published_on := published_on, duration_months := duration_months, amount_cents := amount_cents,
                suppliers := suppliers) ORDER BY version) AS amendments FROM ordered WHERE place > 1 GROUP BY ALL),
            put AS (SELECT base.buyer_siret || '/' || base.id AS key, base.id AS id, base.buyer_siret AS buyer_siret,
                'contract' AS kind, {", ".join([*plain, *listed])}, ordered.notified_on AS notified_on,
                ordered.published_on AS published_on, ordered.duration_months AS duration_months,
                ordered.amount_cents AS amount_cents, ordered.suppliers AS suppliers,
                coalesce(amendments, []) AS amendments, 'tabular' AS format,
                coalesce(source, {quoted(self.source)}) AS source, priority_day
                FROM base JOIN ordered ON base.buyer_siret = ordered.buyer_siret AND base.id = ordered.id AND place = 1
                LEFT JOIN amended ON base.buyer_siret = amended.buyer_siret AND base.id = amended.id)
            SELECT {columns} FROM (SELECT put.*, put AS said FROM put)"""

    def rejected(self) -> str:
        """Rejected rows: number of the row of data, reason, the row itself as JSON."""
        return f"""
            SELECT position, reason, row FROM (
                SELECT row_number() OVER () AS position, {self.bad()} AS reason, to_json(data)::VARCHAR AS row
                FROM {self.rows} AS data)
            WHERE reason IS NOT NULL"""
