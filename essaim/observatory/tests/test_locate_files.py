"""Address files and the geolocated register: every row kept, bad ones named with line and reason."""

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Transformer

from essaim.observatory.locate import point_file
from essaim.observatory.locate.point_file import UnreadablePoints, parse_points, read_points
from essaim.observatory.locate.qpv_layer import QpvLayer
from essaim.observatory.locate.register import NotTheGeolocatedRegister, locate_register, register_points


def test_plain_file():
    points = parse_points(b"lon,lat\n3.0586,50.6366\n2.3522,48.8566\n", "p.csv")
    assert points.lon.tolist() == [3.0586, 2.3522]
    assert points.lat.tolist() == [50.6366, 48.8566]
    assert (points.lines, points.reasons) == ([2, 3], ["", ""])


@pytest.mark.parametrize(
    ("encoding", "found"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("cp1252", "cp1252"), ("utf-16", "utf-16")],
)
def test_encodings_are_read_from_the_bytes(encoding, found):
    text = "nom;lon;lat\nÉpicerie solidaire de l'Œuvre;3,0586;50,6366\n"
    points = parse_points(text.encode(encoding), "p.csv")
    assert (points.encoding, points.delimiter) == (found, ";")
    assert (points.lon.tolist(), points.lat.tolist()) == ([3.0586], [50.6366])


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters_and_windows_line_ends(delimiter):
    text = "id,Longitude,Latitude\r\n1,3.0586,50.6366\r\n".replace(",", delimiter)
    assert parse_points(text.encode(), "p.csv").lon.tolist() == [3.0586]


def test_quoted_line_breaks_keep_line_numbers_right():
    content = b'name,lon,lat\n"two\nlines",3.05,50.63\nnext,x,50.63\n'
    points = parse_points(content, "p.csv")
    assert (points.lines, points.reasons) == ([2, 4], ["", "not_a_number"])


def test_every_bad_row_stays_in_place_with_its_reason():
    rows = {
        "3.05,50.63": "",
        ",50.63": "missing",
        "3.05": "missing",
        "3.05,north": "not_a_number",
        "nan,50.63": "not_a_number",
        "inf,50.63": "not_a_number",
        "704000,7059000": "lambert_93",
        "50.63,3.05": "swapped",
        "-20.88,55.45": "swapped",
        "500,50.63": "impossible",
        "4.35,50.85": "",  # Brussels: a good point, in no French commune
    }
    points = parse_points(("lon,lat\n" + "\n".join(rows)).encode(), "p.csv")
    assert dict(zip(rows, points.reasons, strict=True)) == rows
    assert np.isnan(points.lon).tolist() == [reason != "" for reason in rows.values()]
    assert set(point_file.REASONS) >= set(points.reasons) - {""}


def test_projected_coordinates_can_be_declared():
    x, y = Transformer.from_crs(4326, 2154, always_xy=True).transform(3.0586, 50.6366)
    points = parse_points(f"x;y\n{x};{y}\n".encode(), "p.csv", epsg=2154)
    assert (points.lon[0], points.lat[0]) == (pytest.approx(3.0586), pytest.approx(50.6366))


def test_columns_can_be_named():
    content = b"depart_x,depart_y\n3.05,50.63\n"
    points = parse_points(content, "p.csv", lon_column="Depart_X", lat_column="depart_y")
    assert points.lat.tolist() == [50.63]
    with pytest.raises(UnreadablePoints) as caught:
        parse_points(content, "p.csv")
    assert "p.csv n'a pas de colonne lon ou longitude" in caught.value.text.fr
    assert "depart_x, depart_y" in caught.value.text.en


@pytest.mark.parametrize(
    ("content", "said"), [(b"", "est vide"), (b"\n\n", "est vide"), (b"lon,lat\n\0\0,1\n", "fichier texte")]
)
def test_unusable_files_are_explained(content, said):
    with pytest.raises(UnreadablePoints) as caught:
        parse_points(content, "p.csv")
    assert said in caught.value.text.fr


def test_field_too_long_for_the_reader_is_explained():
    with pytest.raises(UnreadablePoints) as caught:
        parse_points(b"lon,lat\n1,2\n" + b'"' + b"x" * 200_000 + b'",1\n', "p.csv")
    assert "après la ligne 2" in caught.value.text.fr


def test_missing_file_is_explained(tmp_path):
    with pytest.raises(UnreadablePoints) as caught:
        read_points(tmp_path / "none.csv")
    assert "illisible" in caught.value.text.fr


@given(st.lists(st.tuples(st.text(max_size=8), st.text(max_size=8)), max_size=10))
def test_any_text_gives_one_row_in_one_row_out(pairs):
    lon, lat, reasons = point_file.understand([a for a, _ in pairs], [b for _, b in pairs])
    assert len(lon) == len(lat) == len(reasons) == len(pairs)
    assert [bool(reason) for reason in reasons] == np.isnan(lon).tolist() == np.isnan(lat).tolist()


# --- the geolocated register ---

PLACES = {  # epsg -> lon, lat, commune
    2154: (3.0586, 50.6366, "59350"),
    5490: (-61.0742, 14.6161, "97209"),
    2972: (-52.3260, 4.9224, "97302"),
    2975: (55.4485, -20.8789, "97411"),
    4471: (45.2279, -12.7806, "97611"),
}


def projected():
    for epsg, (lon, lat, commune) in PLACES.items():
        x, y = Transformer.from_crs(4326, epsg, always_xy=True).transform(lon, lat)
        yield epsg, x, y, commune


def test_register_points_are_read_in_each_rows_own_projection():
    epsg, x, y, _ = zip(*projected(), strict=True)
    lon, lat = register_points(x, y, [str(epsg[0]), f"{epsg[1]}.0", f"EPSG:{epsg[2]}", *map(str, epsg[3:])])
    assert lon == pytest.approx([place[0] for place in PLACES.values()], abs=1e-7)
    assert lat == pytest.approx([place[1] for place in PLACES.values()], abs=1e-7)


def test_register_rows_without_usable_coordinates_have_none():
    lon, lat = register_points(
        [1.0, np.nan, 7e5, 7e5], [1.0, 2.0, 7e6, np.nan], ["999999", "2154", "", "2154"]
    )
    assert np.isnan(lon).all()
    assert np.isnan(lat).all()


def register_file(path, upper=False):
    epsg, x, y, _ = zip(*projected(), strict=True)
    table = {
        "siret": [f"{n:014d}" for n in range(7)],
        "x": [*x, None, x[0]],
        "y": [*y, None, y[0]],
        "epsg": [*map(str, epsg), None, "2154"],
        "plg_qp24": ["QN05901M", "CSZ", "HZ", None, "", None, ""],
        "plg_code_commune": [None, None, None, None, None, "59355", "75111"],
    }
    if upper:
        table = {name.upper(): values for name, values in table.items()}
    pq.write_table(pa.table(table), path)
    return path


@pytest.mark.parametrize("upper", [False, True])
def test_register_parquet_is_read_as_is(tmp_path, upper):
    path = register_file(tmp_path / "GeolocalisationEtablissement.parquet", upper)
    seen = []
    table = pa.concat_tables(locate_register(path, batch_rows=2, progress=seen.append))
    assert table["siret"].to_pylist() == [f"{n:014d}" for n in range(7)]
    # Communes by outline; then Lomme and the 11th arrondissement of Paris as declared, followed to today's.
    expected = [place[2] for place in PLACES.values()] + ["59350", "75056"]
    assert table["commune"].to_pylist() == expected
    assert table["epci"].to_pylist()[0] == "200093201"
    assert table["qpv"].to_pylist() == ["QN05901M", "", "", "", "", "", ""]
    assert table["qpv_distance_m"].null_count == 7
    assert table["lon"].null_count == 1
    assert seen[-1] == 7


def test_register_with_a_layer_gives_distances_and_fills_what_insee_left_blank(tmp_path):
    layer = QpvLayer(
        np.array(["QN05902M"], dtype=object),
        np.array(["Ici"], dtype=object),
        np.array([shapely.box(3.05, 50.63, 3.07, 50.64)], dtype=object),
    )
    path = register_file(tmp_path / "g.parquet")
    table = pa.concat_tables(locate_register(path, layer))
    # Row 0: Insee says another QPV and is believed; row 6: Insee is silent, the outline answers.
    assert table["qpv"].to_pylist() == ["QN05901M", "", "", "", "", "", "QN05902M"]
    assert table["qpv_distance_m"].to_pylist() == [0.0, None, None, None, None, None, 0.0]


def test_register_csv_and_relation_read_the_same(tmp_path):
    path = register_file(tmp_path / "g.parquet")
    csv = tmp_path / "g.csv"
    duckdb.sql(f"copy (from '{path}') to '{csv}' (delimiter ';')")
    from_parquet = pa.concat_tables(locate_register(path))
    from_csv = pa.concat_tables(locate_register(csv))
    from_relation = pa.concat_tables(locate_register(duckdb.read_parquet(str(path))))
    assert from_csv.drop(["lon", "lat"]) == from_parquet.drop(["lon", "lat"])
    assert from_csv["lon"].to_pylist() == pytest.approx(from_parquet["lon"].to_pylist(), nan_ok=True)
    assert from_relation == from_parquet


def test_other_files_are_refused(tmp_path):
    pq.write_table(pa.table({"siret": ["1"]}), tmp_path / "g.parquet")
    (tmp_path / "bad.parquet").write_bytes(b"PAR1")
    (tmp_path / "bad.zip").write_bytes(b"PK")
    for name, said in {
        "g.parquet": "Colonnes attendues",
        "bad.parquet": "lit pas",
        "bad.zip": "lit pas",
    }.items():
        with pytest.raises(NotTheGeolocatedRegister) as caught:
            list(locate_register(tmp_path / name))
        assert said in caught.value.text.fr
