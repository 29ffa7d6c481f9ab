"""All settings in one flat file, but the lists of rooms (config/registries.py).

Every variable read from the environment stands in .env.example with its default.
"""

from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from config.account_forms import *  # noqa: F403 (two settings)
from config.registries import *  # noqa: F403 (each of them is a setting)
from core.headers import POLICY_OF_PAGES
from core.logs import configuration
from core.visitors import named_networks

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env")

# --- what must differ per installation ------------------------------------------------------------
DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env("SECRET_KEY")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
PRIVACY_KEY = env("PRIVACY_KEY", default=SECRET_KEY)
PRIVACY_KEY_FALLBACKS = env.list("PRIVACY_KEY_FALLBACKS", default=[])
# Opens held anonymous answers: only the workers have it, the newest first, commas between.
ANSWERS_PRIVATE_KEY = env("ANSWERS_PRIVATE_KEY", default="")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
BASE_URL = env("BASE_URL", default="http://127.0.0.1:8000").rstrip("/")
LIBRARY_NAME = env("LIBRARY_NAME", default="")
# Hosts of the library that links may lead to; one that begins with a dot stands for all below it.
LINK_HOSTS = env.list("LINK_HOSTS", default=[])
LOCAL_DIR = Path(env("LOCAL_DIR", default=str(BASE_DIR / ".local"))).resolve()
DEMO = env.bool("DEMO", default=False)
# Off where make demo has given the demonstration's accounts passwords of their own.
DEMO_PASSWORD_IS_KNOWN = env.bool("DEMO_PASSWORD_IS_KNOWN", default=True)
# Proxies that are believed about a visitor's address and about TLS; anybody can write the headers
# they use. Addresses and networks, as 192.0.2.0/27.
TRUSTED_PROXIES = named_networks(env.list("TRUSTED_PROXIES", default=[]))
if env.bool("BEHIND_PROXY", default=False) and not TRUSTED_PROXIES:
    raise ImproperlyConfigured(
        "BEHIND_PROXY says no longer enough: name the proxy's address in TRUSTED_PROXIES."
    )
STAFF_TOTP_REQUIRED = env.bool("STAFF_TOTP_REQUIRED", default=not DEMO)

# --- the house ------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "core",
    "crm",
    "campaigns",
    "feedback",
    "analytics",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_cotton",
    "django_htmx",
    "pgtrigger",
    "pghistory",
    "rest_framework",
    "drf_spectacular",
]
if DEMO:
    INSTALLED_APPS.insert(0, "demo")
MIDDLEWARE = [
    "config.middleware.ProxyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "config.refusing.MethodMiddleware",
    "config.static_files.StaticFilesMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "config.middleware.CompressionMiddleware",
    "config.refusing.SizeMiddleware",
    "config.refusing.FormEncodingMiddleware",
    "config.middleware.DatabaseDownMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "config.middleware.LastSeenMiddleware",
    "config.middleware.SignedOutMiddleware",
    "config.middleware.ForgetMiddleware",
    "config.refusing.RefusalMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "config.refusing.WayOnMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "config.middleware.SlowGuessMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "config.middleware.NoStoreMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "config.middleware.StaffTotpMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "pghistory.middleware.HistoryMiddleware",
    "config.middleware.DraftMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context.huixiang",
            ],
        },
    }
]
# <c-card> is templates/components/card.html, which sees its arguments and nothing of its page.
COTTON_DIR = "components"
COTTON_ISOLATE_BY_DEFAULT = True
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- data -----------------------------------------------------------------------------------------
DATABASES = {"default": env.db("DATABASE_URL")}
DATABASES["default"] |= {
    "CONN_MAX_AGE": env.int("CONN_MAX_AGE", default=60),
    "CONN_HEALTH_CHECKS": True,
}
DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 3)
# Said with each connection, these beat what the application's role may set for itself: what it
# makes in its own schema must never stand in the place of a table or function of the portal, what
# was acknowledged is on the disk, and numbers and times are written as when they were sealed.
SAID_TO_POSTGRESQL = {
    "search_path": "public,pg_temp",
    "synchronous_commit": env("SYNCHRONOUS_COMMIT", default="on"),
    "default_transaction_isolation": "read\\ committed",
    "default_transaction_read_only": "off",
    "extra_float_digits": "1",
    "IntervalStyle": "postgres",
    "DateStyle": "ISO",
}
SAID = " ".join(f"-c {name}={value}" for name, value in SAID_TO_POSTGRESQL.items())
OPTIONS = DATABASES["default"]["OPTIONS"]
# After those that the address itself gives.
OPTIONS["options"] = f"{OPTIONS.get('options', '')} {SAID}".strip()
# Web and workers connect as this role, which owns nothing; migrations run as the owner, whose
# address only `manage.py migrate` is given. Without one a single role does both (core/owner.py).
DATABASE_ROLE = {name: DATABASES["default"][name] for name in ("USER", "PASSWORD")}
DATABASE_OWNER = {}
if env("DATABASE_OWNER_URL", default=""):
    DATABASE_OWNER = env.db("DATABASE_OWNER_URL")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = env("REDIS_URL", default="redis://127.0.0.1:6379/0")
# A cache that does not answer within this many seconds is a miss, and a line in the log.
DJANGO_REDIS_LOG_IGNORED_EXCEPTIONS = True
CACHE_TIMEOUT = env.float("CACHE_TIMEOUT", default=0.5)
CACHES = {
    "default": {
        "BACKEND": "django_redis.cache.RedisCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {
            "IGNORE_EXCEPTIONS": True,
            "SERIALIZER": "django_redis.serializers.json.JSONSerializer",
            "SOCKET_CONNECT_TIMEOUT": CACHE_TIMEOUT,
            "SOCKET_TIMEOUT": CACHE_TIMEOUT,
        },
    }
}
# Sessions live in PostgreSQL: a frozen Redis must not sign anybody out nor hold up a reader.
SESSION_ENGINE = "crm.accounts.store"
# Seconds after the sign-in at which every session ends, whatever was asked for meanwhile.
SESSION_COOKIE_AGE = 12 * 3600
# Minutes without a step after which a member of staff is signed out.
STAFF_IDLE_MINUTES = env.int("STAFF_IDLE_MINUTES", default=30)
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"

# --- mail -----------------------------------------------------------------------------------------
EMAIL_CONFIG = env.email("EMAIL_URL", default="smtp://127.0.0.1:8025")
vars().update(EMAIL_CONFIG)
# Seconds in which a mail server must answer a command.
EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT", default=20)
# Whether the mail server takes letters beyond ASCII before an @ (RFC 6531); else none come in.
EMAIL_SMTPUTF8 = env.bool("EMAIL_SMTPUTF8", default=True)
# Whatever sends a mail writes a letter's row; only crm/letters and campaigns/sending speak SMTP.
EMAIL_BACKEND = "crm.letters.backend.LetterBackend"
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="library@example.org")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# Who sends what is no notice; a domain of its own keeps complaints apart. Empty: the same sender.
PROMOTION_FROM_EMAIL = env("PROMOTION_FROM_EMAIL", default="") or DEFAULT_FROM_EMAIL
# Where answers to mails go. Empty: to the sender of notices.
REPLY_ADDRESS = env("REPLY_ADDRESS", default="") or DEFAULT_FROM_EMAIL
# Where mails come back to, each to an address below it (returns+…@). Empty: to their sender.
RETURN_ADDRESS = env("RETURN_ADDRESS", default="")
# Where that mailbox is read: imaps://user:password@host/INBOX. Empty: ``manage.py take_return``.
RETURN_MAILBOX = env("RETURN_MAILBOX", default="")
MAILBOX_DIR = Path(env("MAILBOX_DIR", default=str(LOCAL_DIR / "mailbox")))
JOURNAL_DIR = Path(env("JOURNAL_DIR", default=str(LOCAL_DIR / "journal")))

# --- registries: config/registries.py ------------------------------------------------------------
# The last seals of all chains. Outside of the database: an old copy of it is found by it.
HEADS_LIST = Path(env("HEADS_LIST", default=str(LOCAL_DIR / "heads.txt")))
# What is done to a restored database before anybody is let in (core/restoring.py).
AFTER_RESTORE = [
    "crm.staff.restoring.end_sessions",
    "crm.letters.restoring.doubt_letters",
    "campaigns.sending.restoring.doubt_deliveries",
    "crm.privacy.actions.erase_listed",
    "crm.readers.restoring.withdraw_listed",
    "crm.subscribers.restoring.end_refused",
    "crm.privacy.actions.silence_listed",
]

# --- privacy --------------------------------------------------------------------------------------
# How long somebody who asked to be erased can change their mind.
ERASE_AFTER_DAYS = env.int("ERASE_AFTER_DAYS", default=7)
# Keyed hashes of the erased. Outside of the database: a restored backup erases them again by it.
ERASED_LIST = Path(env("ERASED_LIST", default=str(LOCAL_DIR / "erased.txt")))
# Who withdrew, likewise: a restored backup mails nobody who has withdrawn since.
WITHDRAWN_LIST = Path(env("WITHDRAWN_LIST", default=str(LOCAL_DIR / "withdrawn.txt")))
# Persons whom one account may be shown in lists, files and by programs, a day.
READERS_SHOWN_A_DAY = env.int("READERS_SHOWN_A_DAY", default=50_000)

# --- people ---------------------------------------------------------------------------------------
AUTH_USER_MODEL = "crm.User"
AUTHENTICATION_BACKENDS = ["crm.staff.backend.Backend"]
RULES = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{RULES}.UserAttributeSimilarityValidator"},
    {"NAME": "crm.staff.passwords.LongEnough", "OPTIONS": {"min_length": 10}},
    {"NAME": f"{RULES}.CommonPasswordValidator"},
    {"NAME": "crm.staff.passwords.NoNamesOfTheHouse"},
    {"NAME": "crm.staff.passwords.NotSoonGuessed"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "crm:after-login"
ACCOUNT_ADAPTER = "crm.letters.account.AccountLetters"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_NOTIFICATIONS = True
# Who finds an open browser must not take the account over by giving it another address.
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
# Whoever keeps guessing keeps an account locked; the link in the mail lets its owner in.
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
# allauth counts in the cache. What is counted instead, in PostgreSQL: crm/staff/sign_in.py.
ACCOUNT_RATE_LIMITS = False
# One code before and one after: clocks of phones drift, and typing takes its time (RFC 6238, 5.2).
MFA_TOTP_TOLERANCE = 1
MFA_ADAPTER = "crm.staff.second_factor_secrets.SealedSecrets"
MFA_SUPPORTED_TYPES, MFA_TOTP_ISSUER = ["totp", "recovery_codes"], "Huixiang"
SIGN_IN_TRIES, SIGN_IN_LOCK_MINUTES = 5, 15
# Wrong entries from one network; more than these slow it down (crm/staff/slowing.py).
GUESSES_PER_MINUTE = 60

# --- language and time ----------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
# Texts of packages that speak otherwise than we do come after our own (ops/messages.py, borrow).
LOCALE_PATHS = [BASE_DIR / "locale", BASE_DIR / "locale" / "borrowed"]
FORMAT_MODULE_PATH = "config.formats"
TIME_ZONE = env("TIME_ZONE", default="Asia/Shanghai")

# --- files ----------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = Path(env("STATIC_ROOT", default=str(BASE_DIR / "staticfiles")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "config.static_files.CollectedStorage"},
}
# Where collectstatic has not run, as in tests, WhiteNoise serves from the source folders.
WHITENOISE_USE_FINDERS = not (STATIC_ROOT / "staticfiles.json").exists()
WHITENOISE_ALLOW_ALL_ORIGINS = False
MEDIA_ROOT = Path(env("MEDIA_ROOT", default=str(LOCAL_DIR / "media")))
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
IMPORT_MAX_BYTES = env.int("IMPORT_MAX_BYTES", default=512 * 1024 * 1024)

# --- security headers -----------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {"DIRECTIVES": POLICY_OF_PAGES}
PERMISSIONS_POLICY = {
    name: [] for name in ("camera", "geolocation", "microphone", "payment", "usb")
}
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
HTTPS = BASE_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
# Over https the browser itself sees to it that no other host of the domain sets these cookies.
COOKIE_PREFIX = ""
if HTTPS:
    COOKIE_PREFIX = "__Host-"
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}sessionid"
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}csrftoken"
LANGUAGE_COOKIE_NAME = f"{COOKIE_PREFIX}django_language"
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True
THEME_COOKIE_NAME = f"{COOKIE_PREFIX}theme"
MESSAGE_STORAGE = "config.cookies.Messages"
SECURE_HSTS_SECONDS = 0
if HTTPS:
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_PROXY_SSL_HEADER = None
if TRUSTED_PROXIES:
    # From others than these the header does not reach Django (config.middleware.ProxyMiddleware).
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- work in the background -----------------------------------------------------------------------
# The same server and number of database; of a socket the two packages name the number differently.
BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://").replace("?db=", "?virtual_host=")
CELERY_BROKER_URL = env("CELERY_BROKER_URL", default=BROKER_URL)
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SOFT_TIME_LIMIT = 240
CELERY_TASK_TIME_LIMIT = 300
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 200
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = TIME_ZONE
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 900,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
    "socket_keepalive": True,
    "health_check_interval": 25,
}

# --- money ----------------------------------------------------------------------------------------
# What one staff hour costs in evaluations, CNY: this library's own setting.
STAFF_HOUR_RATE = env.float("STAFF_HOUR_RATE", default=60.0)

# --- decisions ------------------------------------------------------------------------------------
# Whether a decision against what a report recommends takes a second person's yes.
SECOND_READER = env.bool("SECOND_READER", default=True)

# --- surveys --------------------------------------------------------------------------------------
# So many anonymous answers, at least, are written together, and as many stay behind.
ANONYMOUS_LEAST = env.int("ANONYMOUS_LEAST", default=10)
if not 5 <= ANONYMOUS_LEAST <= 50:
    raise ImproperlyConfigured("ANONYMOUS_LEAST must be a number from 5 to 50.")

# --- API ------------------------------------------------------------------------------------------
API_RATE = env("API_RATE", default="600/min")
# Without a sign-in, and so for a whole network: a campus may stand behind one address.
API_NETWORK_RATE = "1200/min"
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "crm.accounts.token_authentication.HashedTokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["core.api.SmallJSONParser"],
    # Counted in PostgreSQL: the cache may be away.
    "DEFAULT_THROTTLE_CLASSES": ["crm.staff.throttle.Throttle"],
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.PageNumberPagination",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "PAGE_SIZE": 50,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Huixiang API",
    "DESCRIPTION": "Readers, their activities, segments, campaigns and results.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1/",
    "ENUM_NAME_OVERRIDES": {
        "ActivityKind": "crm.activities.api.KINDS",
        "ReaderKind": "crm.models.Reader.Kind",
        "ReaderState": "crm.models.Reader.State",
        "ContactChannel": "crm.readers.models.ContactChannel",
    },
}

LOGGING = configuration(env("LOG_FORMAT", default="line"), env("LOG_LEVEL", default="INFO"))
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
