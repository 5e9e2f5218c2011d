"""Asks a site without a pause and tells, second by second, how many answers came, how late the latest was, and what
went wrong: `python -m bench.scale.ask http://127.0.0.1:8101 30`. Every address is asked once, so that no cache answers.

What is killed meanwhile is killed by hand; the exit code is 1 when a request failed.
"""

import argparse
import http.client
import random
import sys
import threading
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from urllib.parse import urlsplit

CITIES = ((48.8566, 2.3522), (45.76, 4.84), (50.85, 4.35), (43.3, 5.37), (44.84, -0.58), (47.22, -1.55), (50.63, 3.06))


@dataclass
class Told:
    """What came in one second."""

    answers: Counter[str] = field(default_factory=Counter)
    versions: set[str] = field(default_factory=set)
    slowest_ms: float = 0


def address(chance: random.Random, what: str) -> str:
    lat, lon = chance.choice(CITIES)
    lat, lon = lat + chance.uniform(-0.2, 0.2), lon + chance.uniform(-0.2, 0.2)
    if what == "city":
        bbox = f"{lon - 0.05:.5f},{lat - 0.035:.5f},{lon + 0.05:.5f},{lat + 0.035:.5f}"
        return f"/api/collections/all/items?bbox={bbox}&limit=500"
    return f"/api/collections/all/items?near={lat:.5f},{lon:.5f}&limit=50"


class Asker(threading.Thread):
    """One client, one connection; a broken one is made anew, as browsers do."""

    def __init__(self, site: str, until: float, told: dict[int, Told], lock: threading.Lock, seed: int) -> None:
        super().__init__(daemon=True)
        self.host, self.until, self.told, self.lock = urlsplit(site).netloc, until, told, lock
        self.chance = random.Random(seed)  # noqa: S311

    def run(self) -> None:
        client = http.client.HTTPConnection(self.host, timeout=30)
        while (began := time.monotonic()) < self.until:
            status, version = self._ask(client)
            took_ms = (time.monotonic() - began) * 1000
            with self.lock:
                second = self.told[int(time.time())]
                second.answers[status] += 1
                second.versions |= {version} if version else set()
                second.slowest_ms = max(second.slowest_ms, took_ms)

    def _ask(self, client: http.client.HTTPConnection) -> tuple[str, str]:
        try:
            client.request("GET", address(self.chance, self.chance.choice(("city", "near"))))
            answer = client.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException) as error:
            client.close()
            return type(error).__name__, ""
        return str(answer.status), answer.headers.get("Data-Version", "")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("site")
    parser.add_argument("seconds", type=float)
    parser.add_argument("--clients", type=int, default=8)
    asked = parser.parse_args()
    told: dict[int, Told] = defaultdict(Told)
    lock, until = threading.Lock(), time.monotonic() + asked.seconds
    askers = [Asker(asked.site, until, told, lock, seed + int(time.time()) * 100) for seed in range(asked.clients)]
    for one in askers:
        one.start()
    for one in askers:
        one.join()
    every: Counter[str] = Counter()
    for second, found in sorted(told.items()):
        every += found.answers
        words = " ".join(f"{status}: {count}" for status, count in sorted(found.answers.items()))
        clock = time.strftime("%H:%M:%S", time.localtime(second))
        print(f"{clock}  {words}  slowest {found.slowest_ms:.0f} ms  version {','.join(sorted(found.versions))}")
    print(dict(every))
    return 0 if set(every) == {"200"} else 1


if __name__ == "__main__":
    sys.exit(main())
