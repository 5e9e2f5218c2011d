"""Pages of items: an opaque cursor that continues after the last item, whatever was added meanwhile."""

import base64
import binascii
import json
import math
import re
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext as _

from portal.query import LIMIT_DEFAULT, LIMIT_MAX, BadParameter
from portal.read.order import After, Ask

OFFSET_MAX = 1_000_000


@dataclass(frozen=True)
class Page:
    """What part of the items is asked for."""

    limit: int = LIMIT_DEFAULT
    offset: int = 0
    after: After | None = None

    @classmethod
    def strict(cls, data: QueryDict, order: str) -> "Page":
        """Of items in that order; `limit` above the maximum is served as the maximum. Raises BadParameter."""
        limit = min(whole("limit", data, LIMIT_DEFAULT, least=1), LIMIT_MAX)
        offset = whole("offset", data, 0, least=0)
        if "cursor" in data and offset:
            raise BadParameter("offset", _("« offset » et « cursor » s’excluent."))
        after = decoded(str(data["cursor"]), order) if "cursor" in data else None
        return cls(limit, min(offset, OFFSET_MAX), after)

    @property
    def ask(self) -> Ask:
        return Ask(self.limit, self.offset, self.after)


def encoded(after: After, order: str) -> str:
    """The cursor of the page after that item."""
    key = [order, after.rank, after.value, after.public_id]
    return base64.urlsafe_b64encode(json.dumps(key).encode()).decode().rstrip("=")


def decoded(cursor: str, order: str) -> After:
    """What a cursor of ours says. Raises BadParameter for any other, and for one of another order."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        of_order, rank, value, last_id = json.loads(base64.urlsafe_b64decode(padded.encode("ascii")))
        if of_order != order or not isinstance(rank, int) or not 0 <= rank <= 2:
            raise ValueError
        return After(rank, _checked(value, order), str(UUID(last_id)))
    except (ValueError, TypeError, AttributeError, RecursionError, OverflowError, binascii.Error):
        raise BadParameter("cursor", _("« cursor » n’est pas de nous : suivez le lien « next ».")) from None


def _checked(value: object, order: str) -> str | None:
    if value is None or order == "id":
        return None
    text = str(value)[:60]
    if order != "distance":
        return datetime.fromisoformat(text).isoformat()
    if not math.isfinite(float(text)) or float(text) < 0:
        raise ValueError
    return repr(float(text))


def whole(name: str, data: QueryDict, default: int, least: int) -> int:
    """A whole number, or its default when it is not given. Raises BadParameter."""
    if name not in data:
        return default
    text = str(data[name])
    if len(data.getlist(name)) > 1:
        raise BadParameter(name, _("« %s » ne se donne qu’une fois.") % name)
    if not re.fullmatch(r"[0-9]{1,9}", text, re.ASCII) or int(text) < least:
        detail = _("« %(name)s » demande un nombre entier d’au moins %(least)s ; reçu : « %(text)s ».")
        raise BadParameter(name, detail % {"name": name, "least": least, "text": text[:60]})
    return int(text)
