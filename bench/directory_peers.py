"""The same questions asked in the usual ways: Django's `icontains`, and PostgreSQL's full text with a GIN index."""

import math
import os
from typing import Any

PAGE = 20
FACETS = ("status", "family", "sector")


def make_database() -> None:
    """On PostgreSQL, the database the environment names, created when it is not there."""
    url = os.environ.get("ESSAIM_DATABASE_URL")
    if not url:
        return
    import psycopg  # noqa: PLC0415

    server, _, name = url.rpartition("/")
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            connection.execute(f'CREATE DATABASE "{name}"')


def prepare() -> None:
    """PostgreSQL: a table made for searching, with what a question filters on beside the vector. SQLite: nothing."""
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("DROP TABLE IF EXISTS bench_search")
            cursor.execute(
                """CREATE TABLE bench_search AS
                SELECT s.id, o.id AS organisation_id, o.status, o.family, o.sector, s.commune, s.lon, s.lat,
                  to_tsvector('french', concat_ws(' ', o.name, o.sigle, s.name, p.summary, p.description)) AS vector
                FROM organisations_organisation o JOIN organisations_site s ON s.organisation_id = o.id
                LEFT JOIN organisations_profile p ON p.organisation_id = o.id
                WHERE o.hidden = '' AND o.merged_into_id IS NULL AND s.closed_on IS NULL"""
            )
            cursor.execute("CREATE INDEX ON bench_search USING gin (vector)")
            for column in ("commune", "lon", "lat"):
                cursor.execute(f"CREATE INDEX ON bench_search ({column})")
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
        if connection.vendor == "postgresql":
            cursor.execute("CHECKPOINT")  # else the server tidies up while others are timed


def icontains(asked: dict[str, Any]) -> tuple[int, list[Any]]:
    """As most Django sites do: a filter a word, a count, a slice, and a count a facet."""
    from django.db.models import Count, Q  # noqa: PLC0415

    from essaim.organisations.models import Site  # noqa: PLC0415

    rows = Site.objects.filter(organisation__hidden="", organisation__merged_into=None, closed_on=None)
    for word in asked.get("q", "").split():
        rows = rows.filter(
            Q(organisation__name__icontains=word) | Q(organisation__sigle__icontains=word) | Q(name__icontains=word)
            | Q(organisation__profile__summary__icontains=word) | Q(organisation__profile__description__icontains=word)
        )  # fmt: skip
    if asked.get("territory"):
        rows = rows.filter(commune__in=_communes(asked["territory"]))
    if asked.get("within_km"):
        west, south, east, north = _box(asked)
        rows = rows.filter(lon__gte=west, lon__lte=east, lat__gte=south, lat__lte=north)
    for field, facet in (("statuses", "status"), ("families", "family"), ("sectors", "sector")):
        if asked.get(field):
            rows = rows.filter(**{f"organisation__{facet}__in": asked[field]})
    if asked.get("labels"):
        rows = rows.filter(organisation__labels__kind__in=asked["labels"]).distinct()
    count = rows.count()
    page = list(rows.select_related("organisation").order_by("organisation__name")[:PAGE])
    for facet in FACETS:
        list(rows.order_by().values_list(f"organisation__{facet}").annotate(Count("id", distinct=True)))
    return count, page


def full_text(asked: dict[str, Any]) -> tuple[int, list[Any]]:
    """PostgreSQL at its best: one flat table, one vector, a GIN index, no object-relational mapping."""
    from django.db import connection  # noqa: PLC0415

    where, values = ["TRUE"], []
    rank = "id"
    if asked.get("q"):
        where.append("vector @@ plainto_tsquery('french', %s)")
        values.append(asked["q"])
        rank = "ts_rank(vector, plainto_tsquery('french', %s)) DESC"
    if asked.get("territory"):
        where.append("commune = ANY(%s)")
        values.append(_communes(asked["territory"]))
    if asked.get("within_km"):
        where.append("lon BETWEEN %s AND %s AND lat BETWEEN %s AND %s")
        west, south, east, north = _box(asked)
        values += [west, east, south, north]
    for field, facet in (("statuses", "status"), ("families", "family"), ("sectors", "sector")):
        if asked.get(field):
            where.append(f"{facet} = ANY(%s)")
            values.append(list(asked[field]))
    if asked.get("labels"):
        where.append(
            "EXISTS (SELECT 1 FROM organisations_label l WHERE l.organisation_id = bench_search.organisation_id "
            "AND l.kind = ANY(%s))"
        )
        values.append(list(asked["labels"]))
    condition = " AND ".join(where)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM bench_search WHERE {condition}", values)
        count = cursor.fetchone()[0]
        ranked = [*values, asked["q"]] if asked.get("q") else values
        cursor.execute(
            f"""SELECT s.*, o.name FROM (SELECT id, organisation_id FROM bench_search WHERE {condition}
            ORDER BY {rank} LIMIT {PAGE}) s JOIN organisations_organisation o ON o.id = s.organisation_id""", ranked
        )  # fmt: skip
        page = cursor.fetchall()
        for facet in FACETS:
            cursor.execute(f"SELECT {facet}, count(*) FROM bench_search WHERE {condition} GROUP BY 1", values)
            cursor.fetchall()
    return count, page


def _communes(code: str) -> list[str]:
    from essaim.observatory.reference import places  # noqa: PLC0415

    return places.communes_of(code)


def _box(asked: dict[str, Any]) -> tuple[float, float, float, float]:
    """A box round the place: what those who have no distance at hand use."""
    from essaim.organisations.search import place_of  # noqa: PLC0415

    west, south, east, north = place_of(asked["around"]).shape.bounds
    up = asked["within_km"] / 111.2
    across = up / math.cos(math.radians((south + north) / 2))
    return west - across, south - up, east + across, north + up
