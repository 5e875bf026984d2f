"""Where the tables run: DuckDB on one machine, Spark on a cluster. The only place that knows which."""

import shutil
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.parquet as pq

from essaim.law.text import ExplainedError, Text

ENGINES = ("duckdb", "spark")
MEMORY_LIMIT = "2500MB"
"""What DuckDB may hold before it spills to the work folder; the rest of the process fits in 4 GiB with it."""
THREADS = 2
PARTITIONS = THREADS * 4
"""In how many parts Spark deals rows out to be joined or grouped."""
BATCH_ROWS = 100_000


class EngineUnavailable(ExplainedError):
    """The engine asked for cannot run on this machine."""


class Engine(Protocol):
    """What the tables need from an engine."""

    name: str

    def read(self, path: Path, *, record: bool = False) -> ir.Table:
        """A Parquet file; with `record`, its rows numbered from 1 in a column `record` if it has none."""
        ...

    def lookup(self, name: str, rows: pa.Table) -> ir.Table:
        """A small table made by us."""
        ...

    def keep(self, name: str, rows: ir.Table) -> ir.Table:
        """Compute now, once; the result can be read many times."""
        ...

    def batches(self, rows: ir.Table) -> Iterator[pa.RecordBatch]:
        """The rows, a bounded number at a time."""
        ...

    def arrow(self, rows: ir.Table) -> pa.Table:
        """The rows, whole."""
        ...

    def close(self) -> None: ...


def engine(name: str, work: Path) -> Engine:
    """The engine called `name`, leaving what it spills in `work`. Raises EngineUnavailable, ValueError."""
    if name == "duckdb":
        return DuckEngine(work)
    if name == "spark":
        return SparkEngine(work)
    raise ValueError(f"the engines are {', '.join(ENGINES)}, not {name!r}")


@contextmanager
def _older_names() -> Iterator[None]:
    """Ibis 12 still calls DuckDB 2 by names it deprecates: nothing a person building figures can act upon."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", r"fetch_(arrow_table|record_batch)", DeprecationWarning)
        yield


class DuckEngine:
    """One process, two threads, spilling to disk beyond MEMORY_LIMIT."""

    name = "duckdb"

    def __init__(self, work: Path) -> None:
        self.work = work
        self.connection = ibis.duckdb.connect(
            # In memory: on disk every kept table would be compressed, which costs more than the tables do.
            ":memory:",
            threads=THREADS,
            memory_limit=MEMORY_LIMIT,
            temp_directory=str(work / "spill"),
            # Order means nothing until the last sort, and keeping it costs memory.
            preserve_insertion_order=False,
            # Every join here has its smaller side on the right, the one that is held: DuckDB, guessing how many
            # rows a filter leaves, would hold the establishments of the country rather than its legal persons.
            disabled_optimizers="build_side_probe_side",
        )

    def read(self, path: Path, *, record: bool = False) -> ir.Table:
        with _older_names():
            if record and "record" not in pq.read_schema(path).names:
                rows = self.connection.read_parquet(path, file_row_number=True)
                return rows.mutate(record=rows.file_row_number + 1).drop("file_row_number")
            return self.connection.read_parquet(path)

    def lookup(self, name: str, rows: pa.Table) -> ir.Table:
        database = self.connection.con
        database.register("given", rows)
        database.execute(f'CREATE OR REPLACE TABLE "{name}" AS FROM given')
        database.unregister("given")
        with _older_names():
            return self.connection.table(name)

    def keep(self, name: str, rows: ir.Table) -> ir.Table:
        sql = ibis.to_sql(rows, dialect="duckdb")
        with _older_names():
            self.connection.raw_sql(f'CREATE OR REPLACE TABLE "{name}" AS {sql}')
            return self.connection.table(name)

    def batches(self, rows: ir.Table) -> Iterator[pa.RecordBatch]:
        # Ibis asks DuckDB 2 for a method it no longer has: its SQL is handed over directly.
        yield from self.connection.con.sql(ibis.to_sql(rows, dialect="duckdb")).to_arrow_reader(BATCH_ROWS)

    def arrow(self, rows: ir.Table) -> pa.Table:
        with _older_names():
            return self.connection.to_pyarrow(rows)

    def close(self) -> None:
        self.connection.disconnect()


class SparkEngine:
    """A local session, or the cluster that SPARK_REMOTE / spark-defaults.conf name."""

    name = "spark"

    def __init__(self, work: Path) -> None:
        if shutil.which("java") is None:
            raise EngineUnavailable(
                Text(
                    "Le moteur Spark a besoin de Java 17, introuvable ici. Installez-le, ou construisez avec "
                    "« --engine duckdb ».",
                    "The Spark engine needs Java 17, not found here. Install it, or build with "
                    "“--engine duckdb”.",
                )
            )
        try:
            # Spark is an optional dependency: nobody else should pay for importing it.
            from pyspark.sql import SparkSession  # noqa: PLC0415
        except ImportError as error:
            raise EngineUnavailable(
                Text(
                    "Le moteur Spark n'est pas installé. Faites « pip install essaim[spark] », ou "
                    "construisez avec « --engine duckdb ».",
                    "The Spark engine is not installed. Run “pip install essaim[spark]”, or build with "
                    "“--engine duckdb”.",
                )
            ) from error
        self.work = work
        builder: Any = SparkSession.builder
        self.session = (
            builder.master(f"local[{THREADS}]")
            .appName("essaim-observatory")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.session.timeZone", "UTC")
            .config("spark.sql.shuffle.partitions", str(PARTITIONS))
            .config("spark.sql.warehouse.dir", str(work / "warehouse"))
            .config("spark.local.dir", str(work / "spill"))
            .config("spark.driver.memory", "2g")
            .getOrCreate()
        )
        self.connection = ibis.pyspark.connect(self.session)

    def read(self, path: Path, *, record: bool = False) -> ir.Table:
        frame = self.session.read.parquet(str(path))
        if record and "record" not in frame.columns:
            frame = frame.selectExpr("*", "_metadata.row_index + 1 AS record")
        return self._named(f"file_{path.stem}", frame)

    def lookup(self, name: str, rows: pa.Table) -> ir.Table:
        path = self.work / f"lookup_{name}.parquet"
        pq.write_table(rows, path)
        return self._named(name, self.session.read.parquet(str(path)))

    def keep(self, name: str, rows: ir.Table) -> ir.Table:
        path = self.work / f"kept_{name}.parquet"
        self.session.sql(ibis.to_sql(rows, dialect="pyspark")).write.mode("overwrite").parquet(str(path))
        return self._named(name, self.session.read.parquet(str(path)))

    def batches(self, rows: ir.Table) -> Iterator[pa.RecordBatch]:
        yield from self.connection.to_pyarrow_batches(rows, chunk_size=BATCH_ROWS)

    def arrow(self, rows: ir.Table) -> pa.Table:
        return self.connection.to_pyarrow(rows)

    def close(self) -> None:
        self.session.stop()

    def _named(self, name: str, frame: Any) -> ir.Table:
        frame.createOrReplaceTempView(name)
        return self.connection.table(name)
