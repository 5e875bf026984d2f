"""Every address of the site. A room's own addresses stand in its `urls.py`, under its name."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

from essaim.organisations.views.data import sitemap_index, sitemap_part
from essaim.site import views
from essaim.site.api import api

# Rooms with pages, mounted under their own name.
ROOMS = ("atlas", "procurement", "organisations", "territories", "accounts")

# The back room has no door of its own: the same password, the same second factor.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("", views.home, name="home"),
    path("law/", views.law, name="law"),
    path("law/parameters.csv", views.law_csv, name="law-csv"),
    path("law/parameters.json", views.law_json, name="law-json"),
    path("accounts/", include("essaim.accounts.urls.doors")),
    *(path(f"{room}/", include(f"essaim.{room}.urls")) for room in ROOMS),
    path("", include("essaim.ui.urls")),
    path("api/", views.api_page, name="api"),
    path("api/", api.urls),
    path("health/", views.health, name="health"),
    path("robots.txt", views.robots, name="robots"),
    path("sitemap.xml", sitemap_index, name="sitemap"),
    path("sitemap-<int:number>.xml", sitemap_part, name="sitemap-part"),
    path("admin/", admin.site.urls),
]

handler403 = views.forbidden
handler404 = views.not_found
handler500 = views.failed
