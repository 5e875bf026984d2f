"""What the shared site holds: an administrator, an authority and an invented directory with full pages."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "essaim.site.settings")
django.setup()

from django.utils import timezone  # noqa: E402

from essaim.accounts.operations import create_administrator, create_authority  # noqa: E402
from essaim.organisations.search import bring_up_to_date  # noqa: E402
from essaim.organisations.tests.directory_factory import write_directory  # noqa: E402
from essaim.organisations.tests.page_factory import fill_pages  # noqa: E402
from tests.journeys.sites import ADMINISTRATOR, PASSWORD  # noqa: E402


def main() -> None:
    today = timezone.localdate()
    create_administrator(email=ADMINISTRATOR, password=PASSWORD, by=None, on=today)
    create_authority(
        name="Métropole de Lille", slug="mel", territory="epci:200093201", siren=None, by=None, on=today
    )
    write_directory()
    fill_pages()
    bring_up_to_date()


if __name__ == "__main__":
    main()
