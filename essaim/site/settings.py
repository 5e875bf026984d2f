"""The one settings file. What an installation may choose comes from the environment (see environment.py)."""

import os
from pathlib import Path

from essaim.site import environment
from essaim.site.navigation import FOOTER, MINE, NAVIGATION

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
    "navigation": NAVIGATION,
    "footer": FOOTER,
    # One's own account page ends with these.
    "mine": MINE,
    "account": "accounts:account",
    "login": "accounts:login",
    "logout": "accounts:logout",
    "has_typeface": (NODE_MODULES / "@fontsource-variable/atkinson-hyperlegible-next").exists(),
    "version": environment.version(),
    "source_url": os.environ.get("ESSAIM_SOURCE_URL") or None,
}
