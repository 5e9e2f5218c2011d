"""Requests made up at random, hostile in all that a request has: its path, query, headers, method and body."""

import base64
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from random import Random

from portal.query import PARAMETERS
from tests.fuzz.routes import filled
from tests.fuzz.values import TEXTS, hostile, joined_numbers, number, sensible
from tests.oracle.record import Record

OTHERS = (
    "f", "limit", "offset", "cursor", "crs", "bbox-crs", "filter", "filter-lang", "filter-crs", "datetime", "area",
    "sort",
    "sortby", "count", "zoom", "properties", "format", "callback", "utm_source", "page", "place", "view", "only",
    "lang",
)  # fmt: skip
NAMES = (*PARAMETERS, *OTHERS)
NUMERIC = ("near", "radius", "bbox", "limit", "offset", "zoom", "page")
METHODS = ("POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD", "TRACE", "PROPFIND", "get", "", "X" * 300)
CANARY = "canary.invalid"
"""What headers say of who we are: no answer repeats it."""


@dataclass(frozen=True)
class Request:
    """`query` and `path` are as they go over the wire; headers by their WSGI names."""

    path: str
    query: str = ""
    method: str = "GET"
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    content_type: str = "application/octet-stream"

    def __str__(self) -> str:
        headers = {name: value[:80] for name, value in self.headers.items()}
        return f"{self.method[:20]} {self.path[:200]}?{self.query[:400]} {headers or ''} {self.body[:40]!r}"


class Attacker:
    """Draws requests of these routes. `cursors` are true ones, to be tampered with."""

    def __init__(self, dice: Random, routes: Sequence[str], records: list[Record], cursors: Sequence[str] = ()) -> None:
        self.dice = dice
        self.routes = routes
        self.records = records
        self.cursors = cursors or ["W10"]

    def requests(self) -> Iterator[Request]:
        """Without end."""
        while True:
            yield self._request()

    def _request(self) -> Request:
        path = filled(self.dice.choice(self.routes), self.dice, self.records)
        query = self._query()
        chance = self.dice.random()
        if chance < 0.80:
            return Request(path, query)
        if chance < 0.93:
            return Request(path, query, headers=self._headers())
        return Request(path, query, self.dice.choice(METHODS), self._headers(), *self._body())

    def _query(self) -> str:
        chance = self.dice.random()
        if chance < 0.003:
            many = self.dice.choice([300, 990, 1_001, 5_000])
            return "&".join(f"{self.dice.choice(NAMES)}{n}=1" for n in range(many))
        if chance < 0.02:
            return "&".join([self._pair(name=self.dice.choice(NAMES))] * self.dice.choice([2, 3, 200]))
        if chance < 0.04:
            return self.dice.choice(TEXTS) * self.dice.randint(1, 5)
        hostile_share = self.dice.choice([0.0, 0.0, 0.2, 1.0])
        return "&".join(self._pair(hostile_share) for _ in range(self.dice.choice([0, 1, 1, 2, 2, 3, 4, 6])))

    def _pair(self, hostile_share: float = 0.5, name: str = "") -> str:
        name = name or self._name()
        if name == "cursor":
            return f"cursor={self._cursor()}"
        if self.dice.random() >= hostile_share:
            return f"{name}={sensible(name, self.dice, self.records)}"
        draws = [number, joined_numbers, hostile] if name in NUMERIC else [hostile]
        return f"{name}={self.dice.choice(draws)(self.dice)}"

    def _name(self) -> str:
        """A parameter that we know, mostly."""
        chance = self.dice.random()
        if chance < 0.02:
            return hostile(self.dice)
        return self.dice.choice(NAMES if chance < 0.07 else NAMES[: len(PARAMETERS) + 4])

    def _cursor(self) -> str:
        """A true one, one with a bit turned, one of other JSON, or none at all."""
        true = self.dice.choice(self.cursors)
        chance = self.dice.random()
        if chance < 0.3:
            return true
        if chance < 0.6:
            raw = bytearray(base64.urlsafe_b64decode(true + "=" * (-len(true) % 4)))
            raw[self.dice.randrange(len(raw))] ^= 1 << self.dice.randrange(8)
            return base64.urlsafe_b64encode(bytes(raw)).decode().rstrip("=")
        if chance < 0.85:
            return base64.urlsafe_b64encode(self._foreign()).decode()
        return hostile(self.dice)

    def _foreign(self) -> bytes:
        public_id = str(self.dice.choice(self.records).public_id)
        keys = [[0, None, public_id], [True, 1.5, public_id], [0, 1e308, public_id], [0, 5, public_id], [-1, None,
        public_id],
                [0, -1.0, public_id], [9, None, public_id], [0, None, public_id.upper()], [0, None, f"{{{public_id}}}"],
                [0, None, 5], [0, None, []], [0, None, "x" * 36], {"a": 1}, [], [0] * 99, "text", 5, None, [0, "1",
                public_id],
                [0, None, f"urn:uuid:{public_id}"], [2**80, None, public_id], [0, {}, {}]]  # fmt: skip
        raw = [
            b"[NaN,null,1]",
            b'[0,NaN,"%s"]' % public_id.encode(),
            b'[0,Infinity,"x"]',
            b"[" * 3_000,
            b"9" * 5_000,
            b"\xff\xfe",
        ]
        return self.dice.choice([json.dumps(self.dice.choice(keys)).encode(), self.dice.choice(raw)])

    def _headers(self) -> dict[str, str]:
        """What proxies and caches might send, and what they never would."""
        pool = {
            "HTTP_IF_NONE_MATCH": ["*", '"x"', 'W/"x",' * 5_000, '"', "\x00", "é" * 3_000],
            "HTTP_IF_MODIFIED_SINCE": ["x", "Thu, 01 Jan 1970 00:00:00 GMT", "Thu, 99 Foo 99999 99:99:99 GMT",
            "0" * 5_000],
            "HTTP_ACCEPT": ["*/*", "", "text/html", "application/xml;q=nan", ";;;,,,", "a/" * 4_000, "*/*;q=1e999",
            "\xff"],
            "HTTP_ACCEPT_LANGUAGE": ["nl", "en", "x" * 4_000, "*;q=", "fr-" * 900, "zh-Hant-\x00", "é", "fr;q=nan",
            "../../etc"],
            "HTTP_ACCEPT_ENCODING": ["gzip", "br", "gzip;q=0,*;q=0", "zstd, " * 500, "identity;q=0", "x"],
            "HTTP_RANGE": ["bytes=0-0", "bytes=-1", "bytes=9-1", "bytes=" + "0-1," * 2_000, "lines=1-2",
            "bytes=0-" + "9" * 400],
            "HTTP_X_FORWARDED_HOST": [CANARY, f"{CANARY}:99999", f"{CANARY}\t", "é"],
            "HTTP_X_FORWARDED_PROTO": ["https", "javascript", CANARY], "HTTP_X_FORWARDED_FOR": [CANARY, "1.2.3.4, x",
            "x" * 9_000],
            "HTTP_X_FORWARDED_PORT": ["99999", CANARY], "HTTP_FORWARDED": [f"host={CANARY};proto=https"],
            "HTTP_X_HTTP_METHOD_OVERRIDE": ["DELETE"], "HTTP_X_ORIGINAL_URL": ["/admin/"], "HTTP_ORIGIN": ["null",
            f"https://{CANARY}"],
            "HTTP_REFERER": [f"https://{CANARY}/", "x" * 9_000], "HTTP_COOKIE": ["sessionid=x",
            "csrftoken=" + "x" * 5_000, "\x00=;;=", "a=b; " * 500],
            "HTTP_USER_AGENT": ["", "x" * 9_000, "${jndi:ldap://x}"], "CONTENT_LENGTH": ["-1", "x", "9" * 30],
            "HTTP_EXPECT": ["100-continue"],
            "HTTP_TRANSFER_ENCODING": ["chunked"], "HTTP_UPGRADE": ["websocket"], "HTTP_AUTHORIZATION": ["Basic !!!!",
            "Bearer " + "x" * 5_000],
        }  # fmt: skip
        return {name: self.dice.choice(pool[name]) for name in self.dice.sample(sorted(pool), self.dice.randint(1, 4))}

    def _body(self) -> tuple[bytes, str]:
        form = "application/x-www-form-urlencoded"
        bodies = [
            (b"", "application/json"), (b"{" * 3_000, "application/json"), (b"a=1&" * 3_000, form),
            (b"\xff" * 4_000_000, "application/json"),
            (b"--x\r\nContent-Disposition: form-data; name=a\r\n\r\n", "multipart/form-data; boundary=x"), (b"x",
            "multipart/form-data"),
            (b"\x00" * 50, f"{form}; charset=nonsense"),
            (b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>", "text/xml"),
        ]  # fmt: skip
        return self.dice.choice(bodies)
