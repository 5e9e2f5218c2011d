"""The records that a run refused, as a spreadsheet to send to the publisher."""

import csv
from collections.abc import Iterator

from django.http import HttpRequest, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal import reasons
from portal.models import Rejection, Run
from portal.spreadsheet import BOM, Echo, cell


@require_safe
def as_csv(request: HttpRequest, slug: str, pk: int) -> StreamingHttpResponse:
    """Position, id, code, meaning, advice and details, in the page's language; formulas disarmed."""
    run = get_object_or_404(Run, pk=pk, source__slug=slug)
    response = StreamingHttpResponse(_lines(run), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{slug}-{pk}-rejections.csv"'
    return response


def _lines(run: Run) -> Iterator[str]:
    writer = csv.writer(Echo())
    heads = (_("position"), _("identifiant"), _("code"), _("raison"), _("que faire"), _("détail"))
    yield BOM + str(writer.writerow(heads))
    for one in run.rejections.iterator():
        yield str(writer.writerow([cell(value) for value in _values(one)]))


def _values(one: Rejection) -> tuple[object, ...]:
    reason = reasons.of_rejection(one.code)
    return (one.position, one.record_id, one.code, reason.means, reason.advice, one.reason)
