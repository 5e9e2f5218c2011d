"""Records that another site like this one published: where they came through, and whether they came from here.

Sites that harvest one another would otherwise hand the same record round for ever. Each publishes, with a record, the
pages it had on the sites before (`via`), so that everybody can tell their own; and a public id is the same everywhere
for what was harvested from the same source, so that what is here at first hand is not taken at second hand.
"""

import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.conf import settings

from harvesters.mapping.remarks import Refused
from portal.models import Activity, Tombstone

CHAIN_MAX = 5
"""So many sites may lie between a record's portal and us."""

URL_MAX = 2_000
PUBLIC_ID = re.compile(r"/([0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12})[-/]")


def chain(data: Mapping[str, Any]) -> list[str]:
    """The pages of a record on the sites that it came through, the first publisher's first.

    Empty for a record that no such site published: those have their id in their own `url`.
    """
    url, own_id = data.get("url"), data.get("_id") or data.get("id")
    if not isinstance(url, str) or not isinstance(own_id, str):
        return []
    if not own_id or _public_id(url) != own_id.lower():
        return []
    before = data.get("via") or []
    pages = before.split("; ") if isinstance(before, str) else before
    known = [page for page in pages if isinstance(page, str) and _public_id(page)] if isinstance(pages, list) else []
    return [*known, url]


def refuse_own(pages: list[str]) -> None:
    """Raises Refused for a record that came from here, is here at first hand, was erased here, or came too far."""
    if any(page.startswith(f"{settings.SITE_URL}/") for page in pages):
        raise Refused("own-record", "the record comes from this very site")
    if len(pages) > CHAIN_MAX:
        raise Refused("long-chain", f"the record came through {len(pages)} sites; {CHAIN_MAX} are enough")
    ids = [UUID(_public_id(page)) for page in pages]
    if Tombstone.objects.filter(public_id__in=ids, reason=Tombstone.Reason.ERASED).exists():
        raise Refused("erased", "the record was erased on demand")
    if Activity.objects.filter(public_id__in=ids).exists():
        raise Refused("own-record", "the record is here already, from its own source")


def _public_id(page: str) -> str:
    """The public id in the address of a page, or ""."""
    found = PUBLIC_ID.search(page) if len(page) <= URL_MAX and page.startswith(("http://", "https://")) else None
    return found[1] if found else ""
