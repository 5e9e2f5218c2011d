"""The gazetteer: names to choose from while typing, and names to write on the map."""

from django.http import HttpRequest, HttpResponse, JsonResponse

from portal.api.problems import api_view


@api_view
def search(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"places": []})


@api_view
def names(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"names": []})
