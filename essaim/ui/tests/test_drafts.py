"""What one types is kept for oneself alone, within limits."""

import json
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.core.signing import Signer
from django.http import QueryDict
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from essaim.ui import drafts
from essaim.ui.models import Draft

pytestmark = pytest.mark.django_db
KEY = "room:form:1"


def request_of(user=None, session=None):
    request = RequestFactory().get("/")
    request.user = user or AnonymousUser()
    request.session = session if session is not None else SessionStore()
    return request


def person(name):
    return get_user_model().objects.create_user(username=name, email=f"{name}@exemple.fr")


def test_it_is_found_again_by_its_author_alone():
    ada, bob = person("ada"), person("bob")
    drafts.keep(
        request_of(ada), KEY, QueryDict("a=1&a=2&b=é&csrfmiddlewaretoken=x&password=secret&draft_form=y")
    )
    assert dict(drafts.typed(request_of(ada), KEY).lists()) == {"a": ["1", "2"], "b": ["é"]}
    assert drafts.typed(request_of(bob), KEY) is drafts.typed(request_of(), KEY) is None
    drafts.forget(request_of(bob), KEY)
    drafts.forget(request_of(ada), KEY)
    assert Draft.objects.count() == 0


def test_a_visitor_has_theirs_in_their_session_whose_key_is_not_kept():
    session = SessionStore()
    drafts.keep(request_of(session=session), KEY, QueryDict("a=1"))
    assert drafts.typed(request_of(session=session), KEY)["a"] == "1"
    assert session.session_key not in Draft.objects.get().owner
    assert drafts.typed(request_of(), KEY) is None


def test_saving_again_replaces():
    ada = request_of(person("ada"))
    for value in "12":
        drafts.keep(ada, KEY, QueryDict(f"a={value}"))
    assert [draft.content for draft in Draft.objects.all()] == [{"a": ["2"]}]


def test_too_long_or_too_many_are_refused():
    ada = request_of(person("ada"))
    with pytest.raises(drafts.DraftRefused):
        drafts.keep(ada, KEY, QueryDict("a=" + "x" * (drafts.MOST_BYTES + 1)))
    for number in range(drafts.MOST_DRAFTS):
        drafts.keep(ada, f"form{number}", QueryDict("a=1"))
    with pytest.raises(drafts.DraftRefused):
        drafts.keep(ada, KEY, QueryDict("a=1"))
    drafts.keep(ada, "form0", QueryDict("a=2"))
    assert Draft.objects.count() == drafts.MOST_DRAFTS


def test_old_ones_are_removed():
    drafts.keep(request_of(person("ada")), KEY, QueryDict("a=1"))
    now = timezone.now()
    assert drafts.purge(now) == 0
    assert drafts.purge(now + timedelta(days=drafts.KEPT_DAYS, minutes=1)) == 1


class TestTheAddress:
    def post(self, client, **values):
        return client.post(reverse("ui:draft"), values)

    def test_it_says_the_hour(self):
        client = Client()
        client.force_login(person("ada"))
        answer = self.post(client, draft_form=Signer(salt=drafts.SALT).sign(KEY), a="1\0")
        hour = timezone.localtime(Draft.objects.get().saved_at).strftime("%H:%M")
        assert (json.loads(answer.content), Draft.objects.get().content) == (
            {"words": f"Brouillon enregistré à {hour}", "saved_at": hour}, {"a": ["1"]},
        )  # fmt: skip

    def test_a_key_we_did_not_hand_out_keeps_nothing(self):
        for signed in ("", KEY, f"{KEY}:forged", Signer(salt="other").sign(KEY)):
            assert self.post(Client(), draft_form=signed, a="1").status_code == 400
        assert Draft.objects.count() == 0

    def test_too_long_is_said(self):
        signed = Signer(salt=drafts.SALT).sign(KEY)
        assert self.post(Client(), draft_form=signed, a="x" * 200_000).status_code == 413
