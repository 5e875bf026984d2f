"""Imports and freshness."""

from django.urls import path

from essaim.organisations.views import freshness, imports

urlpatterns = [
    path("imports/", imports.imports, name="imports"),
    path("imports/new/", imports.import_new, name="import_new"),
    path("imports/<int:number>/", imports.import_page, name="import"),
    path("imports/<int:number>/apply/", imports.import_apply, name="import_apply"),
    path("imports/<int:number>/undo/", imports.import_undo, name="import_undo"),
    path("imports/<int:number>/rejected.csv", imports.import_rejected, name="import_rejected"),
    path("freshness/", freshness.freshness, name="freshness"),
    path("freshness.csv", freshness.freshness_csv, name="freshness_csv"),
]
