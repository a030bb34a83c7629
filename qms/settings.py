"""The only settings file. What differs between installations comes from the environment.

`.env.example` lists the variables with one line of explanation each.
"""

import os
import sys
from pathlib import Path
from typing import Any

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("TAKT_VAR", BASE_DIR / "var"))


def env_bool(name: str, default: bool = False) -> bool:
    """Return an environment variable as a truth value (1, true, yes, on)."""
    return (os.environ.get(name) or str(default)).strip().lower() in {"1", "true", "yes", "on"}


def env_list(name: str, default: str = "") -> list[str]:
    """Return a comma-separated environment variable as a list without blanks."""
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


def env_secret(name: str, development: str, *, is_required: bool = True) -> str:
    """Return a secret from NAME or from the file that NAME_FILE points at.

    Raises ImproperlyConfigured when it is required and missing outside development.
    """
    if path := os.environ.get(f"{name}_FILE"):
        return Path(path).read_text().strip()
    if value := os.environ.get(name):
        return value
    if DEVELOPMENT or TESTING or not is_required:
        return development
    raise ImproperlyConfigured(f"Set {name}: without DEBUG there is no default.")


TESTING = "pytest" in sys.modules
# A machine where Takt is tried or built: secrets and the demo group's password have defaults.
DEVELOPMENT = env_bool("DEBUG")
# Django's own pages about faults, with the code. Apart, so that who tries Takt meets our pages.
DEBUG = DEVELOPMENT and env_bool("TRACEBACKS")
SECRET_KEY = env_secret("SECRET_KEY", "only-for-development-" + "x" * 40)
# Keys of Fernet for protected details; the first encrypts, all decrypt (rotation).
PROTECTED_KEYS = [
    key.strip()
    for key in env_secret("PROTECTED_KEYS", "dGFrdC1kZXZlbG9wbWVudC1rZXktMzItYnl0ZXMtISE=").split(
        ","
    )
    if key.strip()
]
DEMO_PASSWORD = os.environ.get("DEMO_PASSWORD", "takt-demo-2026")

ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", "*" if DEVELOPMENT else "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = env_list("CSRF_TRUSTED_ORIGINS")


def _site_url() -> str:
    """Return the site's own address: what workers print knows no request to read it from."""
    if given := os.environ.get("SITE_URL", "").strip():
        return given.rstrip("/")
    names = [name for name in ALLOWED_HOSTS if name[0] not in "*.["]
    if DEVELOPMENT or not names:
        return f"http://localhost:{os.environ.get('PORT', '').strip() or 8000}"
    return f"{'https' if env_bool('HTTPS', True) else 'http'}://{names[0]}"


SITE_URL = _site_url()

INSTALLED_APPS = [
    "qms.history",
    "qms.organization",
    "qms.requirements",
    "qms.records",
    "documents",
    "nonconformities",
    "progress",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django.forms",
    "guardian",
    "pgtrigger",
    "pghistory",
    "allauth",
    "allauth.account",
    "csp",
    "django_htmx",
    "django_prose_editor",  # for its script; the pages have their own tools
    "template_partials",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "qms.organization.middleware.SignInMiddleware",
    "qms.organization.middleware.PersonalMiddleware",
    "pghistory.middleware.HistoryMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "qms.urls"
WSGI_APPLICATION = "qms.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
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
                "django.template.context_processors.i18n",
                "qms.records.context.navigation",
                "qms.organization.accounts.for_sign_in",
                *(["progress.demo.logins.for_sign_in"] if DEVELOPMENT else []),
            ],
            "builtins": ["qms.records.templatetags.takt"],
        },
    },
]

# --- Database, cache, queue -----------------------------------------------------------------
DATABASES = {
    "default": dj_database_url.parse(
        os.environ.get("DATABASE_URL", "postgresql://takt@/takt?host=/var/run/postgresql")
    )
}
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
APP_ROLE = os.environ.get("APP_ROLE", "takt_app")  # what web and workers run as: not the owner
if not TESTING:
    DATABASES["default"].setdefault("OPTIONS", {})["pool"] = {
        "min_size": 1,
        "max_size": int(os.environ.get("DATABASE_POOL", "8")),
        "timeout": 10,
    }
REDIS_URL = os.environ.get("REDIS_URL", "redis://localhost:6379/0")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "takt",
        "TIMEOUT": 300,
    }
}
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_COOKIE_AGE = 60 * 60 * 12
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = env_bool("HTTPS", not DEVELOPMENT)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
PGHISTORY_APPEND_ONLY = True

_broker = REDIS_URL.replace("unix://", "redis+socket://", 1)
CELERY_BROKER_URL = CELERY_RESULT_BACKEND = _broker
CELERY_TASK_ACKS_LATE = CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 600
CELERY_TASK_SOFT_TIME_LIMIT = 540
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 5
CELERY_WORKER_ENABLE_SOFT_SHUTDOWN_ON_IDLE = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 900}
CELERY_RESULT_EXPIRES = 3600
CELERY_TIMEZONE = "Europe/Stockholm"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True

# --- People --------------------------------------------------------------------------------
AUTH_USER_MODEL = "organization.User"
# Guardian's backend is left out: it knows neither the tree nor the dates. Code asks
# user.units_for(duty), which reads guardian's rows with both.
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
# The municipality's other hosts are not ours to bind by HSTS (W005, W021).
SILENCED_SYSTEM_CHECKS = ["guardian.W001", "security.W005", "security.W021"]
ANONYMOUS_USER_NAME = None
GUARDIAN_MONKEY_PATCH_USER = False
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "qms.organization.accounts.AccountAdapter"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_PREVENT_ENUMERATION = True
# A whole office shares one address, so the limit that stops guessing is that of the account.
ACCOUNT_RATE_LIMITS = {
    "login": "600/m/ip",
    "login_failed": "100/m/ip,5/300s/key",
    "reset_password": "100/m/ip,5/m/key",
    "reset_password_from_key": "100/m/ip",
}
# How many proxies of ours add to X-Forwarded-For; with none its words could be anybody's.
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("TRUSTED_PROXIES") or 0)

# --- Language, time, files -------------------------------------------------------------------
LANGUAGE_CODE = "sv"
LANGUAGES = [("sv", _("Swedish")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/Stockholm"
USE_TZ = True
FORMAT_MODULE_PATH = ["qms.formats"]

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = VAR / "static"
MEDIA_ROOT = Path(os.environ.get("MEDIA_ROOT", VAR / "files"))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEVELOPMENT or TESTING
        else "qms.records.assets.JoinedStylesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEVELOPMENT or TESTING
WHITENOISE_AUTOREFRESH = DEVELOPMENT
ATTACHMENT_MAX_BYTES = 25 * 1024 * 1024
# Who has no account sends less: the way in stands open to everybody.
OPEN_ATTACHMENT_MAX_BYTES = 10 * 1024 * 1024
# What one request may put in /tmp, which is memory in the container: docker-compose.yml, tmpfs.
UPLOAD_MAX_BYTES = 60 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 12
# An older register: the file, what a workbook may be when unpacked, and its rows.
IMPORT_MAX_BYTES = int(os.environ.get("IMPORT_MAX_MB") or 40) * 1024 * 1024
IMPORT_MAX_UNPACKED = 20 * IMPORT_MAX_BYTES
IMPORT_MAX_ROWS = 300_000
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "qms.records.uploads.BoundedUploadHandler",
]
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

# --- Mail ------------------------------------------------------------------------------------
# Without a server mail is printed where DEBUG is on, and goes nowhere elsewhere: a log is no
# place for links that open an account.
_mail = "django.core.mail.backends.{}.EmailBackend".format
EMAIL_HOST = os.environ.get("EMAIL_HOST", "")
EMAIL_BACKEND = os.environ.get("EMAIL_BACKEND") or _mail(
    "smtp" if EMAIL_HOST else "console" if DEVELOPMENT else "dummy"
)
EMAIL_PORT = int(os.environ.get("EMAIL_PORT") or 587)
EMAIL_HOST_USER = os.environ.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env_secret("EMAIL_HOST_PASSWORD", "", is_required=False)
EMAIL_USE_TLS = env_bool("EMAIL_USE_TLS", EMAIL_PORT == 587)
EMAIL_USE_SSL = env_bool("EMAIL_USE_SSL", EMAIL_PORT == 465)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = SERVER_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL") or "takt@localhost"
MAIL_GOES_OUT = DEVELOPMENT or EMAIL_BACKEND not in {_mail("console"), _mail("dummy")}

# --- Other programs --------------------------------------------------------------------------
API_CALLS_A_MINUTE = int(os.environ.get("API_CALLS_A_MINUTE") or 600)  # of one key or person
# Other systems lie outside; only where one develops may they be on the same machine, and be http.
WEBHOOKS_MAY_STAY_HOME = (DEBUG or TESTING) and env_bool("WEBHOOKS_MAY_STAY_HOME")

# Where serious wrongdoing is told: outside Takt (Whistleblowing Act, 2021:890).
WHISTLEBLOWING_URL = os.environ.get("WHISTLEBLOWING_URL", "")

# --- Outward safety --------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
CSRF_FAILURE_VIEW = "qms.records.views.csrf_failure"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if not DEVELOPMENT and env_bool("HTTPS", True) and not TESTING:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = env_bool("HTTPS_REDIRECT", True)
    SECURE_HSTS_SECONDS = 31_536_000

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"without_details": {"()": "qms.logs.WithoutDetails"}},
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["without_details"],
        }
    },
    # One door to the log: Django's own handlers know nothing of the filter.
    "loggers": {"django": {"handlers": [], "propagate": True}},
    "root": {"handlers": ["console"], "level": os.environ.get("LOG_LEVEL", "WARNING")},
}
