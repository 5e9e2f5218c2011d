"""The pages of the three steps. Whoever may add a Source may see them."""

import re
from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from harvesters import definition, tasks
from harvesters.adding import speaking
from harvesters.adding.answers import Answers, NotUnderstood
from harvesters.adding.patience import TRYING_S, PatientClient
from harvesters.adding.shown import fields, map_data, other_findings
from harvesters.discovery import Look, NeedsDataset, Proposal, Ranked, dry_run, look, propose
from harvesters.errors import PortalError
from harvesters.http.session import check_address
from harvesters.mapping.checks import BadMapping
from portal import reasons
from portal.models import Run, Source

SHOWN_DATASETS, ADDRESS_MAX = 60, 1000
STEPS = (gettext_lazy("Adresse"), gettext_lazy("Ce qui a été trouvé"), gettext_lazy("Essai à blanc"))


@require_GET
def address(request: HttpRequest) -> HttpResponse:
    """Step one: an address, and where it is a portal's, its datasets, the likeliest first."""
    _allowed(request)
    if (language := request.GET.get("lang", "")) in dict(settings.LANGUAGES):
        return speaking.switched(request, language)
    typed = request.GET.get("address", "").strip()
    if not typed:
        return _page(request, "address", 1)
    answers = Answers(typed if "://" in typed or re.search(r"\s", typed) else f"https://{typed}")
    try:
        check_typed(answers.address)
        with PatientClient.from_settings() as client:
            check_address(answers.address)
            found = look(answers.address, client)
    except NotUnderstood as error:
        return _page(request, "address", 1, answers=answers, **_nonsense(error))
    except PortalError as error:
        return _page(request, "address", 1, answers=answers, **_failure(error))
    if found.portal.options or not found.datasets:
        return _propose(request, answers)
    return _datasets(request, answers, found)


@require_POST
def reading(request: HttpRequest) -> HttpResponse:
    """Steps two and three: what was found, corrected as often as wanted; then tried; then accepted."""
    _allowed(request)
    try:
        answers = Answers.read(request.POST)
        if answers.refused:
            return _propose(request, answers, failure=_refusal(answers))
        return _propose(request, answers, request.POST.get("do", ""))
    except BadMapping as error:
        answers, failure = Answers.before(request.POST), _nonsense(error)
    try:
        return _propose(request, answers, failure=failure)
    except BadMapping as error:
        return _page(request, "address", 1, answers=Answers(answers.address), **_nonsense(error))


def _failure(error: PortalError) -> dict[str, Any]:
    """What went wrong with a portal, in the reader's words; and the detail, in English."""
    reason = reasons.of_error(error.code)
    return {"error": reason.means, "advice": reason.advice, "detail": error.what}


def _nonsense(error: Exception) -> dict[str, Any]:
    """What a correction is told that makes no sense."""
    if isinstance(error, NotUnderstood):
        return {"error": str(error)}
    return {"error": _("Cette correction n’a pas de sens : rien n’a changé."), "detail": str(error)}


def _refusal(answers: Answers) -> dict[str, Any]:
    """What was not taken of a form whose other answers are kept."""
    kept = _("Vos autres réponses sont gardées.")
    return {"error": " ".join([*answers.refused.values(), kept])}


def _propose(
    request: HttpRequest, answers: Answers, do: str = "", failure: dict[str, Any] | None = None
) -> HttpResponse:
    """Raises BadMapping for a correction that makes no sense, and for what is no address."""
    check_typed(answers.address)
    try:
        check_address(answers.address)
        with PatientClient.from_settings() as client:
            proposal = propose(answers.address, client, answers.dataset, answers.corrections)
            if do == "try" and proposal.is_ready:
                return _tried(request, answers, proposal, client)
    except NeedsDataset as choice:
        return _datasets(request, answers, choice.look)
    except PortalError as error:
        return _page(request, "address", 1, answers=answers, **_failure(error))
    if do == "accept" and proposal.is_ready:
        return _accept(request, answers, proposal)
    return _found(request, answers, proposal, **(failure or {}))


def _datasets(request: HttpRequest, answers: Answers, found: Look) -> HttpResponse:
    words = request.GET.get("words", "").casefold().split()
    chosen = [one for one in found.datasets if _speaks_of(one, words)]
    context = {"answers": answers, "look": found, "count": len(chosen), "datasets": chosen[:SHOWN_DATASETS]}
    return _page(request, "datasets", 1, words=" ".join(words), **context)


def _speaks_of(one: Ranked, words: list[str]) -> bool:
    told = f"{one.dataset.title} {one.dataset.id} {' '.join(one.dataset.keywords)}".casefold()
    return all(word in told for word in words)


def _found(request: HttpRequest, answers: Answers, proposal: Proposal, **failure: Any) -> HttpResponse:
    lines = fields(proposal)
    others = other_findings(proposal, lines)
    raw = [one.evidence for _label, one in others if one.is_raw]
    context = {"proposal": proposal, "fields": lines, "others": others, "map_data": map_data(proposal.sample)}
    context["raw_notes"] = list(dict.fromkeys([*raw, *proposal.remarks]))
    return _page(request, "found", 2, answers=answers, **failure, **context)


def _tried(request: HttpRequest, answers: Answers, proposal: Proposal, client: PatientClient) -> HttpResponse:
    client.allow(TRYING_S)
    try:
        definition.check(proposal.source)
    except definition.BadDefinition as error:
        return _found(request, answers, proposal, **_nonsense(error))
    run = dry_run(_stored(proposal.source) or proposal.source, client)
    refused = [(reasons.of_rejection(code), run.rejected[code], some) for code, some in run.examples.items()]
    shown = map_data(run.sample)
    return _page(request, "tried", 3, answers=answers, proposal=proposal, run=run, refused=refused, map_data=shown)


def _accept(request: HttpRequest, answers: Answers, proposal: Proposal) -> HttpResponse:
    source = proposal.source
    if known := _stored(source):
        words = _("Ce jeu de données est déjà moissonné par la source « %s ».") % known.slug
        return _found(request, answers, proposal, error=words)
    source.slug = _free_slug(source.slug)
    try:
        definition.check(source)
    except definition.BadDefinition as error:
        return _found(request, answers, proposal, **_nonsense(error))
    source.enabled = True
    try:
        with transaction.atomic():
            source.save()
    except IntegrityError:  # accepted twice at once
        return _found(request, answers, proposal, error=_("Cette source vient d’être ajoutée."))
    tasks.ask_for([source], Run.Trigger.ADMIN)
    messages.success(request, _("« %s » est ajoutée : sa première moisson commence.") % source.title)
    return HttpResponseRedirect(reverse("admin:portal_source_change", args=[source.pk]))


def check_typed(address: str) -> None:
    """Raises NotUnderstood for what is no address or is longer than a source can keep."""
    if re.search(r"\s", address):
        raise NotUnderstood(_("« %(words)s » n’est pas une adresse : elle n’a pas d’espace.") % {"words": address[:80]})
    if len(address) > ADDRESS_MAX:
        raise NotUnderstood(_("Cette adresse est trop longue : %(n)s signes au plus.") % {"n": ADDRESS_MAX})


def _stored(source: Source) -> Source | None:
    return Source.objects.filter(uid=source.uid).first()


def _free_slug(slug: str) -> str:
    """The slug, or the next free one after it."""
    taken = set(Source.objects.filter(slug__startswith=slug[:70]).values_list("slug", flat=True))
    if slug not in taken:
        return slug
    stem = re.sub(r"-\d+$", "", slug)[:70]
    return next(f"{stem}-{number}" for number in range(2, len(taken) + 3) if f"{stem}-{number}" not in taken)


def _allowed(request: HttpRequest) -> None:
    if not request.user.has_perm("portal.add_source"):
        raise PermissionDenied


def _page(request: HttpRequest, name: str, step: int, **context: Any) -> HttpResponse:
    around = {**admin.site.each_context(request), "languages": speaking.languages(request)}
    steps = [(number, words, number == step) for number, words in enumerate(STEPS, 1)]
    return render(
        request,
        f"adding/{name}.html",
        {**around, "steps": steps, "step": step, **context},
    )
