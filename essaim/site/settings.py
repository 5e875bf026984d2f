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
IDENTITY_KEY = environment.identity_key(HOME)

INSTALLED_APPS = [
    "essaim.site",
    "essaim.atlas",
    "essaim.procurement",
    "essaim.organisations",
    "essaim.territories",
    "essaim.accounts",
    "essaim.ui",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
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
    "allauth.account.middleware.AccountMiddleware",
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
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in {
        "UserAttributeSimilarityValidator": {},
        "MinimumLengthValidator": {"min_length": 12},
        "CommonPasswordValidator": {},
        "NumericPasswordValidator": {},
    }.items()
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

# How people come in (django-allauth): mail and password, a second factor if they wish, an OpenID Connect provider
# if the installation has one. A mail address is believed once the link sent to it was followed.
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
SIGNUP = environment.flag("ESSAIM_SIGNUP", True)
ACCOUNT_ADAPTER = "essaim.accounts.door.Door"
SOCIALACCOUNT_ADAPTER = "essaim.accounts.door.ProviderDoor"
MFA_ADAPTER = "essaim.accounts.door.FactorDoor"
ACCOUNT_FORMS = {
    "login": "essaim.accounts.forms.LoginForm",
    "signup": "essaim.accounts.forms.SignupForm",
    "add_email": "essaim.accounts.forms.AddressForm",
    "change_password": "essaim.accounts.forms.ChangePasswordForm",
    "set_password": "essaim.accounts.forms.SetPasswordForm",
    "reset_password": "essaim.accounts.forms.ForgottenPasswordForm",
    "reset_password_from_key": "essaim.accounts.forms.NewPasswordForm",
    "reauthenticate": "essaim.accounts.forms.PasswordAgainForm",
}
MFA_FORMS = {
    "authenticate": "essaim.accounts.forms.CodeForm",
    "reauthenticate": "essaim.accounts.forms.CodeAgainForm",
    "activate_totp": "essaim.accounts.forms.ActivateForm",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
SESSION_COOKIE_AGE = 14 * 24 * 3600
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Essaim"
# A clock one step (30 s) early or late is forgiven.
MFA_TOTP_TOLERANCE = 1
OIDC = environment.openid_provider()
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [OIDC.as_app()] if OIDC else []}
}
SOCIALACCOUNT_AUTO_SIGNUP = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION = SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = bool(
    OIDC and OIDC.trusts_mail
)

# Links in mails, exports and the sitemap begin so.
PUBLIC_URL = environment.public_url("http://localhost:8000")
vars().update(environment.mail(HOME / "mail"))
DEFAULT_FROM_EMAIL = SERVER_EMAIL = os.environ.get("ESSAIM_MAIL_FROM") or "Essaim <essaim@localhost>"

# Proxies of ours in front of the site: whose word is taken for a reader's address.
PROXIES = ALLAUTH_TRUSTED_PROXY_COUNT = environment.whole("ESSAIM_PROXIES", 0)
# Requests a minute to the API and the downloads: from one address, and with one key.
RATE_ANONYMOUS = environment.whole("ESSAIM_RATE_ANONYMOUS", 60)
RATE_KEY = environment.whole("ESSAIM_RATE_KEY", 600)

# Kept in memory, each process its own; "limits" counts requests, and must not be pushed out by the rest.
LOCAL_MEMORY = "django.core.cache.backends.locmem.LocMemCache"
CACHES = {
    "default": {"BACKEND": LOCAL_MEMORY, "OPTIONS": {"MAX_ENTRIES": 2000}},
    "limits": {"BACKEND": LOCAL_MEMORY, "LOCATION": "limits", "OPTIONS": {"MAX_ENTRIES": 100_000}},
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
                    "url_name": "organisations:search",
                    "label": _("L'annuaire"),
                    "summary": _("Qui fait quoi, où, et pourquoi c'est de l'ESS"),
                },
                {
                    "url_name": "organisations:map",
                    "label": _("La carte"),
                    "summary": _("Tous les résultats, regroupés par lieu"),
                },
                {
                    "url_name": "organisations:channels",
                    "label": _("Les filières"),
                    "summary": _("Qui tient chaque maillon, et ce qui manque"),
                },
                {
                    "url_name": "territories:locate",
                    "label": _("Situer un lieu"),
                    "summary": _("Sa commune, son quartier prioritaire"),
                },
            ],
        },
        {
            "label": _("Agir"),
            "entries": [
                {
                    "url_name": "procurement:routes",
                    "label": _("Que permet le droit ?"),
                    "summary": _("Les procédures d'achat public, à une date"),
                },
                {
                    "url_name": "procurement:calendar",
                    "label": _("Les achats à venir"),
                    "summary": _("Ce que les acheteurs publics prévoient"),
                },
                {
                    "url_name": "procurement:meetings",
                    "label": _("Les rencontres d'affaires"),
                    "summary": _("Acheteurs et fournisseurs autour d'une table"),
                },
                {
                    "url_name": "organisations:supports",
                    "label": _("Qui accompagne qui"),
                    "summary": _("Les appuis, étape par étape"),
                },
                {
                    "url_name": "organisations:esus",
                    "label": _("L'agrément ESUS"),
                    "summary": _("Vérifier soi-même les conditions"),
                },
                {
                    "url_name": "organisations:propose_new",
                    "label": _("Proposer un lieu"),
                    "summary": _("Faire entrer une initiative dans l'annuaire"),
                },
            ],
        },
        {"label": _("Décider"), "entries": []},
        {
            "label": _("Comprendre"),
            "entries": [
                {
                    "url_name": "procurement:schemes",
                    "label": _("Les achats responsables"),
                    "summary": _("Objectifs et résultats des SPASER"),
                },
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
                    "url_name": "organisations:freshness",
                    "label": _("La fraîcheur des données"),
                    "summary": _("Ce que dit chaque source, et depuis quand"),
                },
                {
                    "url_name": "organisations:data",
                    "label": _("Les données ouvertes"),
                    "summary": _("L'annuaire à télécharger, son dictionnaire"),
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
        {"url_name": "organisations:data", "label": _("Données ouvertes")},
        {"url_name": "api", "label": _("API")},
        {"url_name": "organisations:object_any", "label": _("Vos données")},
    ],
    # One's own account page ends with these.
    "mine": [
        {
            "url_name": "organisations:mine",
            "label": _("Mes organisations"),
            "summary": _("Celles dont vous tenez la fiche"),
        },
        {
            "url_name": "organisations:lists",
            "label": _("Mes listes"),
            "summary": _("D'organisations, à garder ou à partager"),
        },
        {
            "url_name": "organisations:searches",
            "label": _("Mes recherches suivies"),
            "summary": _("Ce qui est nouveau, par courriel"),
        },
        {
            "url_name": "organisations:keys",
            "label": _("Mes clés d'API"),
            "summary": _("Pour interroger l'annuaire par programme"),
        },
        {
            "url_name": "organisations:desk",
            "label": _("Le bureau de l'agent"),
            "summary": _("Ce qui attend une décision"),
            "roles": ("agent", "administrator"),
        },
        {
            "url_name": "procurement:needs",
            "label": _("Les besoins d'achat"),
            "summary": _("Calendrier, fournisseurs, messages"),
            "roles": ("buyer", "administrator"),
        },
        {
            "url_name": "procurement:contract_imports",
            "label": _("Les données des marchés"),
            "summary": _("Imports, entrées à corriger"),
            "roles": ("buyer", "agent", "administrator"),
        },
        {
            "url_name": "procurement:article35",
            "label": _("Le contrôle de l'article 35"),
            "summary": _("Obligations et dispenses, achat par achat"),
            "roles": ("buyer", "agent", "administrator"),
        },
        {
            "url_name": "procurement:clauses",
            "label": _("Les clauses sociales"),
            "summary": _("Heures dues, déclarées, validées"),
            "roles": ("facilitator", "buyer", "agent"),
        },
        {
            "url_name": "procurement:clauses_mine",
            "label": _("Mes heures d'insertion"),
            "summary": _("À déclarer chaque mois pour une entreprise"),
        },
        {
            "url_name": "organisations:imports",
            "label": _("Les imports"),
            "summary": _("Registre et listes entrés dans l'annuaire"),
            "roles": ("agent", "administrator"),
        },
        {
            "url_name": "organisations:journal",
            "label": _("Le journal"),
            "summary": _("Ce qui a été fait, et l'annuler"),
            "roles": ("agent", "administrator"),
        },
    ],
    "account": "accounts:account",
    "login": "accounts:login",
    "logout": "accounts:logout",
    "has_typeface": (NODE_MODULES / "@fontsource-variable/atkinson-hyperlegible-next").exists(),
    "version": environment.version(),
    "source_url": os.environ.get("ESSAIM_SOURCE_URL") or None,
}
