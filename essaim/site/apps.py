from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "essaim.site"
    label = "site"
