"""Django's settings. What an installation decides comes from its environment, listed in docs/serving.md."""

import os
from pathlib import Path

from mips_ia.portal import decided, secret

HERE = Path(__file__).parent
HOME = Path(os.environ.get("MIPS_IA_HOME", "mips-ia-home")).absolute()
TLS = os.environ.get("MIPS_IA_TLS", "") == "1"


# What signs sessions and links: given, or made once.
SECRET_KEY = os.environ.get("MIPS_IA_SECRET_KEY") or secret.kept(HOME)
DEBUG = False
ALLOWED_HOSTS = os.environ.get("MIPS_IA_HOSTS", "localhost 127.0.0.1 [::1]").split()
TODAY = decided.day("MIPS_IA_TODAY")  # a demonstration may stand still at a day

INSTALLED_APPS = [
    "mips_ia.portal",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
]
MIDDLEWARE = [
    "mips_ia.portal.middleware.on_the_clock",
    "mips_ia.portal.compressed.compressed",
    "mips_ia.portal.middleware.content_security_policy",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "mips_ia.portal.api.failing.with_problems",
    "mips_ia.portal.middleware.not_too_large",
    "mips_ia.portal.middleware.see_other",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "mips_ia.portal.middleware.KeptSession",
    "django.middleware.common.CommonMiddleware",
    "mips_ia.portal.middleware.asked_before_it_is_read",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "mips_ia.portal.middleware.first_administrator",
    "mips_ia.portal.middleware.second_factor",
    "mips_ia.portal.middleware.ended_session",
    "mips_ia.portal.typed.what_was_typed",
]
ROOT_URLCONF = "mips_ia.portal.urls"
WSGI_APPLICATION = "mips_ia.portal.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "mips_ia.portal.web.context.frame",
            ],
            "loaders": [
                ("django.template.loaders.cached.Loader", ["django.template.loaders.filesystem.Loader",
                 "django.template.loaders.app_directories.Loader"]),
            ],
            "builtins": [
                f"mips_ia.portal.templatetags.{name}" for name in ("words", "fields", "paging", "misfits")
            ],
        },
    }
]  # fmt: skip

# ---- The database: SQLite beside the rest, or what DATABASE_URL names

DATABASES = {"default": decided.database(f"sqlite:///{HOME / 'portal.sqlite3'}")}
if "sqlite" in DATABASES["default"]["ENGINE"]:
    DATABASES["default"] |= {
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",  # a writer waits at its start, and never fails midway
            "timeout": 30,
            "init_command": "pragma journal_mode=wal; pragma synchronous=full; pragma foreign_keys=on",
        },
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ATOMIC_REQUESTS = False

# ---- People

AUTH_USER_MODEL = "portal.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "mips_ia.portal.passwords.Unlike", "OPTIONS": {"user_attributes": ("name", "email")}},
    {"NAME": "mips_ia.portal.passwords.Uncommon"},
    {"NAME": "mips_ia.portal.passwords.Long", "OPTIONS": {"min_length": 12}},
]
LOGIN_URL, LOGIN_REDIRECT_URL, LOGOUT_REDIRECT_URL = "account_login", "/", "/sign-in/"
ACCOUNT_ADAPTER = "mips_ia.portal.accounts.ByInvitation"
SOCIALACCOUNT_ADAPTER = "mips_ia.portal.accounts.KnownPeople"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # an invitation is taken up from the mailbox it was sent to
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/5m/key", "reset_password": "20/m/ip,5/m/key"}
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_NOTIFICATIONS = True  # whoever's password or second factor changes is told
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = "Improvement Activities: "
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if TLS else 0  # rate limits count callers, and not the proxy
ACCOUNT_FORMS = {
    "login": "mips_ia.portal.web.account_forms.SignIn",
    "change_password": "mips_ia.portal.web.account_forms.ChangePassword",
    "set_password": "mips_ia.portal.web.account_forms.FirstPassword",
    "reset_password": "mips_ia.portal.web.account_forms.Forgotten",
    "reset_password_from_key": "mips_ia.portal.web.account_forms.NewPassword",
    "reauthenticate": "mips_ia.portal.web.account_forms.ConfirmPassword",
}
MFA_FORMS = {
    "authenticate": "mips_ia.portal.web.account_forms.Code",
    "reauthenticate": "mips_ia.portal.web.account_forms.ConfirmCode",
    "activate_totp": "mips_ia.portal.web.account_forms.FirstCode",
    "add_webauthn": "mips_ia.portal.web.account_forms.AddPasskey",
    "login_webauthn": "mips_ia.portal.web.account_forms.PasskeyAlone",
    "authenticate_webauthn": "mips_ia.portal.web.account_forms.PasskeyAsWell",
    "reauthenticate_webauthn": "mips_ia.portal.web.account_forms.ConfirmPasskey",
    "edit_webauthn": "mips_ia.portal.web.account_forms.RenamePasskey",
}
USERSESSIONS_ADAPTER = "mips_ia.portal.accounts.Sessions"
MFA_ADAPTER = "mips_ia.portal.accounts.SecondFactor"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not TLS
MFA_TOTP_TOLERANCE = 1  # a phone's clock may be half a minute off
MFA_TOTP_ISSUER = "Improvement Activities"
API_A_MINUTE = decided.number("MIPS_IA_API_A_MINUTE", 600)  # requests of one token
SECOND_FACTOR_REQUIRED = os.environ.get("MIPS_IA_SECOND_FACTOR", "required") != "optional"
OIDC_EMAIL_CHECKED = os.environ.get("MIPS_IA_OIDC_EMAIL_CHECKED", "") == "1"  # where it does not say
SIGN_IN_ELSEWHERE = ""  # where a form of ours may lead: the organization's own sign-in
if os.environ.get("MIPS_IA_OIDC_SERVER"):
    SIGN_IN_ELSEWHERE = "/".join(os.environ["MIPS_IA_OIDC_SERVER"].split("/")[:3])
    SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "APPS": [
                {
                    "provider_id": "oidc",
                    "name": os.environ.get("MIPS_IA_OIDC_NAME", "your organization"),
                    "client_id": decided.needed("MIPS_IA_OIDC_CLIENT", "MIPS_IA_OIDC_SERVER"),
                    "secret": decided.needed("MIPS_IA_OIDC_SECRET", "MIPS_IA_OIDC_SERVER"),
                    "settings": {"server_url": os.environ["MIPS_IA_OIDC_SERVER"]},
                }
            ]
        }
    }

# ---- Sessions end after idle minutes (automatic logoff, 45 CFR 164.312(a)(2)(iii))

IDLE_MINUTES = decided.number("MIPS_IA_IDLE_MINUTES", 15)
SESSION_COOKIE_AGE = IDLE_MINUTES * 60
SESSION_SAVE_EVERY_REQUEST = True
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = TLS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "mips_ia.portal.web.errors.expired"
SECURE_HSTS_SECONDS = 31_536_000 if TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = TLS
SECURE_SSL_REDIRECT = TLS
SECURE_REDIRECT_EXEMPT = ["^healthz$", "^readyz$"]  # a monitor asks at the port itself
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TLS else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# ---- Style sheets and fonts: CMS's Design System as it was installed, and our own beside it

DESIGN_SYSTEM = Path(
    os.environ.get("MIPS_IA_DESIGN_SYSTEM", HERE.parents[2] / "node_modules/@cmsgov/design-system")
)
STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
SHEETS = DESIGN_SYSTEM / "dist"  # of what lies there pages need these alone
STATICFILES_DIRS = [
    HERE / "static",
    *((f"cmsds/{each}", SHEETS / each) for each in ("css", "fonts", "images") if (SHEETS / each).is_dir()),
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True

# ---- Evidence: where its bytes lie, what wraps their keys, and who stamps the log of records

VAULT = os.environ.get("MIPS_IA_VAULT", str(HOME / "evidence"))
VAULT_KEYS = os.environ.get("MIPS_IA_VAULT_KEYS", f"file:{HOME / 'vault.key'}")
NOTARY = Path(os.environ.get("MIPS_IA_RECORDS", HOME / "records"))
WAITING = HOME / "waiting"  # files that wait, sealed, for somebody to say what happens to them
SAVING = HOME / "saving"  # how far files are that are being saved: counts alone
MAKING = HOME / "making"  # binders while they are put together; they are in the vault when they are made
CLAMD = os.environ.get("MIPS_IA_CLAMD", "")  # a scanner of viruses: a socket, or host:port
CLAMD_REQUIRED = os.environ.get("MIPS_IA_CLAMD_REQUIRED", "") == "1"
TIME_STAMPS = os.environ.get("MIPS_IA_TIME_STAMPS", "")  # an authority's address; without one, none
TIME_STAMP_AUTHORITIES = os.environ.get("MIPS_IA_TIME_STAMP_AUTHORITIES", "")  # its certificates, a PEM file
# The most bytes of a request with several files: four of the largest, and the form around them. All of it
# stays in memory, so that what comes in is never on the disk before it is encrypted. Where how many are
# taken stands in sizes.py.
FILE_UPLOAD_MAX_MEMORY_SIZE = 110_000_000

# ---- Mail, work in the background, languages

EMAIL_BACKEND = os.environ.get("MIPS_IA_MAIL_BACKEND", "django.core.mail.backends.console.EmailBackend")
EMAIL_FILE_PATH = HOME / "mail"  # for a back end that writes messages into files
EMAIL_HOST = os.environ.get("MIPS_IA_MAIL_HOST", "localhost")
EMAIL_PORT = decided.number("MIPS_IA_MAIL_PORT", 25, 65_535)
EMAIL_HOST_USER = os.environ.get("MIPS_IA_MAIL_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("MIPS_IA_MAIL_PASSWORD", "")
EMAIL_TIMEOUT = 10  # seconds; nobody waits for ever for a mail server that does not answer
EMAIL_USE_TLS = os.environ.get("MIPS_IA_MAIL_TLS", "") == "1"
ADDRESS = os.environ.get("MIPS_IA_ADDRESS", "http://localhost:8000").rstrip("/") + "/"  # of links
DEFAULT_FROM_EMAIL = os.environ.get("MIPS_IA_MAIL_FROM", "improvement-activities@localhost")
# What is counted lies in files, so that all workers of a portal count together; it is counted by the minute.
CACHES = {
    "default": {
        "BACKEND": "mips_ia.portal.counts.Counts", "LOCATION": HOME / "counts",
        "TIMEOUT": 60, "OPTIONS": {"MAX_ENTRIES": 3000},
    }
}  # fmt: skip
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
DATA_UPLOAD_MAX_MEMORY_SIZE = 30_000_000  # pasted rows as long as the largest file
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
LANGUAGE_CODE = "en-us"
TIME_ZONE = decided.zone("MIPS_IA_TIME_ZONE", "America/New_York")
USE_I18N = False
USE_TZ = True
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"without_secrets": {"()": "mips_ia.portal.logs.WithoutSecrets"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "filters": ["without_secrets"]}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
