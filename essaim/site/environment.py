"""What the environment says, read with types; a wrong value stops the start with one clear sentence."""

import os
import secrets
import tomllib
from importlib import metadata
from pathlib import Path
from urllib.parse import unquote, urlsplit


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
