from django.urls import path

from essaim.ui import views

app_name = "ui"

urlpatterns = [
    path("ui/drafts/", views.draft, name="draft"),
    path("ui/gallery/", views.gallery, name="gallery"),
    path("ui/gallery/map/<str:kind>.geojson", views.gallery_map, name="gallery-map"),
    path("ui/gallery/suggestions/", views.gallery_suggestions, name="gallery-suggestions"),
]
