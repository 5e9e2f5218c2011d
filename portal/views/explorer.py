"""The explorer: form, list and map of one question."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from portal.pages import facets
from portal.pages.coverage import covered_places
from portal.pages.empty import nearest, widening
from portal.pages.heading import heading
from portal.pages.place import Decision, decide
from portal.pages.sections import Listing, Section, listing
from portal.pages.state import UPCOMING, State
from portal.results import Results
from portal.vocabularies import Kind

DOWNLOADS = {"CSV": "csv", "Excel": "xlsx", "GeoJSON": "featurecollection", "GeoPackage": "gpkg"}
"""What people ask for most; the page of the API names the others."""


@require_safe
def explorer(request: HttpRequest, kind: str = "") -> HttpResponse:
    """With `kind`, that kind is chosen beforehand: `/fr/missions/`."""
    decision = decide(request.GET)
    if decision.address is not None:
        return HttpResponseRedirect(decision.address)
    state = State.read(decision.data, kinds=(Kind(kind).value,) if kind else ())
    results = Results(state.query)
    page = listing(state, results)
    context = _list(state, page, results) | _form(state, decision)
    return render(request, "explorer.html", context, status=400 if state.problems else 200)


def _list(state: State, page: Listing, results: Results) -> dict[str, object]:
    """What the results say, and what stands in when there are none."""
    context: dict[str, object] = {
        "state": state,
        "query": state.query,
        "listing": page,
        "heading": heading(state, page),
        "points": state.query.string(),
        "downloads": [(word, download_url(state, form)) for word, form in DOWNLOADS.items()],
        "embed_url": state.query.string(),
        "everywhere_address": state.address(radius=None, bbox=None),
        "search_here": state.address(near=None, radius=None, bbox=None, place=""),
        "back": state.string(page=page.page),
        "previous_page": state.address(page=page.page - 1) if page.page > 1 else "",
        "next_page": state.address(page=page.page + 1) if page.page < page.pages else "",
        "inside_links": _links(state, [section for section in page.others if not _beside(page, section)]),
        "beside_links": _links(state, [section for section in page.others if _beside(page, section)]),
    }
    if page.matched == 0:
        context |= {
            "points": state.query.string(radius=None, bbox=None),
            "only": "shown",
            "nearest": nearest(results.query),
            "widening": widening(state),
            "places": covered_places(),
        }
    return context


def _beside(page: Listing, section: Section) -> bool:
    """Whether a section is not part of the count: in no circle, because it is in no place."""
    return page.bounded and section.beside


def _links(state: State, sections: list[Section]) -> list[tuple[Section, str]]:
    """Sections with the address of the page that they begin on."""
    return [(section, f"{state.address(page=section.page)}#{section.name}") for section in sections]


def download_url(state: State, name: str) -> str:
    """All of this view and nothing else, as a file."""
    return f"{reverse('api:items', args=['all'])}?{state.query.string()}&f={name}"


def _form(state: State, decision: Decision) -> dict[str, object]:
    query = state.query
    chips = facets.chips(state)
    return {
        "decision": decision,
        "action": reverse("explorer"),
        "kinds": facets.kinds(query),
        "themes": facets.themes(query),
        "statuses": facets.statuses(query),
        "radii": facets.radii(query),
        "whens": facets.whens(query),
        "chosen_day": facets.chosen_day(query),
        "upcoming": query.when == UPCOMING,
        "chips": chips,
        "clear_address": _cleared(state) if len(chips) > 1 else "",
    }


def _cleared(state: State) -> str:
    """Without any filter, but at the same place."""
    return state.address(
        kind=None, theme=None, status=None, when=None, remote=None, precision=None, source=None, q=None
    )
