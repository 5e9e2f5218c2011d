"""The crawl of everything, as somebody who copies a portal does it."""

from collections.abc import Iterator, Sequence
from http import HTTPStatus
from itertools import islice
from statistics import median
from urllib.parse import parse_qsl, urlencode, urlsplit

import orjson

from bench.serving.asking import STYLES, features_in
from bench.serving.client import Client
from bench.serving.inturn import Timed, in_turn, total_of
from bench.serving.outcome import BEST, Line, Outcome, Run
from bench.serving.servers import OURS, PEERS, Server
from portal.launcher.steps import Failed

PAGE = 1_000
DEPTHS = (0.0, 0.1, 0.5, 0.9)
PAGES = {True: 4, False: 2}  # of ours, of a peer, at each depth in each round


def crawl(run: Run) -> Outcome:
    """All of it, 1,000 a page, one connection: how long a page takes at the beginning and deep inside."""
    total = total_of(run)
    page = min(PAGE, total // 50)
    timed = {
        f"{server.name}, {depth:.0%}": _pages(server, int(total * depth), page)
        for server in run.uncached
        for depth in DEPTHS
    }
    found = in_turn(run, timed)
    outcome = Outcome(f"crawl, {page:,} a page: milliseconds a page by depth")
    pages_ms = {name: 1_000 * median(second for turn in turns for second in turn) for name, turns in found.items()}
    outcome.lines = [Line(name, 1, 1_000 / ms, ms, features=page) for name, ms in pages_ms.items()]
    whole = {
        server.name: _mean_page([pages_ms[f"{server.name}, {depth:.0%}"] for depth in DEPTHS])
        for server in run.uncached
    }
    outcome.notes = [f"{name}: {page / ms * 1_000:,.0f} records a second over the whole" for name, ms in whole.items()]
    peers = {name: whole[name] / whole[OURS] for name in PEERS if name in whole}
    outcome.ratios = {**peers, **({BEST: min(peers.values())} if peers else {})}
    outcome.ratios["90 % ÷ first"] = pages_ms[f"{OURS}, 90%"] / pages_ms[f"{OURS}, 0%"]
    return outcome


def _mean_page(ms: Sequence[float]) -> float:
    """Over the whole depth, between the measured ones as a straight line; the last tenth as its beginning."""
    between = sum((b - a) * (x + y) / 2 for a, b, x, y in zip(DEPTHS, DEPTHS[1:], ms, ms[1:], strict=False))
    return between + (1 - DEPTHS[-1]) * ms[-1]


def _pages(server: Server, offset: int, page: int) -> Timed:
    walk = _followed if server.style == OURS else _by_offset

    def timed() -> list[float]:
        client = Client(server.host)
        seconds = list(islice(walk(client, server, offset, page), PAGES[server.style == OURS]))
        client.close()
        return seconds

    return timed


def _by_offset(client: Client, server: Server, offset: int, page: int) -> Iterator[float]:
    while True:
        seconds, _ = page_of(client, server, STYLES[server.style].page(offset, page), page)
        yield seconds
        offset += page


def _followed(client: Client, server: Server, offset: int, page: int) -> Iterator[float]:
    """The cursor at a depth is taken from a page of one record there, which is not timed."""
    path = f"{STYLES[OURS].page(0, page)}".replace("&offset=0", "")
    if offset:
        _, body = page_of(client, server, STYLES[OURS].page(offset - 1, 1), 1)
        path = _resized(_next(body), page)
    while True:
        seconds, body = page_of(client, server, path, page)
        yield seconds
        path = _next(body)


def page_of(client: Client, server: Server, path: str, least: int) -> tuple[float, bytes]:
    answer = client.get(path)
    if answer.status != HTTPStatus.OK or features_in(answer.body) != least:
        raise Failed(f"{server.name} gives no page of {least}: {answer.status} to {path}, {answer.body[:200]!r}")
    return answer.seconds, answer.body


def _next(body: bytes) -> str:
    link = next(link["href"] for link in orjson.loads(body)["links"] if link["rel"] == "next")
    parts = urlsplit(link)
    return f"{parts.path}?{parts.query}"


def _resized(path: str, page: int) -> str:
    parts = urlsplit(path)
    return f"{parts.path}?{urlencode({**dict(parse_qsl(parts.query)), 'limit': page})}"
