"""Full text in French, Dutch and English: accents and case ignored, words stemmed.

The text search configurations `parages_fr`, `parages_nl` and `parages_en` are made by the
first migration; each is `unaccent` followed by the language's stemmer.
"""

from functools import reduce
from operator import or_

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import Case, CharField, Expression, Value, When
from django.db.models.functions import Concat

LANGUAGES = ("fr", "nl", "en")


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


def search_query(words: str) -> SearchQuery:
    """All the words, in any of our languages. `words` is what a person typed: quotes, `-` and `or` work."""
    return reduce(or_, (SearchQuery(words, config=f"parages_{lang}", search_type="websearch") for lang in LANGUAGES))
