"""A small invented store, served by the site under test."""

from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from essaim.observatory.store import Store
from essaim.observatory.tests.stores import StoreFactory


@pytest.fixture
def store(tmp_path: Path, settings: Settings) -> Store:
    StoreFactory().write(tmp_path / "store")
    settings.STORE = tmp_path / "store"
    return Store(settings.STORE)
