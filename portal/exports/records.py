"""An Answer read out of the database by way of the API's own serializer."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cached_property

import orjson
from django.db.models import Count, Max
from django.utils import timezone

from portal.api.features import FeatureSerializer
from portal.exports.answer import Credit, Feature
from portal.results import Results

CHUNK = 500


class RecordsAnswer:
    """The Results of a question, to be written as the file `name`."""

    def __init__(self, results: Results, name: str, url: str) -> None:
        self.results = results
        self.name = name
        self.url = url
        self.title = f"Parages: {name}"

    def texts(self) -> Iterator[bytes]:
        serializer = FeatureSerializer()
        for activity in self.results.items.iterator(chunk_size=CHUNK):
            yield orjson.dumps(serializer.to_representation(activity))

    def features(self) -> Iterator[Feature]:
        return map(orjson.loads, self.texts())

    @cached_property
    def changed(self) -> datetime:
        return self.results.placed.order_by().aggregate(last=Max("changed"))["last"] or timezone.now()

    @property
    def version(self) -> int:
        return int(self.changed.timestamp())

    @cached_property
    def credits(self) -> Sequence[Credit]:
        columns = [f"source__{name}" for name in ("slug", "title", "publisher", "licence", "licence_url", "page")]
        found = self.results.placed.order_by("source__slug").values_list(*columns).annotate(records=Count("pk"))
        return [Credit(*one) for one in found]
