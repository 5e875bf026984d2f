from django.apps import AppConfig


class ProcurementConfig(AppConfig):
    name = "essaim.procurement"
    label = "procurement"
