"""Addresses: the purchase calendar, lots, suppliers found, messages and market consultations."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
