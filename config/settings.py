"""Every setting, fed by `config/env.py`; `docs/configuration.md` lists the variables."""

from __future__ import annotations

import contextlib
import secrets
import tempfile
from email.utils import formataddr
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from config.env import (
    env_bool,
    env_bucket,
    env_choice,
    env_database,
    env_email,
    env_hook,
    env_int,
    env_list,
    env_origin,
    env_path,
    env_secret,
    env_str,
    env_words,
)
from config.postgres import PostgresError, private_database_url

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = env_path("VAR_DIR", default=BASE_DIR / "var")

# ── Mode ────────────────────────────────────────────────────────────────────
# A fresh checkout is a demo for this machine only; production is asked for by name, and checked at the start.
MODE = env_choice("AFTERWORD_ENV", choices=("demo", "production", "test"), default="demo")
IS_PRODUCTION = MODE == "production"
DEMO = MODE == "demo"
_LOOPBACK = ("localhost", "127.0.0.1", "[::1]")

DEBUG = env_bool("DEBUG", default=False)
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", default=() if IS_PRODUCTION else _LOOPBACK)

if IS_PRODUCTION and (not ALLOWED_HOSTS or "*" in ALLOWED_HOSTS):
    raise ImproperlyConfigured(
        "ALLOWED_HOSTS must list the host names that this site answers to, separated by commas, without '*'."
    )
if DEBUG and (IS_PRODUCTION or not set(ALLOWED_HOSTS) <= set(_LOOPBACK)):
    raise ImproperlyConfigured(
        "DEBUG is on, but it shows internals to everybody: it is accepted only outside production, with "
        f"ALLOWED_HOSTS limited to {', '.join(_LOOPBACK)}."
    )
if MODE == "demo" and not set(ALLOWED_HOSTS) <= set(_LOOPBACK):
    raise ImproperlyConfigured(
        "ALLOWED_HOSTS names hosts beyond this machine, but a demo has log-ins that everybody knows: set "
        "AFTERWORD_ENV=production."
    )


# ── Secret key ──────────────────────────────────────────────────────────────
_KNOWN_KEYS = ("django-insecure", "changeme", "change-me", "demo-key", "secret-key")


def _checked_secret_key(key: str) -> str:
    reason = ""
    if not key:
        reason = "is missing"
    elif len(key) < 50:
        reason = f"has {len(key)} characters"
    elif len(set(key)) < 5 or any(known in key.lower() for known in _KNOWN_KEYS):
        reason = "is one that others know"
    if reason:
        raise ImproperlyConfigured(
            f"SECRET_KEY {reason}, but must be at least 50 random characters, such as the output of "
            "`python3 -c 'import secrets; print(secrets.token_urlsafe(50))'`."
        )
    return key


def _kept_secret_key() -> str:
    """A random key, made once and then read from VAR_DIR/secret_key, whichever process comes first."""
    path = VAR_DIR / "secret_key"
    if not path.exists():
        VAR_DIR.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=VAR_DIR, encoding="ascii") as fresh:  # made with mode 0600
            fresh.write(secrets.token_urlsafe(50))
            fresh.flush()
            with contextlib.suppress(FileExistsError):  # another process was faster; its key counts
                path.hardlink_to(fresh.name)
    return path.read_text(encoding="ascii")


SECRET_KEY = env_secret("SECRET_KEY")
if IS_PRODUCTION:
    _checked_secret_key(SECRET_KEY)
SECRET_KEY = SECRET_KEY or _kept_secret_key()

# ── Addresses and TLS ───────────────────────────────────────────────────────
# Where TLS ends: at a proxy in front that sets X-Forwarded-Proto, at this server itself, or nowhere.
HTTPS = env_choice("HTTPS", choices=("proxy", "direct", "off"), default="proxy" if IS_PRODUCTION else "off")
_SECURE = HTTPS != "off"

# Links in mails and feeds begin with this.
PUBLIC_BASE_URL = env_origin("PUBLIC_BASE_URL", default="" if IS_PRODUCTION else "http://localhost:8000")
if not PUBLIC_BASE_URL:
    raise ImproperlyConfigured(
        "PUBLIC_BASE_URL must be the address that readers use, such as https://status.example.com."
    )
if _SECURE and urlsplit(PUBLIC_BASE_URL).scheme != "https":
    raise ImproperlyConfigured(
        f"PUBLIC_BASE_URL is {PUBLIC_BASE_URL!r}, but must begin with https:// unless HTTPS=off is set."
    )
CSRF_TRUSTED_ORIGINS = [PUBLIC_BASE_URL]
TRUSTED_PROXIES = env_int("TRUSTED_PROXIES", default=0, minimum=0, maximum=10)
if HTTPS == "proxy" and TRUSTED_PROXIES == 0:
    raise ImproperlyConfigured(
        "TRUSTED_PROXIES must say how many proxies stand in front when HTTPS=proxy, 1 or more: counted wrongly, all "
        "visitors look like one, and a few wrong passwords shut everybody out."
    )

SECURE_SSL_REDIRECT = _SECURE
SECURE_REDIRECT_EXEMPT = [r"^healthz/"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS == "proxy" else None
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if _SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _SECURE
SILENCED_SYSTEM_CHECKS = ["security.W021"]  # HSTS preloading is a decision for the owner of the whole domain
SESSION_COOKIE_SECURE = _SECURE
CSRF_COOKIE_SECURE = _SECURE
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],  # the QR code of a second factor is a data: image
        "object-src": [NONE],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}

# ── Application ─────────────────────────────────────────────────────────────
INSTALLED_APPS = [
    "accounts",
    "incidents",
    "jobs",
    "outbox",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "crispy_bootstrap5",
    "crispy_forms",
    "csp",
    "django_htmx",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "config.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "incidents.public.files.middleware.PublicFilesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

FORM_RENDERER = "django.forms.renderers.TemplatesSetting"  # our widgets' templates stand beside the others
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
CRISPY_FAIL_SILENTLY = False

ORGANISATION_NAME = env_str("ORGANISATION_NAME", default="Northwind Hosting" if DEMO else "Incident reports")

# What the check before publishing looks for.
CHECK_WORDS = env_words("CHECK_WORDS")

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True

# ── Database and cache ──────────────────────────────────────────────────────
try:
    DATABASES = {"default": env_database("DATABASE_URL", default=lambda: private_database_url(VAR_DIR))}
except PostgresError as error:
    raise ImproperlyConfigured(str(error)) from error
DATABASES["default"] |= {
    "CONN_MAX_AGE": 60,
    "CONN_HEALTH_CHECKS": True,
    "OPTIONS": {"connect_timeout": 5, "application_name": "afterword"} | DATABASES["default"].get("OPTIONS", {}),
}

# Rate limits and the worker's heartbeat are shared by all processes, so the cache is a table.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "django_cache",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    }
}

# ── Accounts ────────────────────────────────────────────────────────────────
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "authoring:incident_list"
LOGOUT_REDIRECT_URL = "account_login"

ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_EMAIL_VERIFICATION = "none"  # the invitation was mailed to the address: it is verified from the start
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = urlsplit(PUBLIC_BASE_URL).scheme
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""

MFA_ADAPTER = "accounts.adapter.MFAAdapter"
MFA_TOTP_TOLERANCE = 1  # a phone may be half a minute off
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = ORGANISATION_NAME
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not IS_PRODUCTION  # passkeys on http://localhost

# ── Mail ────────────────────────────────────────────────────────────────────
globals().update(env_email("EMAIL_URL", default="" if IS_PRODUCTION else "consolemail:"))
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env_str(
    "DEFAULT_FROM_EMAIL",
    default=formataddr((ORGANISATION_NAME, f"noreply@{urlsplit(PUBLIC_BASE_URL).hostname}")),
)
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# ── Files and bounds ────────────────────────────────────────────────────────
STATIC_URL = "/static/"
STATIC_ROOT = env_path("STATIC_ROOT", default=VAR_DIR / "static")
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "config.vendor.NodeModulesFinder",
]
PUBLIC_DIR = env_path("PUBLIC_DIR", default=VAR_DIR / "public")
# Those who follow what is in it: a bucket with the same pages, and the caches in front.
PUBLIC_MIRROR = env_bucket("PUBLIC_MIRROR_URL")
CDN_PURGE_URL = env_hook("CDN_PURGE_URL")
CDN_PURGE_TOKEN = env_secret("CDN_PURGE_TOKEN")
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"
FILE_UPLOAD_PERMISSIONS = 0o640
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # Compressing takes most of a demo's start, and nobody is on a slow line to their own machine.
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
        if DEMO
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 30_000  # an import preview sends up to nine fields a row
DATA_UPLOAD_MAX_NUMBER_FILES = 20
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# ── Logging ─────────────────────────────────────────────────────────────────
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "config.logs.JsonFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {
        "handlers": ["stderr"],
        "level": env_choice(
            "LOG_LEVEL",
            choices=("DEBUG", "INFO", "WARNING", "ERROR"),
            default="INFO" if IS_PRODUCTION else "WARNING",
        ),
    },
    # Django's own handlers would mail to ADMINS and print a second time.
    "loggers": {name: {"handlers": [], "propagate": True} for name in ("django", "django.server")},
}
