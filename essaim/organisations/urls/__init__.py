"""Addresses of the directory, under /organisations/. One file a part, beside."""

from essaim.organisations.urls import data, desk, imports, owner, page, search

app_name = "organisations"

# The page's `<int:id>/` addresses come last: the others are words.
urlpatterns = [
    *search.urlpatterns,
    *data.urlpatterns,
    *imports.urlpatterns,
    *desk.urlpatterns,
    *owner.urlpatterns,
    *page.urlpatterns,
]
