"""What the gallery shows in its components. Invented, and said to be so on the page."""

import math
from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext_lazy as _

from essaim.law.text import Text
from essaim.ui import colours
from essaim.ui.charts.chart import bars, compared_bars, intervals
from essaim.ui.charts.parts import strip, years
from essaim.ui.tables import Column, Hidden, Table
from essaim.ui.words import say

PLACES = ["Lille", "Lyon", "Lorient", "Limoges", "Le Mans", "La Rochelle"]
SECRET = Text("Moins de trois entreprises", "Fewer than three enterprises")


class SampleForm(forms.Form):
    name = forms.CharField(
        label=_("Nom de l'organisation"), help_text=_("Tel qu'il figure dans ses statuts.")
    )
    email = forms.EmailField(label=_("Adresse électronique"))


def table() -> Table:
    return Table(
        columns=[
            Column(Text("Secteur", "Sector")),
            Column(Text("Établissements", "Establishments"), "number"),
            Column(Text("Part", "Share"), "percent"),
            Column(Text("Emplois", "Jobs"), "number"),
        ],
        rows=[
            (Text("Action sociale", "Social work"), 1234, 41.2, (12400, 18900)),
            (Text("Sport et loisirs", "Sport and leisure"), 987, 33.0, (1800, 3900)),
            (Text("Finance et assurance", "Finance and insurance"), 2, Hidden(SECRET), Hidden(SECRET)),
        ],
        caption=Text("Établissements employeurs par secteur", "Employer establishments by sector"),
    )


SECTOR = Text("Secteur", "Sector")
ESTABLISHMENTS = Text("Établissements", "Establishments")


def charts() -> list[dict[str, object]]:
    """One of each kind, with a suppressed cell, an open interval and a tie."""
    sectors = [
        (Text("Action sociale", "Social work"), 1234),
        (Text("Enseignement", "Education"), 456),
        (Text("Sport et loisirs", "Sport and leisure"), 456),
        (Text("Finance et assurance", "Finance and insurance"), Hidden(SECRET)),
        (Text("Hébergement et restauration", "Accommodation and food"), 0),
    ]
    families = [
        (label, value)
        for label, value in zip(colours.FAMILIES.values(), (1820, 310, 140, 42, 96), strict=True)
    ]
    titles = [
        Text("Dans quelles activités ?", "In which activities?"),
        Text("Et ailleurs ?", "And elsewhere?"),
        Text("Combien d'emplois ?", "How many jobs?"),
        Text("Sous quelle forme ?", "In which form?"),
        Text("Comment cela bouge-t-il ?", "How does it move?"),
    ]
    sentence = Text("Exemple : les chiffres sont inventés.", "Example: the figures are invented.")
    words = [{"title": title, "sentence": sentence} for title in titles]
    drawn = [
        bars(sectors, category=SECTOR, measure=ESTABLISHMENTS, **words[0]),
        compared_bars(
            [(SECTOR, [12.3, 9.8, 10.4]), (ESTABLISHMENTS, [4.1, 5.5, Hidden(SECRET)])],
            series=["Lille", "Lyon", Text("France entière", "The whole of France")],
            category=Text("Part", "Share"), kind="percent", **words[1],
        ),
        intervals(
            [("Lille", 38200, 61500), ("Roubaix", 8100, 12400), ("Hellemmes", 900, None)],
            category=Text("Commune", "Commune"), measure=Text("Emplois", "Jobs"), **words[2],
        ),
        strip(
            families, category=Text("Famille", "Family"), measure=ESTABLISHMENTS,
            colours=[colours.family(name) for name in colours.FAMILIES], **words[3],
        ),
        years(
            [(2016 + k, 90 + 7 * k % 60, 60 + 11 * k % 40 if k != 4 else Hidden(SECRET)) for k in range(10)],
            **words[4],
        ),
    ]  # fmt: skip
    return [{"title": title, "chart": chart} for title, chart in zip(titles, drawn, strict=True)]


CENTRE = (3.06, 50.63)
CELL = 0.02


def hexagon(column: float, row: float) -> list[tuple[float, float]]:
    """A closed ring in degrees; a degree of longitude is about 0.63 of one of latitude there."""
    x, y = CENTRE[0] + column * CELL * 1.732 / 0.63, CENTRE[1] + row * CELL * 1.5
    corners = [math.radians(60 * corner + 30) for corner in range(7)]
    return [(round(x + CELL / 0.63 * math.cos(a), 5), round(y + CELL * math.sin(a), 5)) for a in corners]


def sample_areas() -> dict[str, object]:
    """Seven cells, one of them hidden."""
    cells = [(0, 0), (1, 0), (-1, 0), (0.5, 1), (-0.5, 1), (0.5, -1), (-0.5, -1)]
    return collection(
        {
            "type": "Feature",
            "geometry": {"type": "Polygon", "coordinates": [hexagon(*cell)]},
            "properties": {
                "name": f"Alvéole {index + 1}",
                "text": f"{min(index, 5) * 10} %" if index else say(SECRET),
                "shade": min(index, 5) or None,
            },
        }
        for index, cell in enumerate(cells)
    )


def sample_points() -> dict[str, object]:
    """Sixty points on a spiral, of every family; one name tries to be markup."""
    families = list(colours.FAMILIES)
    return collection(
        {
            "type": "Feature",
            "geometry": {
                "type": "Point",
                "coordinates": [
                    round(CENTRE[0] + 0.0012 * index * math.cos(index), 5),
                    round(CENTRE[1] + 0.0008 * index * math.sin(index), 5),
                ],
            },
            "properties": {
                "name": f"Ruche {index + 1}" if index else "<b>Ruche</b> 1",
                "text": say(colours.FAMILIES[families[index % 5]]),
                "family": families[index % 5],
                "url": "/ui/gallery/",
            },
        }
        for index in range(60)
    )


def collection(features: Iterable[dict[str, object]]) -> dict[str, object]:
    return {"type": "FeatureCollection", "features": list(features)}


MAPS = {"areas": sample_areas, "points": sample_points}


def context() -> dict[str, object]:
    return {
        "table": table(),
        "secret_reason": SECRET,
        "vintage": "2026-11-01",
        "trail": [(Text("Accueil", "Home"), "/"), (Text("Galerie", "Gallery"), "")],
        "tabs": [
            {"label": Text("Liste", "List"), "url": "?tab=list", "is_here": True, "count": 1234},
            {"label": Text("Carte", "Map"), "url": "?tab=map", "is_here": False, "count": None},
        ],
        "downloads": [
            {"label": Text("Le tableau", "The table"), "url": "?as=csv", "format": "CSV"},
            {
                "label": Text("L'atlas en PDF", "The atlas as PDF"),
                "url": "?as=pdf",
                "format": "PDF",
                "size": 184320,
            },
        ],
        "scic": Text(
            "Société coopérative d'intérêt collectif : salariés, usagers et collectivités en sont ensemble associés.",
            "Cooperative company of collective interest: workers, users and authorities are members together.",
        ),
        "places": PLACES,
        "charts": charts(),
        "shades": [(shade, f"{shade * 10} %") for shade in range(1, 6)] + [(None, SECRET)],
        "families": [{"id": name, "label": label} for name, label in colours.FAMILIES.items()],
    }
