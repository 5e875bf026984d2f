"""Many rows at once, without an object a row: ids are taken first, then rows go in as the database likes best.

Used by `acts` only, which remembers them.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import connection, models

BATCH_ROWS = 5_000
Values = dict[str, Any]


def reserve_ids(model: type[models.Model], count: int) -> range | list[int]:
    """Primary keys nobody else will get. Inside a transaction."""
    if not count:
        return []
    table, column = model._meta.db_table, model._meta.pk.column
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                f"SELECT nextval(pg_get_serial_sequence('\"{table}\"', '{column}')) FROM generate_series(1, %s)",
                [count],
            )
            return [row[0] for row in cursor.fetchall()]
        # SQLite has one writer at a time; AUTOINCREMENT remembers the largest key ever written.
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        row = cursor.fetchone()
        cursor.execute(f'SELECT coalesce(max("{column}"), 0) FROM "{table}"')
        first = max(row[0] if row else 0, cursor.fetchone()[0]) + 1
    return range(first, first + count)


def insert(model: type[models.Model], rows: Sequence[Values]) -> None:
    """Rows with every column, by attribute name; values as `values_of` gives them, JSON already as text."""
    if not rows:
        return
    fields = model._meta.concrete_fields
    names = [field.attname for field in fields]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    table = model._meta.db_table
    tuples = ([row[name] for name in names] for row in rows)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f'COPY "{table}" ({columns}) FROM STDIN') as copy:  # type: ignore[attr-defined]
                for values in tuples:
                    copy.write_row(values)
            return
        marks = ", ".join(["%s"] * len(fields))
        dated = [at for at, field in enumerate(fields) if isinstance(field, models.DateField)]
        statement = f'INSERT INTO "{table}" ({columns}) VALUES ({marks})'
        cursor.executemany(statement, (_plain(values, dated) for values in tuples))


def _plain(values: list[Any], dated: Sequence[int]) -> list[Any]:
    """Dates as SQLite keeps them."""
    for at in dated:
        value = values[at]
        if value is not None:
            is_instant = isinstance(value, datetime)
            values[at] = value.strftime("%Y-%m-%d %H:%M:%S.%f") if is_instant else value.isoformat()
    return values


def update(model: type[models.Model], changes: Iterable[tuple[int, Values]]) -> None:
    """New values by primary key. Rows that get the same values are written together."""
    alike: dict[tuple[tuple[str, Any], ...], list[int]] = {}
    for id, values in changes:
        alike.setdefault(tuple(sorted(values.items())), []).append(id)
    single: dict[tuple[str, ...], list[tuple[int, Values]]] = {}
    for key, ids in alike.items():
        if len(ids) > 1:
            for some in _sliced(ids):
                model._default_manager.filter(pk__in=some).update(**dict(key))
        else:
            single.setdefault(tuple(name for name, _ in key), []).append((ids[0], dict(key)))
    for names, rows in single.items():
        _update_each(model, names, rows)


def _update_each(model: type[models.Model], names: Sequence[str], rows: Sequence[tuple[int, Values]]) -> None:
    by_name = {field.attname: field for field in model._meta.concrete_fields}
    fields = [by_name[name] for name in names]
    sets = ", ".join(f'"{field.column}" = %s' for field in fields)
    statement = f'UPDATE "{model._meta.db_table}" SET {sets} WHERE "{model._meta.pk.column}" = %s'
    values = [
        [*(field.get_db_prep_save(row[field.attname], connection) for field in fields), id]
        for id, row in rows
    ]
    with connection.cursor() as cursor:
        cursor.executemany(statement, values)


def delete(model: type[models.Model], ids: Sequence[int]) -> None:
    """Rows that nothing hangs on."""
    for some in _sliced(ids):
        rows = model._default_manager.filter(pk__in=some)
        rows._raw_delete(rows.db)


def _sliced(ids: Iterable[int]) -> Iterable[list[int]]:
    left = iter(ids)
    while some := list(islice(left, BATCH_ROWS)):
        yield some
