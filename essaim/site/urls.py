from django.contrib import admin
from django.urls import include, path

from essaim.site import views

urlpatterns = [
    path("", views.home, name="home"),
    path("", include("essaim.ui.urls")),
    path("accounts/", include("essaim.accounts.urls")),
    path("admin/", admin.site.urls),
]
