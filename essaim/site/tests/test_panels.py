"""What rooms above put on the pages below, without the latter importing them."""

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path

from essaim.law.text import Text
from essaim.organisations.tests.factories import make_organisation
from essaim.site import panels
from essaim.site.panels import Panel, panels_by_place


def grants(request: HttpRequest, id: int) -> HttpResponse:
    return HttpResponse(f"<p>Aides de {id}</p>")


# A site with one more room, that of this test.
urlpatterns = [
    path("grants/<int:id>/", grants, name="grants"),
    path("", include("essaim.site.urls")),
]
handler404 = "essaim.site.views.not_found"

HERE = Panel(
    "organisation", Text("Aides reçues", "Grants received"), Text("Voir les aides", "See grants"), "grants"
)
GONE = Panel("organisation", Text("Locaux", "Premises"), Text("Voir", "See"), "premises:none")
ELSEWHERE = Panel("territory", Text("Bilan", "Balance"), Text("Voir", "See"), "grants")


@pytest.fixture
def listed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(panels, "PANELS", (HERE, GONE, ELSEWHERE))


def test_panels_stand_in_the_order_of_their_place(listed: None) -> None:
    assert panels_by_place() == {"organisation": [HERE, GONE], "territory": [ELSEWHERE]}


def test_every_listed_panel_leads_somewhere() -> None:
    """A panel takes one argument; its place is one a page offers."""
    assert {each.place for each in panels.PANELS} <= {"organisation"}


@pytest.mark.django_db
@pytest.mark.urls(__name__)
def test_a_panel_is_a_plain_link_that_htmx_replaces(client: Client, listed: None) -> None:
    organisation = make_organisation()
    html = client.get(f"/organisations/{organisation.pk}/").content.decode()
    assert f'hx-get="/grants/{organisation.pk}/"' in html
    assert f'<a href="/grants/{organisation.pk}/">Voir les aides</a>' in html
    assert html.count("data-panel=") == 1
    assert client.get(f"/grants/{organisation.pk}/").content.decode() == f"<p>Aides de {organisation.pk}</p>"


@pytest.mark.django_db
def test_without_panel_the_page_has_no_empty_heading(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(panels, "PANELS", ())
    html = client.get(f"/organisations/{make_organisation().pk}/").content.decode()
    assert "Avec la collectivité" not in html
    assert settings.ROOT_URLCONF == "essaim.site.urls"
