"""An organisation's page, supports, channels."""

from django.urls import URLPattern, path

from essaim.organisations.views import channels, esus, page, supports

urlpatterns: list[URLPattern] = [
    path("esus/", esus.esus, name="esus"),
    path("supports/", supports.supports, name="supports"),
    path("supports.csv", supports.supports_csv, name="supports_csv"),
    path("channels/", channels.channels, name="channels"),
    path("channels/<slug:code>/", channels.channel, name="channel"),
    path("channels/<slug:code>.csv", channels.channel_csv, name="channel_csv"),
    path("<int:id>/", page.organisation, name="organisation"),
    path("<int:id>.json", page.organisation_json, name="organisation_json"),
    path("<int:id>.jsonld", page.organisation_jsonld, name="organisation_jsonld"),
    path("<int:id>/sites.geojson", page.sites, name="sites"),
    path("<int:id>/contacts/", page.contacts, name="contacts"),
    path("<int:id>/supports/add/", supports.add_support, name="add_support"),
    path("<int:id>/supports/<int:support>/", supports.change_support, name="change_support"),
    path("<int:id>/supports/<int:support>/remove/", supports.remove_support, name="remove_support"),
    path("<int:id>/steps/", channels.steps, name="steps"),
]
