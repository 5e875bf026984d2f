"""QPV layers of any official format, repaired, reprojected, or refused with the reason."""

import json
import zipfile

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio.raw
import pytest
import shapely
from pyproj import Transformer

from essaim.observatory.locate.polygon_file import UnreadablePolygons, read_polygons
from essaim.observatory.locate.qpv_layer import NotPriorityNeighbourhoods, load_qpv

SQUARES = [shapely.box(3.0, 50.6, 3.01, 50.61), shapely.box(3.02, 50.6, 3.03, 50.61)]
CODES = ["QN05901M", "QN05902M"]
TO_LAMBERT_93 = Transformer.from_crs(4326, 2154, always_xy=True).transform


def write(path, shapes=SQUARES, codes=CODES, crs="EPSG:4326", column="code_qp", driver=None):
    """Two squares near Lille, in the format of the suffix."""
    pyogrio.raw.write(
        path,
        np.array([shapely.to_wkb(shape) for shape in shapes], dtype=object),
        [np.array(codes, dtype=object), np.array([f"Quartier {code}" for code in codes], dtype=object)],
        [column, "lib_qp"],
        geometry_type="Unknown" if driver != "ESRI Shapefile" else "Polygon",
        crs=crs,
        driver=driver,
    )
    return path


def lambert(shapes=SQUARES):
    return [shapely.transform(shape, TO_LAMBERT_93, interleaved=False) for shape in shapes]


def assert_the_two_squares(layer):
    assert layer.codes.tolist() == CODES
    assert layer.names.tolist() == ["Quartier QN05901M", "Quartier QN05902M"]
    for shape, square in zip(layer.shapes, SQUARES, strict=True):
        assert shapely.hausdorff_distance(shape, square) < 1e-6


@pytest.mark.parametrize("suffix", [".geojson", ".gpkg", ".fgb", ".shp"])
def test_every_vector_format_reads_the_same(tmp_path, suffix):
    driver = "ESRI Shapefile" if suffix == ".shp" else None
    layer = load_qpv(write(tmp_path / f"qpv{suffix}", driver=driver))
    assert_the_two_squares(layer)
    assert (layer.repaired, layer.dropped, layer.reprojected_from) == ((), (), None)


def test_zip_of_a_shapefile(tmp_path):
    write(tmp_path / "QP.shp", driver="ESRI Shapefile")
    with zipfile.ZipFile(tmp_path / "qpv.zip", "w") as archive:
        for part in tmp_path.glob("QP.*"):
            archive.write(part, f"SHP/{part.name}")
    assert_the_two_squares(load_qpv(tmp_path / "qpv.zip"))


def test_zip_with_both_projections_reads_wgs_84(tmp_path):
    write(tmp_path / "QP_LB93.geojson", shapes=lambert())
    write(tmp_path / "QP_WGS84.geojson")
    with zipfile.ZipFile(tmp_path / "qpv.zip", "w") as archive:
        archive.write(tmp_path / "QP_LB93.geojson", "GEOJSON/QP_LB93.geojson")
        archive.write(tmp_path / "QP_WGS84.geojson", "GEOJSON/QP_WGS84.geojson")
    layer = load_qpv(tmp_path / "qpv.zip")
    assert_the_two_squares(layer)
    assert layer.reprojected_from is None


def test_parquet_with_a_wkb_column(tmp_path):
    table = pa.table({"codeQP24": CODES, "geom": [shapely.to_wkb(shape) for shape in SQUARES]})
    pq.write_table(table, tmp_path / "qpv.parquet")
    assert load_qpv(tmp_path / "qpv.parquet").codes.tolist() == CODES


def test_saved_layer_reads_back_the_same(tmp_path):
    layer = load_qpv(write(tmp_path / "qpv.geojson"))
    layer.save(tmp_path / "kept.parquet")
    assert_the_two_squares(load_qpv(tmp_path / "kept.parquet"))


def test_lambert_93_declared_is_reprojected(tmp_path):
    layer = load_qpv(write(tmp_path / "qpv.gpkg", shapes=lambert(), crs="EPSG:2154"))
    assert_the_two_squares(layer)
    assert layer.reprojected_from == 2154


def test_lambert_93_undeclared_is_recognised_by_its_numbers(tmp_path):
    # A GeoJSON cannot declare it: the numbers are the only sign.
    layer = load_qpv(write(tmp_path / "qpv.geojson", shapes=lambert(), crs="EPSG:4326"))
    assert_the_two_squares(layer)
    assert layer.reprojected_from == 2154


def test_overseas_grid_declared_is_reprojected(tmp_path):
    shape = shapely.box(55.44, -20.9, 55.45, -20.89)
    forward = Transformer.from_crs(4326, 2975, always_xy=True).transform
    moved = shapely.transform(shape, forward, interleaved=False)
    layer = load_qpv(write(tmp_path / "q.gpkg", shapes=[moved], codes=["QN97401M"], crs="EPSG:2975"))
    assert shapely.hausdorff_distance(layer.shapes[0], shape) < 1e-6


@pytest.mark.parametrize("column", ["CODE_QP", "codeqp24", "code_quartier", "CODE", "unheard_of"])
def test_code_column_is_found_under_any_name(tmp_path, column):
    assert load_qpv(write(tmp_path / "qpv.gpkg", column=column)).codes.tolist() == CODES


def test_bow_tie_is_repaired_and_reported(tmp_path):
    bow_tie = shapely.Polygon([(3.0, 50.6), (3.01, 50.61), (3.01, 50.6), (3.0, 50.61)])
    layer = load_qpv(write(tmp_path / "qpv.geojson", shapes=[bow_tie, SQUARES[1]]))
    assert layer.repaired == ("QN05901M",)
    assert shapely.is_valid(layer.shapes).all()
    assert shapely.area(layer.shapes[0]) == pytest.approx(0.5e-4)


def test_several_rows_of_one_code_become_one_and_rows_without_outline_or_code_are_reported(tmp_path):
    features = [
        ("QN05901M", SQUARES[0]),
        ("QN05901M", SQUARES[1]),
        ("QN05902M", None),
        ("", shapely.box(3.5, 50.6, 3.6, 50.7)),
    ]
    document = {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"code_qp": code},
                "geometry": shape and shapely.geometry.mapping(shape),
            }
            for code, shape in features
        ],
    }
    (tmp_path / "qpv.geojson").write_text(json.dumps(document))
    layer = load_qpv(tmp_path / "qpv.geojson")
    assert layer.codes.tolist() == ["QN05901M"]
    assert shapely.area(layer.shapes[0]) == pytest.approx(2e-4)
    assert layer.dropped == (3, 4)


def test_communes_offered_as_qpv_are_refused(tmp_path):
    path = write(tmp_path / "communes.geojson", codes=["59350", "2A004"], column="code_commune")
    with pytest.raises(NotPriorityNeighbourhoods) as caught:
        load_qpv(path)
    assert "communes (colonne code_commune)" in caught.value.text.fr
    assert "communes (column code_commune)" in caught.value.text.en


def test_other_layers_are_refused_with_the_columns_read(tmp_path):
    with pytest.raises(NotPriorityNeighbourhoods) as caught:
        load_qpv(write(tmp_path / "x.geojson", codes=["Nord", "Sud"], column="quartier"))
    assert "quartier, lib_qp" in caught.value.text.fr


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("absent.geojson", None, "introuvable"),
        ("broken.geojson", b'{"type": "FeatureColl', "ne se lit pas"),
        ("broken.parquet", b"PAR1 nothing", "ne se lit pas"),
        ("broken.zip", b"PK nothing", "ne se lit pas"),
        ("table.csv", b"code_qp\nQN05901M\n", "sans contours"),
    ],
)
def test_unreadable_files_are_explained(tmp_path, name, content, said):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(UnreadablePolygons) as caught:
        read_polygons(tmp_path / name)
    assert said in caught.value.text.fr


def test_empty_zip_points_and_swapped_or_foreign_coordinates_are_explained(tmp_path):
    with zipfile.ZipFile(tmp_path / "e.zip", "w") as archive:
        archive.writestr("readme.txt", "nothing")
    swapped = [shapely.box(50.6, 3.0, 50.61, 3.01)]
    elsewhere = [shapely.box(100.0, 30.0, 101.0, 31.0)]
    nowhere = [shapely.box(5e8, 5e8, 6e8, 6e8)]
    cases = {
        tmp_path / "e.zip": "ni GeoJSON",
        write(tmp_path / "s.geojson", swapped, CODES[:1]): "inversées",
        write(tmp_path / "f.geojson", elsewhere, CODES[:1]): "en France",
        write(tmp_path / "n.geojson", nowhere, CODES[:1]): "Projection inconnue",
        write(tmp_path / "p.geojson", [shapely.Point(3, 50)], CODES[:1]): "aucun polygone",
    }
    for path, said in cases.items():
        with pytest.raises(UnreadablePolygons) as caught:
            load_qpv(path)
        assert said in caught.value.text.fr


@pytest.mark.shared_data
def test_real_layers(shared_data, tmp_path):
    lyon = load_qpv(shared_data / "qpv" / "qpv2015_metropole_lyon.geojson")
    assert (len(lyon), len(lyon.repaired), lyon.dropped) == (37, 0, ())
    occitanie = load_qpv(shared_data / "qpv" / "qpv2015_occitanie.geojson")
    assert (len(occitanie), len(occitanie.repaired), occitanie.dropped) == (105, 32, ())
    assert shapely.is_valid(occitanie.shapes).all()
    with pytest.raises(NotPriorityNeighbourhoods):
        load_qpv(shared_data / "qpv" / "communes_avec_qpv_occitanie.geojson")
    copy = write(tmp_path / "lambert.gpkg", lambert(lyon.shapes), lyon.codes.tolist(), crs="EPSG:2154")
    moved = load_qpv(copy)
    assert moved.reprojected_from == 2154
    assert moved.codes.tolist() == lyon.codes.tolist()
    assert max(shapely.hausdorff_distance(moved.shapes, lyon.shapes)) < 1e-6
