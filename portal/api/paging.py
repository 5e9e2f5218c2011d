"""Pages of items: an opaque cursor that continues after the last item, whatever was added meanwhile."""

import base64
import binascii
import json
import math
import re
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext as _

from portal.models import Activity
from portal.query import LIMIT_DEFAULT, LIMIT_MAX, BadParameter
from portal.querysets import ActivityQuerySet

OFFSET_MAX = 1_000_000


@dataclass(frozen=True)
class Page:
    """What part of the items is asked for."""

    limit: int = LIMIT_DEFAULT
    offset: int = 0
    after: tuple[int, float | None, str] | None = None

    @classmethod
    def strict(cls, data: QueryDict) -> "Page":
        """`limit` above the maximum is served as the maximum. Raises BadParameter."""
        limit = min(whole("limit", data, LIMIT_DEFAULT, least=1), LIMIT_MAX)
        offset = whole("offset", data, 0, least=0)
        if "cursor" in data and offset:
            raise BadParameter("offset", _("« offset » et « cursor » s’excluent."))
        return cls(limit, min(offset, OFFSET_MAX), _decoded(str(data["cursor"])) if "cursor" in data else None)

    def of(self, items: ActivityQuerySet, by_distance: bool) -> tuple[list[Activity], str | None]:
        """The items of this page, and the cursor of the next one if there is one."""
        if self.after:
            items = items.filter(_later(self.after, by_distance))
        found = list(items[self.offset : self.offset + self.limit + 1])
        more = len(found) > self.limit
        shown = found[: self.limit]
        return shown, _encoded(shown[-1]) if more else None


def _later(after: tuple[int, float | None, str], by_distance: bool) -> Q:
    rank, distance_m, last_id = after
    if not by_distance:
        return Q(public_id__gt=last_id)
    if distance_m is None:
        return Q(rank__gt=rank) | Q(rank=rank, public_id__gt=last_id)
    farther = Q(distance_m__gt=distance_m) | Q(distance_m=distance_m, public_id__gt=last_id)
    return Q(rank__gt=rank) | Q(rank=rank) & farther


def _encoded(last: Activity) -> str:
    key = [getattr(last, "rank", 0), getattr(last, "distance_m", None), str(last.public_id)]
    return base64.urlsafe_b64encode(json.dumps(key).encode()).decode().rstrip("=")


def _decoded(cursor: str) -> tuple[int, float | None, str]:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        rank, distance_m, last_id = json.loads(base64.urlsafe_b64decode(padded.encode("ascii")))
        if not isinstance(rank, int) or not 0 <= rank <= 9:
            raise ValueError
        if distance_m is not None and not (isinstance(distance_m, float) and math.isfinite(distance_m)):
            raise ValueError
        return rank, distance_m, str(UUID(last_id))
    except (ValueError, TypeError, AttributeError, RecursionError, binascii.Error):
        raise BadParameter("cursor", _("« cursor » n’est pas de nous : suivez le lien « next ».")) from None


def whole(name: str, data: QueryDict, default: int, least: int) -> int:
    """A whole number, or its default when it is not given. Raises BadParameter."""
    if name not in data:
        return default
    text = str(data[name])
    if not re.fullmatch(r"[0-9]{1,9}", text, re.ASCII) or int(text) < least:
        detail = _("« %(name)s » demande un nombre entier d’au moins %(least)s ; reçu : « %(text)s ».")
        raise BadParameter(name, detail % {"name": name, "least": least, "text": text[:60]})
    return int(text)
