"""Addresses: essential contract data: import, corrections, exports."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
