"""The atlas of a territory on paper: two to four A4 pages that can be handed to an elected official.

Pure (no Django): the page, the API and the command line call it alike. The layout is `report.typ`.
"""

import json
import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import typst

LAYOUT = Path(__file__).with_name("report.typ")


@dataclass(frozen=True, slots=True)
class Report:
    """What the layout prints: plain values, already in the reader's language, and the images it names."""

    content: dict[str, Any]
    images: dict[str, str] = field(default_factory=dict)
    """File name -> SVG."""


def as_pdf(report: Report) -> bytes:
    """A tagged PDF (PDF/UA-1: title, language, alternative texts), about half a second on two cores."""
    with tempfile.TemporaryDirectory(prefix="essaim-report-") as folder:
        root = Path(folder)
        shutil.copyfile(LAYOUT, root / "report.typ")
        (root / "data.json").write_text(json.dumps(report.content, ensure_ascii=False), encoding="utf-8")
        for name, svg in report.images.items():
            (root / name).write_text(svg, encoding="utf-8")
        return typst.compile(str(root / "report.typ"), root=str(root), pdf_standards=["ua-1"])
