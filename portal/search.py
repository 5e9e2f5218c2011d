"""Full text in French, Dutch and English: accents and case ignored, words stemmed.

The vectors stand beside the Activities (`ActivityText`) and are made for changed texts only: stemming is by far the
dearest part of storing a record. The text search configurations `parages_fr`, `parages_nl` and `parages_en` are made
by the first migration; each is `unaccent` followed by the language's stemmer.
"""

import re
from functools import reduce
from operator import or_

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db import transaction
from django.db.models import Case, CharField, Expression, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Concat

from portal.models import Activity, ActivityText

LANGUAGES = ("fr", "nl", "en")
BATCH = 5_000
_EXCLUDED = re.compile(r'(?:^|(?<=\s))-("[^"]+"|[^\s"]+)')


def search_vector() -> Expression:
    """The words of an Activity, stemmed in its own language; French where we have no stemmer."""
    return Case(
        When(lang="nl", then=_weighted("parages_nl")),
        When(lang="en", then=_weighted("parages_en")),
        default=_weighted("parages_fr"),
    )


def _weighted(config: str) -> Expression:
    rest = Concat("address", Value(" "), "summary", Value(" "), "description", output_field=CharField())
    return (
        SearchVector("title", weight="A", config=config)
        + SearchVector("organisation", weight="B", config=config)
        + SearchVector(rest, weight="C", config=config)
    )


def mark(activities: QuerySet[Activity]) -> None:
    """Say that the texts of these Activities are new or changed."""
    texts = (ActivityText(activity_id=pk) for pk in activities.values_list("pk", flat=True).iterator())
    ActivityText.objects.bulk_create(
        texts, BATCH, update_conflicts=True, unique_fields=["activity"], update_fields=["stale"]
    )


def refresh() -> int:
    """Make the vectors of all texts that changed; how many. Several may do it at once, none twice."""
    total = 0
    while made := _refresh_batch():
        total += made
    return total


@transaction.atomic
def _refresh_batch() -> int:
    stale = ActivityText.objects.filter(stale=True).select_for_update(skip_locked=True)
    batch = list(stale.values_list("pk", flat=True)[:BATCH])
    vector = Subquery(Activity.objects.filter(pk=OuterRef("pk")).values(vector=search_vector()))
    return ActivityText.objects.filter(pk__in=batch).update(vector=vector, stale=False) if batch else 0


def matching(words: str) -> Q:
    """Activities with all the words and none of those after a `-`; `"a phrase"` and `or` work.

    A word may be written in any of our languages: French stems keep the s of «vélos», English ones do not.
    What is excluded is excluded in each of them.
    """
    wanted = _EXCLUDED.sub(" ", words).strip()
    condition = _in_any_language(wanted) if wanted else Q()
    for word in _EXCLUDED.findall(words):
        condition &= ~_in_any_language(word)
    return condition


def _in_any_language(words: str) -> Q:
    asked = (SearchQuery(words, config=f"parages_{lang}", search_type="websearch") for lang in LANGUAGES)
    return Q(text__vector=reduce(or_, asked))
