"""Whether the directory is made up: what its standing imports say."""

from django.db.models import QuerySet

from essaim.organisations.models import Import, Organisation

DEMONSTRATION = "demonstration"
"""Format and dataset of what is invented beside the simulated register."""


def standing_imports() -> QuerySet[Import]:
    """Those written and not undone."""
    return Import.objects.filter(act__isnull=False, act__undone_by__isnull=True)


def is_directory_fictitious() -> bool:
    return standing_imports().filter(is_fictitious=True).exists()


def has_real_organisations() -> bool:
    """Whether anything may be real: a real file was imported, or organisations are there that no file invented."""
    standing = standing_imports()
    if standing.filter(is_fictitious=False).exists():
        return True
    return not standing.exists() and Organisation.objects.exists()


def demonstration_import() -> Import | None:
    """What `demonstrate_directory` wrote, while it stands."""
    return standing_imports().filter(format=DEMONSTRATION).first()
