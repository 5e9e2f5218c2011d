"""The one settings file. Everything an operator may change comes from the environment.

`docs/settings.md` lists each variable; a test holds the two together.
"""

from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import environ
from django.utils.translation import gettext_lazy as _

from geo.libraries import gdal_library, geos_library

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

DEBUG = env.bool("PARAGES_DEBUG", default=False)
SECRET_KEY = env.str("PARAGES_SECRET_KEY", default="")
SITE_URL = env.str("PARAGES_SITE_URL", default="http://127.0.0.1:8000").rstrip("/")
CONTACT = env.str("PARAGES_CONTACT", default="https://example.org/parages")
ALLOWED_HOSTS = env.list("PARAGES_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
ALLOW_HARVEST_HOSTS = env.list("PARAGES_ALLOW_HOSTS", default=[])
LEASE_S = env.float("PARAGES_LEASE_S", default=60)
READ_S = env.float("PARAGES_READ_S", default=5)
READ_POOL = env.int("PARAGES_READ_POOL", default=8)
READ_URL = env.db_url("PARAGES_READ_URL", default="") if env.str("PARAGES_READ_URL", default="") else {}
VERSION_S = env.float("PARAGES_VERSION_S", default=1)
CACHE_MB = env.int("PARAGES_CACHE_MB", default=64)
RUN_S = env.float("PARAGES_RUN_S", default=900)
DEMO = env.bool("PARAGES_DEMO", default=False)
ADMIN_PATH = env.str("PARAGES_ADMIN_PATH", default="admin").strip("/") + "/"
METRICS_TOKEN = env.str("PARAGES_METRICS_TOKEN", default="")
TILES_URL = env.str("PARAGES_TILES_URL", default="")
TILES_ATTRIBUTION = env.str("PARAGES_TILES_ATTRIBUTION", default="")

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.gis",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "axes",
    "csp",
    "django_vite",
    "procrastinate.contrib.django",
    "rest_framework",
    "rest_framework_gis",
    "geo",
    "portal",
    "harvesters",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portal.compression.CompressionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "portal.visitor.without_cookies",
    "django.middleware.csrf.CsrfViewMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.context.site",
            ],
        },
    },
]

DATABASES = {"default": env.db_url("DATABASE_URL", default="postgis:///parages")}
# Whatever the address calls itself (postgres://, postgresql://), it is PostGIS that we need.
DATABASES["default"] |= {
    "ENGINE": "django.contrib.gis.db.backends.postgis",
    "CONN_MAX_AGE": 600,
    "CONN_HEALTH_CHECKS": True,
}
GDAL_LIBRARY_PATH = gdal_library()
GEOS_LIBRARY_PATH = geos_library()

# Operators alone have accounts. Their cookies go to the admin's address and nowhere else: visitors have none.
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("UserAttributeSimilarityValidator", {}),
        ("MinimumLengthValidator", {"min_length": 12}),
        ("CommonPasswordValidator", {}),
    )
]
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_PATH = CSRF_COOKIE_PATH = f"/{ADMIN_PATH}"
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
# After five wrong passwords an address waits a quarter of an hour.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = ["ip_address"]
AXES_CLIENT_IP_CALLABLE = "portal.visitor.address"
AXES_LOCKOUT_TEMPLATE = "admin/locked.html"
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", _("français")), ("nl", _("néerlandais")), ("en", _("anglais"))]
LOCALE_PATHS = [BASE_DIR / "portal" / "locale"]
TIME_ZONE = "Europe/Paris"
USE_TZ = True

# A strict policy from the first day: our own files and nobody else's, but for the tiles an operator chose.
_tiles = urlsplit(TILES_URL)
TILES_ORIGIN = f"{_tiles.scheme}://{_tiles.netloc}".replace("{s}", "*") if TILES_URL else ""
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:", *filter(None, [TILES_ORIGIN])],
        "connect-src": ["'self'"],
        "font-src": ["'self'"],
        "worker-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "object-src": ["'none'"],
    }
}
# Tile servers ask for a Referer; ours says the site, never the page.
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
X_FRAME_OPTIONS = "DENY"
# A site with an https address is behind a proxy that ends TLS and says so.
# The town's other sites live under the same domain: we never speak for them (no subdomains, no preload list).
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
HTTPS = SITE_URL.startswith("https://")
if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^health", r"^metrics$"]  # asked on the machine itself, without the proxy
    SECURE_HSTS_SECONDS = env.int("PARAGES_HSTS_SECONDS", default=31_536_000)
    CSRF_COOKIE_SECURE = SESSION_COOKIE_SECURE = True

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
DJANGO_VITE = {
    "default": {"manifest_path": BASE_DIR / "portal/static/build/manifest.json", "static_url_prefix": "build"}
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "UNAUTHENTICATED_USER": None,
}
