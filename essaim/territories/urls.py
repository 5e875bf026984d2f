from django.urls import path

from essaim.territories import views

app_name = "territories"
urlpatterns = [
    path("", views.search, name="search"),
    path("locate/", views.locate, name="locate"),
    path("outlines.geojson", views.outlines, name="outlines"),
]
