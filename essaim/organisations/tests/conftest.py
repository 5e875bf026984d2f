"""Fixtures of the room's tests."""

from essaim.organisations.tests.brute_engine import brute  # noqa: F401  # a fixture
