"""What the environment says, read with types; a wrong value stops the start with one clear sentence."""

import base64
import os
import secrets
import tomllib
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit


class WrongSetting(ValueError):
    pass


def home() -> Path:
    """The folder under which an installation writes everything (ESSAIM_HOME, default ./var)."""
    return Path(os.environ.get("ESSAIM_HOME") or "var").absolute()


def version() -> str:
    """The installed version, or that of the checkout one runs from."""
    try:
        return metadata.version("essaim")
    except metadata.PackageNotFoundError:
        project = Path(__file__).resolve().parents[2] / "pyproject.toml"
        return str(tomllib.loads(project.read_text())["project"]["version"])


def flag(name: str, default: bool) -> bool:
    value = os.environ.get(name)
    if value is None or value == "":
        return default
    if value.lower() in ("1", "true", "yes", "on"):
        return True
    if value.lower() in ("0", "false", "no", "off"):
        return False
    raise WrongSetting(f"{name}={value!r}: write 1 or 0")


def words(name: str, default: list[str]) -> list[str]:
    value = os.environ.get(name)
    return [word.strip() for word in value.split(",") if word.strip()] if value else default


def whole(name: str, default: int) -> int:
    """A whole number, zero or more."""
    value = os.environ.get(name)
    if not value:
        return default
    if not (value.isascii() and value.isdigit()):
        raise WrongSetting(f"{name}={value!r}: write a whole number, for example {default}")
    return int(value)


def public_url(default: str) -> str:
    """ESSAIM_URL, the address people know the site by, without a final slash."""
    value = (os.environ.get("ESSAIM_URL") or default).rstrip("/")
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
        raise WrongSetting(f"ESSAIM_URL={value!r}: write an address, for example https://ess.exemple.fr")
    return value


def secret_key(folder: Path) -> str:
    """ESSAIM_SECRET_KEY, or a key made once and kept in the installation's folder."""
    if key := os.environ.get("ESSAIM_SECRET_KEY"):
        return key
    file = folder / "secret_key"
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        file.write_text(secrets.token_urlsafe(50))
        file.chmod(0o600)
    return file.read_text().strip()


def identity_key(folder: Path) -> str:
    """ESSAIM_IDENTITY_KEY, which enciphers the names of beneficiaries (32 bytes in URL-safe base64), or one made once
    and kept in the installation's folder. Apart from the secret key, so that changing one does not lose the other.

    Several keys, separated by commas, while one takes the place of another: the first enciphers, all decipher.
    """
    file = folder / "identity_key"
    if not (key := os.environ.get("ESSAIM_IDENTITY_KEY")):
        if not file.exists():
            folder.mkdir(parents=True, exist_ok=True)
            file.write_text(base64.urlsafe_b64encode(secrets.token_bytes(32)).decode())
            file.chmod(0o600)
        key = file.read_text().strip()
    if not all(_is_identity_key(each) for each in key.split(",")):
        raise WrongSetting(
            "ESSAIM_IDENTITY_KEY: write 32 random bytes in URL-safe base64 (44 characters); several keys, the newest "
            "first, are separated by commas"
        )
    return key


def _is_identity_key(key: str) -> bool:
    try:
        return len(base64.b64decode(key, altchars=b"-_", validate=True)) == 32
    except ValueError:
        return False


def database(default_file: Path) -> dict[str, object]:
    """Django's database entry from ESSAIM_DATABASE_URL (sqlite:///file or postgres://user@host:port/name)."""
    url = os.environ.get("ESSAIM_DATABASE_URL") or f"sqlite:///{default_file}"
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": unquote(parts.path[1:]),
            "OPTIONS": {
                # Writers queue instead of failing, readers never wait for them.
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
            },
        }
    if parts.scheme in ("postgres", "postgresql"):
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path[1:]),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or "",
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
        }
    raise WrongSetting(
        f"ESSAIM_DATABASE_URL starts with {parts.scheme!r}: write sqlite:///file or postgres://user@host/name"
    )


def mail(default_folder: Path) -> dict[str, object]:
    """Django's mail settings from ESSAIM_MAIL_URL: console:, file:///folder (default: HOME/mail, one file a mail),
    smtp://user:password@host:587 (STARTTLS, unless ?starttls=0) or smtps://user:password@host:465."""
    url = os.environ.get("ESSAIM_MAIL_URL") or f"file://{default_folder}"
    parts = urlsplit(url)
    backends = "django.core.mail.backends"
    if parts.scheme == "console":
        return {"EMAIL_BACKEND": f"{backends}.console.EmailBackend"}
    if parts.scheme == "file" and parts.path:
        return {
            "EMAIL_BACKEND": f"{backends}.filebased.EmailBackend",
            "EMAIL_FILE_PATH": unquote(parts.path),
        }
    if parts.scheme in ("smtp", "smtps") and parts.hostname:
        is_wrapped = parts.scheme == "smtps"
        starts_tls = not is_wrapped and parse_qs(parts.query).get("starttls") != ["0"]
        return {
            "EMAIL_BACKEND": f"{backends}.smtp.EmailBackend",
            "EMAIL_HOST": parts.hostname,
            "EMAIL_PORT": parts.port or (465 if is_wrapped else 587),
            "EMAIL_HOST_USER": unquote(parts.username or ""),
            "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
            "EMAIL_USE_SSL": is_wrapped,
            "EMAIL_USE_TLS": starts_tls,
            "EMAIL_TIMEOUT": 20,
        }
    # The address may hold a password: only its beginning is repeated.
    raise WrongSetting(
        f"ESSAIM_MAIL_URL starts with {parts.scheme!r}: write console:, file:///folder, "
        "smtp://user:password@host:587 or smtps://user:password@host:465"
    )


@dataclass(frozen=True)
class OpenIdProvider:
    """Who else may say who someone is: ProConnect, a Keycloak, the authority's own directory."""

    name: str
    issuer: str
    client_id: str
    secret: str
    trusts_mail: bool

    @property
    def origin(self) -> str:
        parts = urlsplit(self.issuer)
        return f"{parts.scheme}://{parts.netloc}"

    def as_app(self) -> dict[str, object]:
        """As django-allauth wants it."""
        return {
            "provider_id": "oidc",
            "name": self.name,
            "client_id": self.client_id,
            "secret": self.secret,
            "settings": {"server_url": self.issuer, "verified_email": self.trusts_mail},
        }


OIDC_NAMES = ("ESSAIM_OIDC_NAME", "ESSAIM_OIDC_ISSUER", "ESSAIM_OIDC_CLIENT_ID", "ESSAIM_OIDC_SECRET")


def openid_provider() -> OpenIdProvider | None:
    """The OpenID Connect provider, when its four settings are given; three of them are a mistake, and said so."""
    values = {name: os.environ.get(name, "").strip() for name in OIDC_NAMES}
    if not any(values.values()):
        return None
    missing = [name for name, value in values.items() if not value]
    if missing:
        raise WrongSetting(f"{', '.join(missing)} missing: the four ESSAIM_OIDC_ settings go together")
    name, issuer, client_id, secret = values.values()
    parts = urlsplit(issuer)
    is_local = parts.hostname in ("localhost", "127.0.0.1", "::1")
    if not parts.hostname or not (parts.scheme == "https" or (parts.scheme == "http" and is_local)):
        raise WrongSetting(f"ESSAIM_OIDC_ISSUER={issuer!r}: write an https:// address")
    return OpenIdProvider(name, issuer.rstrip("/"), client_id, secret, flag("ESSAIM_OIDC_TRUSTS_MAIL", False))
