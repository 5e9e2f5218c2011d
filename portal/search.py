"""Full text in French, Dutch and English: accents and case ignored, words stemmed, the last one as far as typed.

The vectors stand beside the Activities (`ActivityText`) and are made for changed texts only: stemming is by far the
dearest part of storing a record. The text search configurations `parages_fr`, `parages_nl` and `parages_en` are made
by migrations; each is `unaccent` followed by the language's stemmer, `parages_simple` has none: a word that is still
being typed has no stem.
"""

import re
from typing import Any

from django.contrib.postgres.search import SearchVector
from django.db import transaction
from django.db.models import Case, CharField, Expression, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Concat

from portal import read
from portal.models import Activity, ActivityText

LANGUAGES = ("fr", "nl", "en")
BATCH = 5_000
PREFIX_MIN = 2
_LAST_WORD = re.compile(r"(?:^|(?<=[\s]))(\w+)$")
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
        + SearchVector("title", "organisation", weight="D", config="parages_simple")
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
    if total:
        read.bump()
    return total


@transaction.atomic
def _refresh_batch() -> int:
    stale = ActivityText.objects.filter(stale=True).select_for_update(skip_locked=True)
    batch = list(stale.values_list("pk", flat=True)[:BATCH])
    vector = Subquery(Activity.objects.filter(pk=OuterRef("pk")).values(vector=search_vector()))
    return ActivityText.objects.filter(pk__in=batch).update(vector=vector, stale=False) if batch else 0


def text_query(words: str, params: dict[str, Any]) -> str:
    """SQL: whether `t.vector` has all the words and none of those after a `-`; `"a phrase"` and `or` work.

    A word may be written in any of our languages: French stems keep the s of «vélos», English ones do not. The last
    word may be the beginning of one. What is excluded is excluded in each language. Values go into `params`.
    """
    wanted = _EXCLUDED.sub(" ", words).strip()
    found = [_asked(wanted, params)] if wanted else []
    for place, word in enumerate(_EXCLUDED.findall(words)):
        params[f"not{place}"] = word
        found.append(f"NOT t.vector @@ ({_in_any_language(f'not{place}')})")
    return " AND ".join(found) or "true"


def _asked(wanted: str, params: dict[str, Any]) -> str:
    params["words"] = wanted
    last = _LAST_WORD.search(wanted) if wanted.count('"') % 2 == 0 else None
    asked = _in_any_language("words")
    if last and len(last[1]) >= PREFIX_MIN:
        params |= {"begun": wanted[: last.start()], "typed": f"{last[1]}:*"}
        # Language by language: a stop word of one is asked for in another.
        asked += f" || {_in_any_language('begun', '{} && ' + _TYPED)}"
    return f"t.vector @@ ({asked})"


_TYPED = "to_tsquery('parages_simple', %(typed)s)"


def _in_any_language(name: str, form: str = "{}") -> str:
    asked = (form.format(f"websearch_to_tsquery('parages_{lang}', %({name})s)") for lang in LANGUAGES)
    return " || ".join(f"({one})" for one in asked)
