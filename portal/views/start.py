"""`/`: to the home page in the language that the browser asks for."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers


@require_safe
@vary_on_headers("Accept-Language")
def start(request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect(reverse("home"))
