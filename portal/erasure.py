"""Erasing records because a person asked: nothing of them stays but the ids that keep them from coming back."""

import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from portal import removal
from portal.models import Activity, Source, Tombstone


def erase(activities: QuerySet[Activity]) -> int:
    """Delete the records and leave a tombstone for each; how many there were."""
    chosen = list(activities)
    with transaction.atomic():
        for source in Source.objects.filter(pk__in={one.source_id for one in chosen}).order_by("pk"):
            removal.lock(source)  # all of them before anything else is locked, always in the same order
        removal.bury(chosen, Tombstone.Reason.ERASED)
    return len(chosen)


@dataclass(frozen=True)
class Erased:
    """What must be remembered of an erased record, in words that another copy of the database understands."""

    public_id: str
    source_uid: str
    source_record_id: str
    kind: str


def keep(file: Path) -> list[Erased]:
    """All that was erased, written to `file` too: should a restore be cut short, the next one finds it there."""
    stones = Tombstone.objects.filter(reason=Tombstone.Reason.ERASED).select_related("source")
    known = [Erased(str(one.public_id), one.source.uid, one.source_record_id, one.kind) for one in stones]
    if file.is_file():
        known = list(dict.fromkeys([*known, *(Erased(**one) for one in json.loads(file.read_text("utf-8")))]))
    if known:
        with suppress(OSError):  # a backup on a medium that cannot be written to
            file.write_text(json.dumps([asdict(one) for one in known]), "utf-8")
    return known


@transaction.atomic
def again(erased: Iterable[Erased]) -> tuple[int, list[Erased]]:
    """Erase records again that a backup brought back, or will; how many of them it knew not as erased.

    Those whose source is unknown cannot be remembered: they are given back.
    """
    erased = list(erased)
    sources = dict(Source.objects.values_list("uid", "pk"))
    buried = set(Tombstone.objects.filter(reason=Tombstone.Reason.ERASED).values_list("public_id", flat=True))
    known = [one for one in erased if one.source_uid in sources and UUID(one.public_id) not in buried]
    erase(Activity.objects.filter(public_id__in=[one.public_id for one in known]))
    for one in known:
        Tombstone.objects.update_or_create(
            source_id=sources[one.source_uid],
            source_record_id=one.source_record_id,
            defaults={"reason": Tombstone.Reason.ERASED},
            create_defaults={
                "reason": Tombstone.Reason.ERASED, "public_id": one.public_id, "kind": one.kind, "gone": timezone.now(),
            },
        )  # fmt: skip
    return len(known), [one for one in erased if one.source_uid not in sources]
