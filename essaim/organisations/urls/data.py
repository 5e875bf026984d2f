"""Exports, catalogue, keys."""

from django.urls import URLPattern, path

from essaim.organisations.views import data, keys, mine

urlpatterns: list[URLPattern] = [
    path("data/", data.data, name="data"),
    path("data/catalogue.<str:form>", data.describe, name="catalogue"),
    path("data/dictionary.json", data.words, name="dictionary"),
    path("data/SHA256SUMS", data.checksums, name="checksums"),
    path("data/organisations.<str:form>", data.download, name="download"),
    path("data/selection.<str:form>", data.selection, name="selection"),
    path("mine/", mine.mine, name="mine"),
    path("data/keys/", keys.keys, name="keys"),
    path("data/keys/<int:key>/revoke/", keys.revoke, name="revoke_key"),
]
