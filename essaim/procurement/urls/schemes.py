"""Addresses: SPASER: objectives, indicators, publication, and the article 35 control."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
