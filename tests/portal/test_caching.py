"""Validators, the cache of answers, compression: what a browser and a proxy see of the data version."""

import gzip
from typing import Any

import brotli
import pytest
import zstandard
from django.contrib.gis.geos import Point
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from portal import search
from portal.api import caching
from portal.compression import accepted, compressed, compressed_stream
from portal.models import Activity, Source
from tests.factories import make_activity

ITEMS = "/api/collections/all/items"
OPENERS = {
    "zstd": lambda data: zstandard.ZstdDecompressor().decompressobj().decompress(data),
    "br": brotli.decompress,
    "gzip": gzip.decompress,
}


@pytest.mark.django_db
def test_who_has_this_version_gets_304_until_something_changes(client: Client) -> None:
    activity = make_activity()
    first = client.get(ITEMS)
    known = {"If-None-Match": f'"other", {first["ETag"]}'}
    again = client.get(ITEMS, headers=known)
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert client.get(ITEMS, headers={"If-Modified-Since": first["Last-Modified"]}).status_code == 304
    Activity.objects.filter(pk=activity.pk).update(title="autre")
    changed = client.get(ITEMS, headers=known)
    assert changed.status_code == 200
    assert int(changed["Data-Version"]) > int(first["Data-Version"])


@pytest.mark.django_db
def test_a_source_read_again_and_words_made_ready_are_new_versions(client: Client) -> None:
    make_activity()
    seen = {client.get(ITEMS)["ETag"]}
    Source.objects.update(confirmed="2026-11-25T03:00:00Z")
    seen.add(client.get(ITEMS)["ETag"])
    search.mark(Activity.objects.all())
    search.refresh()
    seen.add(client.get(ITEMS)["ETag"])
    assert len(seen) == 3


@pytest.mark.django_db
@pytest.mark.parametrize("question", ["f=csv", "f=ndjson", "bbox=3,50,5,51", "near=50,4"])
def test_other_questions_have_other_tags(client: Client, question: str) -> None:
    make_activity()
    assert client.get(f"{ITEMS}?{question}")["ETag"] != client.get(ITEMS)["ETag"]


@pytest.mark.django_db
def test_what_is_relative_to_now_is_another_answer_every_minute(client: Client, time_machine: Any) -> None:
    make_activity()
    time_machine.move_to("2026-11-28T10:00:30Z", tick=False)
    first = client.get(f"{ITEMS}?when=upcoming")["ETag"]
    time_machine.move_to("2026-11-28T10:01:30Z", tick=False)
    assert client.get(f"{ITEMS}?when=upcoming")["ETag"] != first


@pytest.mark.django_db
def test_an_error_is_kept_by_nobody(client: Client) -> None:
    for headers in ({}, {"If-None-Match": "*"}):
        response = client.get(f"{ITEMS}?nothing=1", headers=headers)
        assert (response.status_code, response["Cache-Control"]) == (400, "no-store")
    assert client.get(ITEMS, headers={"If-None-Match": "*"}).status_code == 304


@pytest.mark.django_db
def test_the_cache_gives_the_same_bytes_and_forgets_the_oldest(
    client: Client, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.CACHE_MB = 1
    cache = caching.Cache()
    monkeypatch.setattr(caching, "_cache", cache)
    for _number in range(5):
        make_activity(description="mot " * 500)
    first = client.get(ITEMS, headers={"Accept-Encoding": "br"})
    again = client.get(ITEMS, headers={"Accept-Encoding": "br"})
    assert len(cache.kept) == 1
    assert (first.content, first.headers) == (again.content, again.headers)
    assert client.get(ITEMS).content == brotli.decompress(again.content)
    for number in range(300):
        client.get(f"{ITEMS}?limit={number + 1}")
    assert cache.size <= 1_000_000
    assert cache.size == sum(kept.size for kept in cache.kept.values())


@pytest.mark.django_db
@pytest.mark.parametrize("encoding", OPENERS)
@pytest.mark.parametrize("form", ["", "&f=csv", "&f=ndjson"])
def test_answers_and_files_are_compressed_as_asked(client: Client, encoding: str, form: str) -> None:
    for number in range(20):
        make_activity(geometry=Point(3 + number / 100, 50, srid=4326))
    plain = b"".join(client.get(f"{ITEMS}?limit=50{form}"))
    response = client.get(f"{ITEMS}?limit=50{form}", headers={"Accept-Encoding": encoding})
    assert response["Content-Encoding"] == encoding
    assert "Accept-Encoding" in response["Vary"]
    opened = OPENERS[encoding](b"".join(response))
    assert opened.count(b"mission") == plain.count(b"mission")
    assert opened.split(b'"timeStamp"')[0] == plain.split(b'"timeStamp"')[0]


def test_a_parquet_file_is_not_squeezed_again(client: Client, db: None) -> None:
    response = client.get(f"{ITEMS}?f=parquet", headers={"Accept-Encoding": "gzip"})
    assert not response.has_header("Content-Encoding")


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", None), ("identity", None), ("gzip, deflate, br, zstd", "zstd"), ("gzip;q=1, br;q=0", "gzip"),
        ("*", "zstd"), ("zstd;q=0, *;q=0.5", "br"), ("GZIP", "gzip"), ("gzip;q=zero", None), (";;;,,,", None),
    ],
)  # fmt: skip
def test_the_cheapest_encoding_that_the_client_takes(header: str, expected: str | None) -> None:
    assert accepted(header) == expected


@given(st.text())
def test_any_header_is_read(header: str) -> None:
    assert accepted(header) in (None, *OPENERS)


@given(st.binary(max_size=5000), st.sampled_from(list(OPENERS)))
def test_what_is_compressed_comes_back(content: bytes, encoding: str) -> None:
    assert OPENERS[encoding](compressed(encoding, content)) == content
    pieces = [content[start : start + 100] for start in range(0, len(content), 100)]
    assert OPENERS[encoding](b"".join(compressed_stream(encoding, pieces))) == content


@pytest.mark.django_db
def test_scripts_of_other_sites_may_ask_and_read_what_matters(client: Client) -> None:
    response = client.options(ITEMS)
    assert response.status_code == 204
    assert "If-None-Match" in response["Access-Control-Allow-Headers"]
    assert "Row-Count" in client.get(ITEMS)["Access-Control-Expose-Headers"]
