"""The command line, run as a person runs it."""

import subprocess
import sys

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from essaim.cli import main
from essaim.territories import kept_qpv
from essaim.territories.models import Territory
from essaim.territories.tests.factories import qpv_layer


@pytest.fixture
def run(capsys):
    def run(*arguments):
        with pytest.raises(SystemExit) as exit_:
            main(["territories", *map(str, arguments)])
        captured = capsys.readouterr()
        return exit_.value.code, captured.out, captured.err

    return run


@pytest.fixture
def points(tmp_path):
    file = tmp_path / "points.csv"
    file.write_text("id,lon,lat\n1,3.0551,50.6366\n2,50.63,3.05\n3,,\n4,2.3522,48.8566\n5,4.35,50.85\n")
    return file


def test_one_point(run):
    code, out, err = run("locate", "--point", "3.0551,50.6366")
    assert (code, err) == (0, "")
    assert out == "lon,lat,commune,epci,qpv,qpv_distance_m\n3.0551,50.6366,59350,200093201,,\n"


def test_negative_longitude(run):
    assert (
        run("locate", "--point", "-1.5536,47.2184")[1].splitlines()[1] == "-1.5536,47.2184,44109,244400404,,"
    )


def test_every_row_of_a_file_in_order_and_bad_ones_listed(run, points):
    code, out, err = run("locate", "--file", points)
    assert code == 0
    assert out.splitlines() == [
        "lon,lat,commune,epci,qpv,qpv_distance_m",
        "3.0551,50.6366,59350,200093201,,",
        "50.63,3.05,,,,",
        ",,,,,",
        "2.3522,48.8566,75056,200054781,,",
        "4.35,50.85,,,,",
    ]
    assert err.splitlines() == [
        "ligne 3 : longitude et latitude inversées (50.63, 3.05)",
        "ligne 4 : coordonnée manquante (, )",
        "ligne 6 : hors de toute commune dont le contour est connu (4.35, 50.85)",
        "5 points, 2 situés, 3 non situés.",
    ]


def test_english_messages(run, points):
    assert "row" not in run("locate", "--file", points, "--lang", "en")[1]
    assert run("locate", "--file", points, "--lang", "en")[2].splitlines()[-1] == (
        "5 points, 2 located, 3 not located."
    )


def test_output_file_and_given_layer(run, points, tmp_path):
    layer = tmp_path / "qpv.parquet"
    qpv_layer().save(layer)
    result = tmp_path / "result.csv"
    code, out, _ = run("locate", "--file", points, "--qpv", layer, "--output", result)
    assert (code, out) == (0, "")
    rows = result.read_text().splitlines()
    assert rows[1] == "3.0551,50.6366,59350,200093201,QN05901M,0.0"
    assert rows[3] == ",,,,,"
    assert {file.name for file in tmp_path.iterdir()} >= {"result.csv"}
    assert not list(tmp_path.glob(".*.part"))


@pytest.mark.parametrize(
    ("failure", "said"), [(KeyboardInterrupt(), "Interr"), (OSError(28, "disk full"), "disk full")]
)
def test_interruption_and_full_disk_leave_the_former_output(
    run, points, tmp_path, monkeypatch, failure, said
):
    result = tmp_path / "result.csv"
    result.write_text("before")

    def fail(*_):
        raise failure

    monkeypatch.setattr("essaim.territories.cli.answers", fail)
    code, out, err = run("locate", "--file", points, "--output", result)
    assert (code, out, said in err) == (1, "", True)
    assert result.read_text() == "before"
    assert sorted(file.name for file in tmp_path.iterdir()) == ["points.csv", "result.csv"]


def test_kept_layer_is_used_by_default(run):
    kept_qpv.keep(qpv_layer())
    assert run("locate", "--point", "3.0551,50.6366")[1].splitlines()[1].endswith(",QN05901M,0.0")


def test_finer_communes(run, tmp_path):
    import shapely  # noqa: PLC0415  # only this test draws

    table = pa.table({"INSEE_COM": ["59512"], "geometry": [shapely.to_wkb(shapely.box(3, 50.6, 3.1, 50.7))]})
    pq.write_table(table, tmp_path / "communes.parquet")
    arguments = ("--communes", tmp_path / "communes.parquet")
    assert run("locate", "--point", "3.0551,50.6366", *arguments)[1].splitlines()[1].split(",")[2] == "59512"
    qpv_layer().save(tmp_path / "qpv.parquet")
    code, _, err = run("locate", "--point", "3,50", "--communes", tmp_path / "qpv.parquet")
    assert (code, "codes de communes" in err or "commune codes" in err) == (1, True)


def test_geolocated_register_to_csv_and_parquet(run, tmp_path):
    table = {
        "siret": ["00000000000011", "00000000000029"],
        "x_longitude": [3.0551, 2.3522],
        "y_latitude": [50.6366, 48.8566],
        "plg_qp24": ["QN05901M", "CSZ"],
        "plg_code_commune": ["59350", "75104"],
    }
    file = tmp_path / "GeolocalisationEtablissement_Sirene_pour_etudes_statistiques_utf8.parquet"
    pq.write_table(pa.table(table), file)
    code, out, err = run("locate", "--file", file)
    assert (code, err) == (0, "2 établissements situés.\n")
    assert out.splitlines() == [
        "siret,lon,lat,commune,epci,qpv,qpv_distance_m",
        "00000000000011,3.0551,50.6366,59350,200093201,QN05901M,",
        "00000000000029,2.3522,48.8566,75056,200054781,,",
    ]
    run("locate", "--file", file, "--output", tmp_path / "out.parquet")
    assert pq.read_table(tmp_path / "out.parquet")["commune"].to_pylist() == ["59350", "75056"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("locate",),
        ("locate", "--point", "3,50", "--file", "x.csv"),
        ("locate", "--point", "50.63,3.05"),
        ("locate", "--point", "here"),
        ("locate", "--point", "3,50", "--epsg", "99999"),
        ("search",),
        ("locate", "--nope"),
    ],
)
def test_bad_usage_exits_with_2(run, arguments):
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert "Error" in err


def test_failures_exit_with_1_and_one_sentence(run, points, tmp_path):
    for arguments in (
        ("locate", "--file", tmp_path / "absent.csv"),
        ("locate", "--file", points, "--lon-column", "x"),
        ("locate", "--file", points, "--qpv", points),
        ("locate", "--file", points, "--output", tmp_path / "no" / "where.csv"),
        ("search", "zzzzzz"),
    ):
        code, out, err = run(*arguments)
        assert (code, out, len(err.splitlines())) == (1, "", 1), arguments


def test_search(run):
    kept_qpv.keep(qpv_layer())
    code, out, _ = run("search", "lille", "--limit", "2")
    assert code == 0
    assert [line.split("\t")[:3] for line in out.splitlines()] == [
        ["commune:59350", "Lille", "Commune"],
        ["epci:200093201", "Métropole Européenne de Lille", "Métropole"],
    ]
    assert run("search", "qn05901m")[1].startswith("qpv:QN05901M\t")
    assert run("search", "lille", "--kind", "epci")[1].startswith("epci:200093201\t")


def test_search_finds_the_same_as_the_pages(run, django_db_blocker, db):
    from datetime import date  # noqa: PLC0415

    from essaim.territories import queries  # noqa: PLC0415
    from essaim.territories.operations import load_territories  # noqa: PLC0415

    load_territories(on=date(2026, 11, 22))
    for text in ("lille", "st etienne", "59000", "lyo", "val d'oise"):
        printed = [line.split("\t")[0] for line in run("search", text, "--limit", "20")[1].splitlines()]
        assert printed == [territory.code for territory in queries.search(text, limit=20)]


def test_import_qpv_is_dry_until_applied(run, tmp_path):
    qpv_layer().save(tmp_path / "official.parquet")
    code, out, _ = run("import-qpv", tmp_path / "official.parquet")
    assert code == 0
    assert out.splitlines()[-1] == "Rien n'a été écrit : ajoutez --apply."
    assert kept_qpv.read() is None
    code, out, _ = run("import-qpv", tmp_path / "official.parquet", "--apply")
    assert "2 quartiers prioritaires lus" in out
    assert kept_qpv.read().codes.tolist() == ["QN05901M", "QN05902M"]


@pytest.mark.django_db
def test_load_is_dry_until_applied(run):
    code, out, _ = run("load", "--on", "2026-11-22")
    assert (code, out.splitlines()) == (
        0,
        [
            "36363 territoires créés, 0 modifiés, 0 retirés, 0 inchangés.",
            "Rien n'a été écrit : ajoutez --apply.",
        ],
    )
    assert not Territory.objects.exists()
    kept_qpv.keep(qpv_layer())
    assert run("load", "--apply")[1] == "36365 territoires créés, 0 modifiés, 0 retirés, 0 inchangés.\n"
    assert Territory.objects.count() == 36_365


def test_locate_and_search_run_with_django_absent():
    program = (
        "import sys; sys.modules['django'] = None\n"
        "from essaim.cli import main\n"
        "for words in (['locate', '--point', '3.0551,50.6366'], ['search', 'lille', '--limit', '1']):\n"
        "    try: main(['territories', *words])\n"
        "    except SystemExit as done: assert done.code == 0\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stderr == ""
    assert done.stdout.splitlines()[1:] == [
        "3.0551,50.6366,59350,200093201,,",
        "commune:59350\tLille\tCommune\t238246",
    ]
