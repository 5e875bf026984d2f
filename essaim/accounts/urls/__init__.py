"""Addresses of the room, under /accounts/. Those django-allauth names itself are beside, in `doors`."""

from allauth.account import views as door
from django.urls import path

from essaim.accounts import views

app_name = "accounts"

urlpatterns = [
    # The same pages as `account_login` and `account_logout`, under the names the other rooms know.
    path("login/", door.login, name="login"),
    path("logout/", door.logout, name="logout"),
    path("", views.account, name="account"),
    path("<slug:slug>/roles/", views.roles, name="roles"),
    path("<slug:slug>/roles/<int:membership>/revoke/", views.revoke, name="revoke"),
]
