"""Keys to the API: shown once, kept hashed, revoked; and the limits they lift."""

import pytest
from django.core.cache import caches
from django.test import Client, RequestFactory
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from essaim.accounts.models import Entry, User
from essaim.organisations import limits
from essaim.organisations.models import ApiKey
from essaim.organisations.operations.keys import KeyRefused, create_key, note_use, revoke_key
from essaim.organisations.queries.keys import key_of
from essaim.organisations.rules.limits import WINDOW_S, in_view, wait_s
from essaim.organisations.tests.factories import TODAY, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_counted_yet() -> None:
    caches["limits"].clear()


@pytest.fixture
def bob() -> User:
    return make_user("bob")


def test_a_key_opens_is_not_kept_and_closes(bob: User) -> None:
    key, secret = create_key(name=" carte ", by=bob, on=TODAY)
    assert (key.name, key_of(secret)) == ("carte", key)
    assert secret not in repr(ApiKey.objects.values())
    assert secret not in repr(Entry.objects.values())
    assert [key_of(wrong) for wrong in (secret + "x", secret[:-1], key.prefix, "", "essaim_")] == [None] * 5
    revoke_key(key=key, by=bob, on=TODAY)
    revoke_key(key=key, by=bob, on=TODAY)
    assert key_of(secret) is None
    assert list(Entry.objects.order_by("id").values_list("act", flat=True)) == [
        "API key created",
        "API key revoked",
    ]


def test_the_keys_of_a_closed_account_open_nothing(bob: User) -> None:
    _, secret = create_key(name="carte", by=bob, on=TODAY)
    User.objects.filter(pk=bob.pk).update(is_active=False)
    assert key_of(secret) is None


def test_a_key_is_revoked_by_its_owner_or_the_administrator(bob: User) -> None:
    key, _ = create_key(name="carte", by=bob, on=TODAY)
    with pytest.raises(KeyRefused, match="not yours"):
        revoke_key(key=key, by=make_user(), on=TODAY)
    revoke_key(key=key, by=make_user(is_superuser=True), on=TODAY)
    assert ApiKey.objects.get().revoked_on == TODAY


def test_a_key_needs_a_use_and_there_are_ten_at_most(bob: User) -> None:
    for name in ("", "   ", "x" * 121):
        with pytest.raises(KeyRefused, match="what the key is for"):
            create_key(name=name, by=bob, on=TODAY)
    for number in range(10):
        create_key(name=str(number), by=bob, on=TODAY)
    with pytest.raises(KeyRefused, match="already have 10 keys"):
        create_key(name="one more", by=bob, on=TODAY)


def test_the_day_a_key_served_is_written_once(
    bob: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    key, _ = create_key(name="carte", by=bob, on=TODAY)
    note_use(key=key, by=bob, on=TODAY)
    key.refresh_from_db()
    assert key.last_used_on == TODAY
    with django_assert_num_queries(0):
        note_use(key=key, by=bob, on=TODAY)


def test_the_secret_is_on_one_answer_only(client: Client, bob: User) -> None:
    client.force_login(bob)
    page = client.post("/organisations/data/keys/", {"name": "carte"})
    secret = page.context["secret"]
    assert secret in page.content.decode()
    assert "no-store" in page.headers["Cache-Control"]
    assert secret not in client.get("/organisations/data/keys/").content.decode()
    client.post(f"/organisations/data/keys/{ApiKey.objects.get().pk}/revoke/")
    assert key_of(secret) is None


def test_someone_elses_key_is_neither_seen_nor_revoked(client: Client, bob: User) -> None:
    key, _ = create_key(name="carte secrète de Bob", by=bob, on=TODAY)
    client.force_login(make_user())
    assert "carte secrète" not in client.get("/organisations/data/keys/").content.decode()
    assert client.post(f"/organisations/data/keys/{key.pk}/revoke/").status_code == 404


# --- limits -----------------------------------------------------------------------------------------------


@given(
    before=st.integers(0, 200),
    now=st.integers(0, 200),
    elapsed=st.floats(0, 59.9),
    limit=st.integers(1, 100),
)
def test_after_the_wait_one_more_is_welcome_and_not_a_second_sooner(
    before: int, now: int, elapsed: float, limit: int
) -> None:
    """The oracle slides the window second by second. More than `limit` is never counted in one minute."""
    before, now = min(before, limit), min(now, limit)
    wait = wait_s(before, now, elapsed, limit)

    def is_welcome(later: float) -> bool:
        at = elapsed + later
        if at < WINDOW_S:
            return in_view(before, now, at) + 1 <= limit + 1e-6
        return at >= 2 * WINDOW_S or in_view(now, 0, at - WINDOW_S) + 1 <= limit + 1e-6

    first = next(second for second in range(121) if is_welcome(second))
    assert wait == first


def asked(times: int, limit: int, start_s: float, every_s: float) -> list[bool]:
    welcome = []
    for number in range(times):
        try:
            limits.ask("address:192.0.2.1", limit, now_s=start_s + number * every_s)
            welcome.append(True)
        except limits.TooMany:
            welcome.append(False)
    return welcome


def test_a_burst_is_stopped_at_the_limit_and_a_steady_pace_under_it_never_is() -> None:
    assert asked(8, 5, 600, 0.1) == [True] * 5 + [False] * 3
    caches["limits"].clear()
    assert all(asked(300, 60, 600, 1.05))


def test_the_limit_does_not_start_afresh_with_the_minute() -> None:
    """Sixty at the end of one minute, then sixty at the start of the next, would be twice the limit."""
    first = asked(60, 60, 600 + 58, 0.01)
    second = asked(60, 60, 660 + 1, 0.01)
    assert (sum(first), sum(second)) == (60, 1)


def test_people_are_counted_apart_and_a_home_is_one(settings: Settings) -> None:
    def seen(address: str, forwarded: str = "") -> str:
        extra = {"X-Forwarded-For": forwarded} if forwarded else {}
        return limits.network_of(RequestFactory().get("/", REMOTE_ADDR=address, headers=extra))

    assert seen("192.0.2.1") == "192.0.2.1"
    assert seen("2001:db8:0:1::5") == seen("2001:db8:0:1:ffff::9") == "2001:db8:0:1::/64"
    # What anyone may write in a header is not believed...
    assert seen("192.0.2.1", "198.51.100.7") == "192.0.2.1"
    # ...but what our own proxy wrote last is.
    settings.PROXIES = 1
    assert seen("10.0.0.1", "1.2.3.4, 198.51.100.7") == "198.51.100.7"
    assert seen("10.0.0.1") == "10.0.0.1"


def test_too_much_is_answered_429_in_both_languages_and_a_key_lifts_it(
    client: Client, bob: User, settings: Settings
) -> None:
    settings.RATE_ANONYMOUS, settings.RATE_KEY = 2, 3
    address = "/organisations/data/organisations.csv"
    answers = [client.get(address) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [404, 404, 429]
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 120
    said = answers[-1].content.decode()
    assert "Trop de demandes en une minute" in said
    assert "Too many requests in a minute" in said

    key, secret = create_key(name="carte", by=bob, on=TODAY)
    with_key = [client.get(address, headers={"X-API-Key": secret}).status_code for _ in range(4)]
    assert with_key == [404, 404, 404, 429]
    key.refresh_from_db()
    assert key.last_used_on is not None


def test_a_wrong_key_is_said_and_guessing_is_counted(client: Client, settings: Settings) -> None:
    settings.RATE_ANONYMOUS = 2
    answers = [
        client.get("/organisations/data/organisations.csv", headers={"X-API-Key": f"essaim_{n}"})
        for n in range(3)
    ]
    assert [answer.status_code for answer in answers] == [401, 401, 429]
    assert "This API key does not exist" in answers[0].content.decode()
