"""The map of a question, for a page of another site: nothing but it, how many there are, and the way here."""

from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from portal.pages.heading import heading
from portal.pages.sections import listing
from portal.pages.state import State
from portal.results import Results


@require_safe
@xframe_options_exempt
@csp_replace({"frame-ancestors": ["*"]})
def embed(request: HttpRequest) -> HttpResponse:
    """The explorer's question, read the same way; any site may frame it."""
    state = State.read(request.GET)
    context = {
        "state": state,
        "query": state.query,
        "heading": heading(state, listing(state, Results(state.query))),
        "points": state.query.string(),
        "explorer": state.address(),
    }
    return render(request, "embed.html", context, status=400 if state.problems else 200)
