"""`essaim accounts ...`: the acts that open an installation."""

import os

import click
import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "essaim.site.settings")
django.setup()

from django.utils import timezone  # noqa: E402  # models need the settings above

from essaim.accounts import operations  # noqa: E402
from essaim.ui.database import ready_tables  # noqa: E402


@click.group()
def command() -> None:
    """People, authorities, roles."""
    ready_tables()


@command.command("create-administrator")
@click.argument("email")
@click.password_option(help="Asked for when absent.")
def create_administrator(email: str, password: str) -> None:
    """Register someone who administers the whole installation."""
    user = operations.create_administrator(email=email, password=password, by=None, on=timezone.localdate())
    click.echo(f"1 administrateur créé : {user.email}")


@command.command("create-authority")
@click.argument("name")
@click.argument("slug")
@click.argument("territory")
@click.option("--siren", default=None, help="SIREN of the authority.")
def create_authority(name: str, slug: str, territory: str, siren: str | None) -> None:
    """Open the installation to an authority, e.g. "Métropole de Lille" mel epci:200093201."""
    made = operations.create_authority(
        name=name, slug=slug, territory=territory, siren=siren, by=None, on=timezone.localdate()
    )
    click.echo(f"1 collectivité créée : {made.name} ({made.territory})")
