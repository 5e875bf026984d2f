from django.apps import AppConfig


class AtlasConfig(AppConfig):
    name = "essaim.atlas"
    label = "atlas"
