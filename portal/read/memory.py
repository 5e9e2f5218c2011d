"""Counts that a process remembers as long as the data version stays: pages ask for the same ones again and again."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from django.conf import settings

from portal.query import Query
from portal.read import version
from portal.vocabularies import Kind

MOST = 500
Answer = TypeVar("Answer")

_kept: OrderedDict[Any, Any] = OrderedDict()
_lock = threading.Lock()


def remembered(name: str, query: Query, within: tuple[Kind, ...], count: Callable[[], Answer]) -> Answer:
    """What `count` gives for this question, now or since this version began; never with PARAGES_CACHE_MB=0."""
    if not settings.CACHE_MB:
        return count()
    key = (name, query, within, _moment(query), version.current().number)
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]  # type: ignore[no-any-return]
    made = count()
    with _lock:
        _kept[key] = made
        while len(_kept) > MOST:
            _kept.popitem(last=False)
    return made


def _moment(query: Query) -> datetime | None:
    """What is relative to now is another question every minute."""
    return query.when.moment() if query.when else None
