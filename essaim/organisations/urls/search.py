"""Search, map, lists, saved searches."""

from django.urls import URLPattern, path

from essaim.organisations.views import lists, map, saved, search

urlpatterns: list[URLPattern] = [
    path("", search.search, name="search"),
    path("print/", search.printed, name="print"),
    path("places/", search.place_suggestions, name="places"),
    path("map/", map.full_map, name="map"),
    path("embed/", map.embed, name="embed"),
    path("share/", map.share, name="share"),
    path("tiles/<int:z>/<int:x>/<int:y>.pbf", map.tile, name="tile"),
    path("lists/", lists.lists, name="lists"),
    path("lists/make/", lists.make_list, name="make_list"),
    path("lists/shared/<str:token>/", lists.shared_list, name="shared_list"),
    path("lists/<int:id>/", lists.one_list, name="list"),
    path("lists/<int:id>/list.<str:form>", lists.list_file, name="list_file"),
    path("lists/<int:id>/rename/", lists.rename_list, name="rename_list"),
    path("lists/<int:id>/share/", lists.share_list, name="share_list"),
    path("lists/<int:id>/stop-sharing/", lists.stop_sharing, name="stop_sharing"),
    path("lists/<int:id>/delete/", lists.delete_list, name="delete_list"),
    path("lists/<int:id>/note/", lists.note_item, name="note_item"),
    path("lists/<int:id>/remove/", lists.remove_item, name="remove_item"),
    path("<int:id>/keep/", lists.keep, name="keep"),
    path("searches/", saved.searches, name="searches"),
    path("searches/save/", saved.save_search, name="save_search"),
    path("searches/stop/<str:token>/", saved.stop_alert, name="stop_alert"),
    path("searches/<int:id>/change/", saved.change_search, name="change_search"),
    path("searches/<int:id>/stop/", saved.stop_search, name="stop_search"),
    path("searches/<int:id>/resume/", saved.resume_search, name="resume_search"),
    path("searches/<int:id>/delete/", saved.delete_search, name="delete_search"),
]
