"""Every address of the site. A room's own addresses stand in its `urls.py`, under its name."""

from importlib.util import find_spec

from django.contrib import admin
from django.urls import include, path

from essaim.site import views
from essaim.site.api import api

# Rooms with pages, mounted under their own name; one that has none yet is left out.
ROOMS = tuple(room for room in ("atlas", "territories", "accounts") if find_spec(f"essaim.{room}.urls"))

urlpatterns = [
    path("", views.home, name="home"),
    path("law/", views.law, name="law"),
    path("law/parameters.csv", views.law_csv, name="law-csv"),
    path("law/parameters.json", views.law_json, name="law-json"),
    *(path(f"{room}/", include(f"essaim.{room}.urls")) for room in ROOMS),
    path("", include("essaim.ui.urls")),
    path("api/", views.api_page, name="api"),
    path("api/", api.urls),
    path("health/", views.health, name="health"),
    path("robots.txt", views.robots, name="robots"),
    path("admin/", admin.site.urls),
]

handler403 = views.forbidden
handler404 = views.not_found
handler500 = views.failed
