"""Settings of the archive: one file, configured by environment variables.

README.md lists all variables. All files that the archive writes are below ``ARCHIVE_DATA``.
"""

import os
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import dj_database_url
from csp.constants import SELF

from .file_modes import restrict_new_files
from .secret_key import secret_key
from .sub_path import sub_path
from .version import VERSION

# Every entry point (manage.py, gunicorn, the tests) loads this file before it writes any file.
restrict_new_files()

BASE_DIR = Path(__file__).resolve().parent.parent


def _flag(name: str, default: str) -> bool:
    return os.environ.get(name, default).strip().lower() in {"1", "true", "yes", "on"}


def _names(name: str, default: str) -> list[str]:
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


ARCHIVE_VERSION = VERSION
ARCHIVE_DATA = Path(os.environ.get("ARCHIVE_DATA", BASE_DIR / "var")).resolve()
ARCHIVE_DATA.mkdir(parents=True, exist_ok=True)
ARCHIVE_ORIGINALS = ARCHIVE_DATA / "originals"
ARCHIVE_PUBLIC = _flag("ARCHIVE_PUBLIC", "0")


SECRET_KEY = os.environ.get("SECRET_KEY") or secret_key(ARCHIVE_DATA)
DEBUG = _flag("DEBUG", "0")
# Loopback is always allowed: health checks of the machine and of the container use it.
ALLOWED_HOSTS = [*_names("ALLOWED_HOSTS", ""), "localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = _names("CSRF_TRUSTED_ORIGINS", "")

# Set if a proxy serves the archive below a path and removes that path before it forwards a request.
ARCHIVE_PATH = sub_path(os.environ.get("ARCHIVE_PATH", ""))
FORCE_SCRIPT_NAME = ARCHIVE_PATH or None
SESSION_COOKIE_PATH = CSRF_COOKIE_PATH = f"{ARCHIVE_PATH}/"

INSTALLED_APPS = [
    # First: it closes the data to other accounts before any other app reads it.
    "archive",
    # Before haystack, so that our rebuild_index and update_index replace those of haystack.
    "reports",
    "haystack",
    "reversion",
    "axes",
    "csp",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "reports.views.request_checks.PlainAddressMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "reports.views.caching.CachingMiddleware",
    "reports.views.origin.OriginMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "reports.views.access.ReaderAccessMiddleware",
    "reports.views.access.OneTimePasswordMiddleware",
    "reports.views.request_checks.PlainFormMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    # Last, as its documentation requires: it answers a locked-out login.
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "archive.urls"
WSGI_APPLICATION = "archive.wsgi.application"

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

DATABASES: dict[str, Any] = {
    "default": dj_database_url.parse(
        os.environ.get("DATABASE_URL") or f"sqlite:///{ARCHIVE_DATA / 'archive.sqlite3'}",
        conn_max_age=60,
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["CONN_MAX_AGE"] = None
    DATABASES["default"]["OPTIONS"] = {
        # IMMEDIATE: a transaction that will write waits for its turn at BEGIN instead of
        # failing half-way with "database is locked" (sqlite.org/lang_transaction.html).
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "reports.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "reports.forms.passwords.ChineseMinimumLengthValidator"},
    *(
        {"NAME": f"django.contrib.auth.password_validation.{name}"}
        for name in (
            "UserAttributeSimilarityValidator",
            "CommonPasswordValidator",
            "NumericPasswordValidator",
        )
    ),
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "search"
LOGOUT_REDIRECT_URL = "search"
# The number of proxies in front of the archive, and of trusted entries of X-Forwarded-For.
ARCHIVE_PROXIES = int(os.environ.get("ARCHIVE_PROXIES", "0"))
# Limits for wrong passwords within a quarter of an hour: for one account from one address; from one address,
# which a whole office may share; for one account from all addresses.
ARCHIVE_LOGIN_LIMITS = {("username", "ip_address"): 5, ("ip_address",): 30, ("username",): 50}
AXES_HANDLER = "reports.workflow.login_limits.LoginLimits"
AXES_LOCKOUT_PARAMETERS = [list(parameters) for parameters in ARCHIVE_LOGIN_LIMITS]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
# Otherwise anyone who keeps trying would lock out everyone at that address permanently.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_LOCKOUT_CALLABLE = "reports.views.accounts.locked_out"
AXES_CLIENT_IP_CALLABLE = "reports.views.origin.client_address"
AXES_SENSITIVE_PARAMETERS: list[str] = []
AXES_VERBOSE = False

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

# Absolute: otherwise Django would add, and keep, the prefix of the first request.
STATIC_URL = f"{ARCHIVE_PATH}/static/"
WHITENOISE_STATIC_PREFIX = "/static/"
STATIC_ROOT = Path(os.environ.get("STATIC_ROOT") or BASE_DIR / "staticfiles").resolve()
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "archive.static_files.StaticFiles"},
}

# haystack's one backend; which engine answers behind it, and where its index lies, is what the URL says.
HAYSTACK_CONNECTIONS = {
    "default": {
        "ENGINE": "reports.search.haystack_backend.backend.ArchiveEngine",
        "URL": os.environ.get("SEARCH_URL") or f"whoosh:{ARCHIVE_DATA / 'index'}",
    },
}
HAYSTACK_LIMIT_TO_REGISTERED_MODELS = False
# Iterating a SearchQuerySet asks this many hits at a time; haystack's own ten cost a query each.
HAYSTACK_ITERATOR_LOAD_PER_QUERY = 1000
# A background thread indexes bulk work of the outbox; if off, the request does it.
ARCHIVE_BACKGROUND_INDEXING = _flag("ARCHIVE_BACKGROUND_INDEXING", "1")

# A newspaper page has at most a few hundred kilobytes of text.
ARCHIVE_UPLOAD_LIMIT = int(os.environ.get("ARCHIVE_UPLOAD_LIMIT", 50 * 1024 * 1024))
DATA_UPLOAD_MAX_NUMBER_FILES = 200
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 20 * 1024 * 1024

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": ["'none'"],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": ["'none'"],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
# Servers on an intranet often have no certificate, so HTTPS is an option.
HTTPS = _flag("HTTPS", "0")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
# Health checks query the process directly, over plain HTTP.
SECURE_REDIRECT_EXEMPT = [rf"^{re.escape(f'{ARCHIVE_PATH}/{page}'[1:])}$" for page in ("healthz", "readyz")]
# Thirty days: browsers refuse plain HTTP of this host for this time after their last visit.
SECURE_HSTS_SECONDS = int(os.environ.get("HSTS_SECONDS") or 30 * 24 * 3600) if HTTPS else 0
# Subdomains may belong to others, and no preload list of browsers has names of an intranet.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]

_LOG_FOLDER = ARCHIVE_DATA / "logs"
_LOG_FOLDER.mkdir(exist_ok=True)
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "archive.log_lines.LineFormatter",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        }
    },
    "filters": {"one_line": {"()": "archive.log_lines.OneLineARequest"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["one_line"]},
        # Rotation works while several processes write. At most about 100 MB.
        "file": {
            "class": "concurrent_log_handler.ConcurrentRotatingFileHandler",
            "filename": _LOG_FOLDER / "archive.log",
            "formatter": "line",
            "filters": ["one_line"],
            "maxBytes": 10 * 1024 * 1024,
            "backupCount": 9,
            "encoding": "utf-8",
            "chmod": 0o600,
            "umask": 0o077,
        },
    },
    "root": {"handlers": ["console", "file"], "level": "WARNING"},
    "loggers": {
        "reports": {"level": os.environ.get("LOG_LEVEL", "INFO")},
        # Django's own handlers would write each line a second time, and mail it.
        "django": {"handlers": [], "level": "WARNING"},
        # reports.workflow.account_events records and logs failed logins.
        "axes": {"level": "ERROR"},
    },
}
