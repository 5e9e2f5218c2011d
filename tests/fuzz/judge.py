"""What every answer must be, whatever was asked."""

import gzip
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import brotli
import zstandard
from django.core.signals import got_request_exception
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client

from tests.fuzz.requests import CANARY, Request

SLOWEST_S = 5.0
LEAKS = re.compile(
    rb"Traceback \(most recent call last\)|psycopg|django\.db|site-packages|portal_activity\b.*\bWHERE|SELECT \""
)
SENTENCE_MAX = 1_200
KEPT = 10


@dataclass
class Verdict:
    """What came out of many requests."""

    asked: int = 0
    slowest_s: float = 0.0
    slowest: str = ""
    statuses: Counter[int] = field(default_factory=Counter)
    complaints: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        statuses = ", ".join(f"{number} × {status}" for status, number in sorted(self.statuses.items()))
        return f"{self.asked:,} requests, the slowest {self.slowest_s:.2f} s ({self.slowest[:120]}): {statuses}"


def try_all(requests: Iterable[Request]) -> Verdict:
    """Sends them one after the other and looks at every answer."""
    client, verdict = Client(enforce_csrf_checks=True, raise_request_exception=False), Verdict()
    for request in requests:
        client.cookies.clear()
        started = time.perf_counter()
        with _raised() as errors:
            response = send(client, request)
            complaints = complaints_about(request, response)
        took_s = time.perf_counter() - started
        verdict.asked += 1
        verdict.statuses[response.status_code] += 1
        if took_s > verdict.slowest_s:
            verdict.slowest_s, verdict.slowest = took_s, str(request)
        if took_s > SLOWEST_S:
            complaints.append(f"took {took_s:.1f} s")
        verdict.complaints += [f"{request}\n    {each} {errors or ''}" for each in complaints]
        if len(verdict.complaints) >= KEPT:
            break
    return verdict


def send(client: Client, request: Request) -> HttpResponse:
    """Each in a transaction of its own, so that a statement that fails does not fail the next request too."""
    said: dict[str, Any] = {**request.headers, "QUERY_STRING": request.query.encode().decode("latin-1")}
    with transaction.atomic():
        response: Any = client.generic(request.method, request.path, request.body, request.content_type, **said)
        transaction.set_rollback(response.status_code >= 500)
    return response  # type: ignore[no-any-return]


@contextmanager
def _raised() -> Iterator[list[str]]:
    """What exceptions a view let through."""
    errors: list[str] = []

    def note(sender: object, **_more: object) -> None:
        errors.append(repr(sys.exc_info()[1])[:300])

    got_request_exception.connect(note)
    try:
        yield errors
    finally:
        got_request_exception.disconnect(note)


def _unzstd(packed: bytes) -> bytes:
    return zstandard.ZstdDecompressor().decompressobj().decompress(packed)


UNPACK: dict[str, Callable[[bytes], bytes]] = {"gzip": gzip.decompress, "br": brotli.decompress, "zstd": _unzstd}


def _content(response: Any) -> bytes:
    """The body, whatever it was packed in."""
    packed = bytes(response.getvalue())
    unpack = UNPACK.get(response.headers.get("Content-Encoding", ""))
    return unpack(packed) if unpack and packed else packed


def complaints_about(request: Request, response: HttpResponse) -> list[str]:
    """What is wrong with an answer."""
    return list(_complaints(request, response, _content(response)))


def _complaints(request: Request, response: HttpResponse, content: bytes) -> Iterator[str]:
    if response.status_code >= 500:
        yield f"is {response.status_code}"
    if leak := LEAKS.search(content):
        yield f"tells of our insides: {leak[0]!r}"
    if CANARY.encode() in content or any(CANARY in value for value in response.headers.values()):
        yield "repeats what a header said we were"
    kind = response.headers.get("Content-Type", "").partition(";")[0]
    if content and kind.endswith("json") and request.method != "HEAD":
        for text in content.splitlines() if kind.endswith("ndjson") else [content]:
            yield from _json_complaints(text)
    if request.path.startswith("/api/"):
        yield from _api_complaints(request, response, kind, content)


def _json_complaints(content: bytes) -> Iterator[str]:
    try:
        strict(content)
    except (ValueError, RecursionError) as error:
        yield f"is no JSON: {error}"


def strict(content: bytes) -> Any:
    """JSON as RFC 8259 has it: in UTF-8, without NaN, no name twice, no half characters. Raises ValueError."""
    found = json.loads(content.decode(), parse_constant=_refuse, object_pairs_hook=_once)
    json.dumps(found, ensure_ascii=False).encode()
    return found


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name twice")
    return found


def _api_complaints(request: Request, response: HttpResponse, kind: str, content: bytes) -> Iterator[str]:
    if response.cookies:
        yield "sets a cookie"
    if response.headers.get("Access-Control-Allow-Origin") != "*" and not 300 <= response.status_code < 400:
        yield f"is not open to every origin ({response.status_code} {kind})"
    if response.status_code < 400 or request.method == "HEAD":
        return
    if kind != "application/problem+json":
        yield f"is a {response.status_code} of {kind or 'no type'}, not a problem"
        return
    problem = strict(content)
    if set(problem) < {"type", "title", "status", "detail"} or problem["status"] != response.status_code:
        yield f"is no problem of RFC 9457: {problem}"
    detail = problem["detail"]
    if not detail.strip() or len(detail) > SENTENCE_MAX or "\n" in detail.strip() or not detail.rstrip().endswith("."):
        yield f"says no sentence: {detail[:200]!r}"


def fingerprint() -> dict[str, tuple[int, str]]:
    """How many rows each table has, and a checksum of them."""
    quote = connection.ops.quote_name
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(
                f"SELECT count(*), coalesce(md5(string_agg(t::text, '' ORDER BY t::text)), '') FROM {quote(table)} t"
            )
            found[table] = cursor.fetchone()
    return found
