"""Where each establishment stands: in a neighbourhood or elsewhere on its commune's disc."""

from essaim.observatory.simulate.chance import below, bits, random_bits, unit
from essaim.observatory.simulate.ground import METRES_PER_DEGREE, QPV_RADIUS_M, QPV_SHARE, QUARTERS_EACH, RING


def located(establishments: str, seed: int) -> str:
    """Adds to rows that have i, k, place and is_sse: written codes, lon, lat, x, y, `qpv` and `located`.

    One in eight stands in a neighbourhood where the commune has some, a little more in the SSE.
    qpv: the code of a neighbourhood, HZ outside any, CSZ in a commune that has none.
    """
    radius = f"least({QPV_RADIUS_M}, {QPV_SHARE} * radius_m)"
    width = f"CASE WHEN quarters > 0 THEN 2.1 * {radius} ELSE 0 END"
    distance = f"((radius_m - {width}) * pow({unit('g', 28)}, 0.7))"
    beyond = f"CASE WHEN {distance} > {RING} * radius_m - 1.05 * {radius} THEN {width} ELSE 0 END"
    reach = f"CASE WHEN inside THEN 0.9 * {radius} * sqrt({unit('g', 28)}) ELSE {distance} + {beyond} END"
    turn = f"2 * pi() * {unit('g', 18, 10)}"
    in_quarter = below("g", 0, "CASE WHEN is_sse THEN 170 ELSE 125 END")
    return f"""
    SELECT * EXCLUDE (place, g, lon0, lat0, x0, y0, dlon, dlat, x_by_lon, x_by_lat, y_by_lon, y_by_lat),
        lon0 + dlon AS lon, lat0 + dlat AS lat,
        x0 + x_by_lon * dlon + x_by_lat * dlat AS x, y0 + y_by_lon * dlon + y_by_lat * dlat AS y
    FROM (
        SELECT known.* EXCLUDE (radius_m, quarters, inside, quarter_key, east, north),
            (coalesce(quarter.east, 0) + known.east) / ({METRES_PER_DEGREE} * cos(radians(lat0))) AS dlon,
            (coalesce(quarter.north, 0) + known.north) / {METRES_PER_DEGREE} AS dlat,
            CASE WHEN inside THEN code_qp WHEN quarters > 0 THEN 'HZ' ELSE 'CSZ' END::quarter_code_qp AS qpv
        FROM (
            SELECT *, {reach} * cos({turn}) AS east, {reach} * sin({turn}) AS north,
                CASE WHEN inside THEN place * {QUARTERS_EACH} + {bits("g", 10, 8)} % quarters ELSE -1 END
                    AS quarter_key
            FROM (
                SELECT core.*, written, commune_name, postcode, epsg, radius_m, quarters,
                    lon AS lon0, lat AS lat0, x AS x0, y AS y0, x_by_lon, x_by_lat, y_by_lon, y_by_lat,
                    lon IS NOT NULL AND {below("g", 40, 870)} AS located,
                    quarters > 0 AND {in_quarter} AS inside
                FROM (SELECT *, {random_bits("i, k", seed, 6)} AS g FROM ({establishments})) AS core
                JOIN place ON place.place = core.place
            )
        ) AS known
        LEFT JOIN quarter ON quarter.key = quarter_key
    )"""
