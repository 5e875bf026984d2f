"""Addresses of the atlas, under /atlas/."""

from django.urls import path, register_converter

from essaim.atlas import views
from essaim.observatory.reference.places import KINDS

app_name = "atlas"


class Kind:
    """Only the kinds of territories, so that /atlas/method/... is something else."""

    regex = "|".join(KINDS)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(Kind, "territory_kind")

PLACE = "<territory_kind:kind>/<str:id>/"

urlpatterns = [
    path("", views.choose, name="choose"),
    path("suggestions/", views.suggestions, name="suggestions"),
    path("compare/", views.compare, name="compare"),
    path("method/", views.method, name="method"),
    path("method/sources/", views.sources, name="sources"),
    path("method/<slug:figure>/", views.figure, name="figure"),
    path(PLACE, views.territory, name="territory"),
    path(f"{PLACE}establishments/", views.establishments, name="establishments"),
    path(f"{PLACE}points.geojson", views.points, name="points"),
    path(f"{PLACE}outlines.geojson", views.outlines, name="outlines"),
    path(f"{PLACE}atlas.pdf", views.pdf, name="pdf"),
    path(f"{PLACE}data-metadata.json", views.metadata, name="metadata"),
    path(f"{PLACE}data.<slug:form>", views.download, name="download"),
    path(f"{PLACE}sector/<slug:category>/", views.category, {"dimension": "sector"}, name="sector"),
    path(f"{PLACE}family/<slug:category>/", views.category, {"dimension": "family"}, name="family"),
    path(f"{PLACE}map/<slug:figure>/", views.figure_map, name="figure_map"),
]
