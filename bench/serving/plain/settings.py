"""No more than the API needs; the table is the product's."""

import os

import environ

from geo.libraries import gdal_library, geos_library

SECRET_KEY = os.environ["PARAGES_SECRET_KEY"]
ALLOWED_HOSTS = ["127.0.0.1"]
INSTALLED_APPS = ["django.contrib.gis", "rest_framework", "rest_framework_gis", "plain"]
ROOT_URLCONF = "plain.urls"
DATABASES = {
    "default": environ.Env().db_url("DATABASE_URL")
    | {"ENGINE": "django.contrib.gis.db.backends.postgis", "CONN_MAX_AGE": 600}
}
GDAL_LIBRARY_PATH = gdal_library()
GEOS_LIBRARY_PATH = geos_library()
USE_TZ = True
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "UNAUTHENTICATED_USER": None,
}
