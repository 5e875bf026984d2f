"""What the gallery shows in its components. Invented, and said to be so on the page."""

from django import forms
from django.utils.translation import gettext_lazy as _

from essaim.law.text import Text
from essaim.ui.tables import Column, Hidden, Table

PLACES = ["Lille", "Lyon", "Lorient", "Limoges", "Le Mans", "La Rochelle"]
SECRET = Text("Moins de trois entreprises", "Fewer than three enterprises")


class SampleForm(forms.Form):
    name = forms.CharField(label=_("Nom de l'organisation"), help_text=_("Tel qu'il figure dans ses statuts."))
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
            {"label": Text("L'atlas en PDF", "The atlas as PDF"), "url": "?as=pdf", "format": "PDF", "size": 184320},
        ],
        "scic": Text(
            "Société coopérative d'intérêt collectif : salariés, usagers et collectivités en sont ensemble associés.",
            "Cooperative company of collective interest: workers, users and authorities are members together.",
        ),
        "places": PLACES,
    }
