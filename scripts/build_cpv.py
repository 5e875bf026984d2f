"""Rebuilds essaim/organisations/rules/cpv.csv: divisions and groups of the CPV 2008, French labels.

    python scripts/build_cpv.py CPV_2008_FR.csv

The file is the Common Procurement Vocabulary (regulation (EC) 213/2008), a public nomenclature of the European Union:
`CODE;FR` lines in Windows-1252, codes with their check digit ("03110000-5"). Kept: the two digits of a division, the
three of a group, and its label. Same file, same bytes.
"""

import csv
import sys
from pathlib import Path

TARGET = Path(__file__).resolve().parents[1] / "essaim" / "organisations" / "rules" / "cpv.csv"


def family(code: str) -> str | None:
    """ "03000000-1" -> "03", "03100000-2" -> "031", anything finer -> None."""
    digits = code.partition("-")[0]
    if len(digits) != 8 or not digits.isdigit() or digits[3:] != "00000":
        return None
    return digits[:2] if digits[2] == "0" else digits[:3]


def main(source: Path) -> None:
    with source.open(encoding="cp1252", newline="") as file:
        rows = [(family(row["CODE"]), row["FR"].strip()) for row in csv.DictReader(file, delimiter=";")]
    kept = sorted({code: label for code, label in rows if code}.items())
    with TARGET.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["code", "label"])
        writer.writerows(kept)
    print(f"{len(kept)} families in {TARGET.name}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
