"""Addresses: what the law allows for a need on a date."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
