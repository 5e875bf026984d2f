"""A setting is understood, or the start stops with a sentence."""

import pytest
from django.http import HttpResponse
from pytest_django.fixtures import Settings

from essaim.site import environment, middleware

PROVIDER = {
    "ESSAIM_OIDC_NAME": "ProConnect",
    "ESSAIM_OIDC_ISSUER": "https://fca.exemple.fr/api/v2/",
    "ESSAIM_OIDC_CLIENT_ID": "essaim",
    "ESSAIM_OIDC_SECRET": "secret",
}


def test_mails_are_files_by_default(tmp_path: object) -> None:
    assert environment.mail(tmp_path)["EMAIL_FILE_PATH"] == str(tmp_path)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://a%40b:p%2F@mail.exemple.fr", ("mail.exemple.fr", 587, "a@b", "p/", False, True)),
        ("smtps://mail.exemple.fr:2465", ("mail.exemple.fr", 2465, "", "", True, False)),
        ("smtp://mail.exemple.fr:25?starttls=0", ("mail.exemple.fr", 25, "", "", False, False)),
    ],
)
def test_mail_leaves_by_smtp(monkeypatch: pytest.MonkeyPatch, url: str, expected: tuple[object, ...]) -> None:
    monkeypatch.setenv("ESSAIM_MAIL_URL", url)
    read = environment.mail("unused")
    names = ("HOST", "PORT", "HOST_USER", "HOST_PASSWORD", "USE_SSL", "USE_TLS")
    assert tuple(read[f"EMAIL_{name}"] for name in names) == expected


@pytest.mark.parametrize(
    ("name", "value", "read"),
    [
        ("ESSAIM_MAIL_URL", "mailto:me:secret@x", lambda: environment.mail("unused")),
        ("ESSAIM_RATE_KEY", "-3", lambda: environment.whole("ESSAIM_RATE_KEY", 1)),
        ("ESSAIM_URL", "ess.exemple.fr", lambda: environment.public_url("http://x")),
        ("ESSAIM_OIDC_NAME", "ProConnect", environment.openid_provider),
    ],
)
def test_a_wrong_value_is_named_and_no_secret_repeated(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, read: object
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(environment.WrongSetting, match="ESSAIM_") as refused:
        read()
    assert "secret" not in str(refused.value)


def test_a_provider_is_four_settings_and_speaks_https(monkeypatch: pytest.MonkeyPatch) -> None:
    assert environment.openid_provider() is None
    for name, value in PROVIDER.items():
        monkeypatch.setenv(name, value)
    provider = environment.openid_provider()
    assert provider.origin == "https://fca.exemple.fr"
    assert provider.as_app()["settings"] == {
        "server_url": "https://fca.exemple.fr/api/v2",
        "verified_email": False,
    }
    monkeypatch.setenv("ESSAIM_OIDC_ISSUER", "http://fca.exemple.fr")
    with pytest.raises(environment.WrongSetting, match="https"):
        environment.openid_provider()


def test_forms_lead_to_the_provider_and_nowhere_else(settings: Settings) -> None:
    settings.OIDC = environment.OpenIdProvider("P", "https://fca.exemple.fr/api", "c", "s", False)
    guarded = middleware.ContentSecurity(lambda request: HttpResponse())
    policy = guarded(None).headers["Content-Security-Policy"]
    assert "form-action 'self' https://fca.exemple.fr;" in policy
