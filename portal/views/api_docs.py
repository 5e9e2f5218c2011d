"""The API for people: what it is, and recipes to begin with."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from geo.crs import KNOWN
from portal.api.collections import COLLECTIONS, DESCRIPTIONS, TITLES
from portal.api.recipes import RECIPES
from portal.links import absolute


@require_safe
def api_docs(request: HttpRequest) -> HttpResponse:
    collections = [(TITLES[name](), DESCRIPTIONS[name](), reverse("api:items", args=[name])) for name in COLLECTIONS]
    recipes = [(recipe.what(), recipe.here) for recipe in RECIPES]
    shown = {"collections": collections, "recipes": recipes, "systems": list(KNOWN), "api_address": absolute("/api")}
    return render(request, "api_docs.html", shown)
