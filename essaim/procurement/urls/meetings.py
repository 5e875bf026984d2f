"""Addresses: business meetings: wishes, schedule, agendas, follow-up."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
