"""Measurements of the project, each a module to run: `python -m bench.ingest`. They use the site's settings."""

import os

import django
from django.apps import apps

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
if not apps.ready:
    django.setup()
