"""The one settings file. What an installation may choose comes from the environment (see environment.py)."""

import os
from pathlib import Path

from django.utils.translation import gettext_lazy as _

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
    "essaim.site.static_files.StaticFiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "essaim.site.middleware.ContentSecurity",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "essaim.ui.middleware.LanguageParameter",
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
                "essaim.ui.context.shell",
                "essaim.site.context.installation",
            ],
        },
    }
]

DATABASES = {"default": environment.database(HOME / "essaim.sqlite3")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "home"

# Behind a proxy that speaks HTTPS: cookies travel encrypted only, browsers are told to come back so.
HTTPS = environment.flag("ESSAIM_HTTPS", False)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "essaim.site.views.csrf_failed"

CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 2000}}
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": os.environ.get("ESSAIM_LOG_LEVEL") or "WARNING"},
}

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français"), ("en", "English")]
TIME_ZONE = "Europe/Paris"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = HOME / "static"
# Hashed names, cached for ever by browsers, need `collectstatic`; without them files are served where they lie.
STATIC_HASHED = environment.flag("ESSAIM_STATIC_HASHED", not DEBUG)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "essaim.site.static_files.HashedFiles"
        if STATIC_HASHED
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = not STATIC_HASHED
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

# The territory this installation is about, if any: it opens the home page.
TERRITORY = os.environ.get("ESSAIM_TERRITORY") or None

# What the page shell shows (see ui/context.py). An entry whose page does not exist yet does not appear.
SHELL = {
    "navigation": [
        {
            "label": _("Explorer"),
            "entries": [
                {
                    "url_name": "atlas:choose",
                    "label": _("L'atlas"),
                    "summary": _("L'ESS d'un territoire en chiffres"),
                },
                {
                    "url_name": "atlas:compare",
                    "label": _("Comparer"),
                    "summary": _("Jusqu'à cinq territoires"),
                },
                {
                    "url_name": "territories:locate",
                    "label": _("Situer un lieu"),
                    "summary": _("Sa commune, son quartier prioritaire"),
                },
            ],
        },
        {"label": _("Agir"), "entries": []},
        {"label": _("Décider"), "entries": []},
        {
            "label": _("Comprendre"),
            "entries": [
                {
                    "url_name": "law",
                    "label": _("La loi appliquée"),
                    "summary": _("Chaque règle, sa date, son article"),
                },
                {
                    "url_name": "atlas:method",
                    "label": _("La méthode"),
                    "summary": _("Comment chaque chiffre est calculé"),
                },
                {
                    "url_name": "api",
                    "label": _("Les données"),
                    "summary": _("L'interface de programmation (API)"),
                },
            ],
        },
    ],
    "footer": [
        {"url_name": "law", "label": _("La loi appliquée")},
        {"url_name": "atlas:method", "label": _("La méthode")},
        {"url_name": "api", "label": _("API")},
    ],
    "login": "accounts:login",
    "logout": "accounts:logout",
    "has_typeface": (NODE_MODULES / "@fontsource-variable/atkinson-hyperlegible-next").exists(),
    "version": environment.version(),
    "source_url": os.environ.get("ESSAIM_SOURCE_URL") or None,
}
