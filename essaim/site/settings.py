"""The one settings file. What an installation may choose comes from the environment (see environment.py)."""

import os
from pathlib import Path

from essaim.site import environment

PROJECT = Path(__file__).resolve().parent.parent
HOME = environment.home()
STORE = Path(os.environ.get("ESSAIM_STORE") or HOME / "store")

DEBUG = environment.flag("ESSAIM_DEBUG", False)
ALLOWED_HOSTS = environment.words("ESSAIM_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = environment.words("ESSAIM_TRUSTED_ORIGINS", [])
SECRET_KEY = environment.secret_key(HOME)

INSTALLED_APPS = [
    "essaim.site",
    "essaim.atlas",
    "essaim.territories",
    "essaim.accounts",
    "essaim.ui",
    "django_htmx",
    "template_partials",
    "ninja",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "essaim.site.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
            ],
        },
    }
]

DATABASES = {"default": environment.database(HOME / "essaim.sqlite3")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.User"

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français"), ("en", "English")]
TIME_ZONE = "Europe/Paris"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = HOME / "static"
# Third-party JavaScript and fonts come from the npm lock file, served under static/vendor/.
NODE_MODULES = PROJECT.parent / "node_modules"
STATICFILES_DIRS = [
    (f"vendor/{name}", NODE_MODULES / folder)
    for name, folder in {
        "maplibre": "maplibre-gl/dist",
        "atkinson": "@fontsource-variable/atkinson-hyperlegible-next",
    }.items()
    if (NODE_MODULES / folder).exists()
]
