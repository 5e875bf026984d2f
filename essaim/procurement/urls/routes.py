"""Addresses: what the law allows for a need on a date."""

from django.urls import URLPattern, path, re_path

from essaim.procurement.views import routes

urlpatterns: list[URLPattern] = [
    path("routes/", routes.routes, name="routes"),
    re_path(r"^routes\.(?P<form>csv|json)$", routes.routes_file, name="routes_file"),
]
