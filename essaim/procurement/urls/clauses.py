"""Addresses: social clauses: hours due, forecast, validated."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
