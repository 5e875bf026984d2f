from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "essaim.site"
    label = "site"

    def ready(self) -> None:
        """Rooms below ask rooms above through lists that this room, which knows them all, fills."""
        from essaim.organisations.queries import held  # noqa: PLC0415  # models are loaded by now only
        from essaim.procurement.queries.held import held_about  # noqa: PLC0415

        held.ROOMS_ABOVE["procurement"] = held_about
