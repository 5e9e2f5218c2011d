"""Run the detector over the files of the truth table, served over HTTP on the loopback, and compare.

    python -m bench.discovery [--held-out] [--json FILE] [NAME ...]

Without --held-out the files that were set aside are not touched. Needs ../shared/data and a database with the
gazetteer. What is counted, and how, is told in README.md.
"""

import argparse
import json
import time
import tomllib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from rich.console import Console
from rich.table import Table

from bench.discovery.positions import DATA, metres, points_of, true_positions
from harvesters import protocols
from harvesters.discovery import NeedsDataset, Proposal, propose
from harvesters.errors import PortalError
from harvesters.http import Client, Limits
from harvesters.loopback import portals
from harvesters.mapping import Reader
from portal.models import Source

HERE = Path(__file__).parent
NEAR_M = 20
OTHERS = ("description", "address", "postal_code", "commune", "area", "starts", "ends", "data_date", "budget",
          "status", "themes", "organisation", "edition", "votes", "places")  # fmt: skip


@dataclass
class Verdict:
    """One file. title, id, place: right, flagged (wrong or missing, and asked), wrong (not asked), none.

    true: records with a true position; located: those of them that were placed; near: those within 20 m of the truth.
    """

    path: str
    held_out: bool
    protocol: str = "wrong"
    title: str = "wrong"
    id: str = "wrong"
    place: str = "none"
    true: int = 0
    located: int = 0
    near: int = 0
    found: dict[str, Any] = field(default_factory=dict)
    others: dict[str, bool] = field(default_factory=dict)
    form: str = ""
    kind: str = ""
    asked: list[str] = field(default_factory=list)
    error: str = ""
    seconds: float = 0.0


def measured(truth: dict[str, Any], base_url: str, client: Client) -> Verdict:
    """What the detector makes of one file, compared with the truth."""
    verdict = Verdict(truth["path"], truth.get("held_out", False))
    started = time.monotonic()
    address = f"{base_url}/{quote(truth['path'])}"
    try:
        proposal = propose(address, client)
    except (PortalError, NeedsDataset) as error:
        verdict.error = f"{type(error).__name__}: {error}"[:200]
        for name in ("title", "id", "place"):
            if name != "place" or "place" in truth:
                setattr(verdict, name, "flagged")  # nothing was proposed, so nothing wrong was accepted
        return verdict
    finally:
        verdict.seconds = round(time.monotonic() - started, 1)
    _judge(truth, proposal, client, verdict)
    return verdict


def _judge(truth: dict[str, Any], proposal: Proposal, client: Client, verdict: Verdict) -> None:
    source = proposal.source
    verdict.asked = [question.field for question in proposal.questions]
    verdict.protocol = "right" if source.protocol in truth["protocol"] else "wrong"
    verdict.found = {name: source.mapping.get(name) for name in ("title", "id", "lat", "lon", "point", "crs")}
    verdict.title = _verdict(_is_title(truth, source.mapping.get("title")), "mapping.title", verdict, truth["title"])
    verdict.id = _verdict(_is_id(truth, source.mapping.get("id")), "mapping.id", verdict, truth["id"])
    _judge_place(truth, source, client, verdict)
    _judge_form(truth, proposal, verdict)
    verdict.kind = (
        ""
        if "kind" not in truth
        else "right"
        if source.kind == truth["kind"]
        else ("flagged" if "kind" in verdict.asked else "wrong")
    )
    for name in OTHERS:
        if truth.get(name):
            verdict.others[name] = bool(
                Reader(source.mapping.get(name, [])).columns and _columns(source.mapping[name]) & set(truth[name])
            )


def _verdict(is_right: bool, name: str, verdict: Verdict, true: Sequence[Any]) -> str:
    """Where there is nothing to be found, asking is right."""
    asked = name in verdict.asked
    if not true:
        return "right" if asked else "wrong"
    return "right" if is_right else "flagged" if asked else "wrong"


def _columns(spec: Any) -> set[str]:
    """The full names of the columns that a mapping's table reads, those of templates among them."""
    spec = spec.get("column", []) if isinstance(spec, dict) else spec
    names = [spec] if isinstance(spec, str) else spec
    found: set[str] = set()
    for name in names:
        found |= {part.split("}")[0] for part in name.split("{")[1:]} if "{" in name else {name}
    return found


def _is_title(truth: dict[str, Any], spec: Any) -> bool:
    first = spec[0] if isinstance(spec, list) and spec else spec
    return first is not None and bool(_columns(first) & set(truth["title"]))


def _is_id(truth: dict[str, Any], spec: Any) -> bool:
    columns = _columns(spec) if spec is not None else set()
    whole = [set(one) for one in truth["id"]]
    return any(columns == one if len(one) == 1 else one <= columns for one in whole)


def _judge_place(truth: dict[str, Any], source: Source, client: Client, verdict: Verdict) -> None:
    """Every record with a true position: is its point within 20 m of it?"""
    asked = any(name in verdict.asked for name in ("mapping.position", "protocol"))
    try:
        rows = list(protocols.read(source, client))
    except PortalError as error:
        verdict.error = str(error)[:200]
        rows = []
    where = true_positions(truth, rows)
    made = points_of(source, rows)
    verdict.true = len(where)
    verdict.located = len(where.keys() & made.keys())
    verdict.near = sum(1 for place, point in where.items() if place in made and metres(made[place], point) <= NEAR_M)
    if "place" not in truth:
        verdict.place = "none" if not made or "mapping.position" in verdict.asked else "wrong"
        return
    right = bool(where) and verdict.near >= 0.99 * verdict.located and verdict.located >= 0.95 * len(where)
    verdict.place = "right" if right else "flagged" if asked else "wrong"


def _judge_form(truth: dict[str, Any], proposal: Proposal, verdict: Verdict) -> None:
    """Encoding, delimiter and header row of delimited texts."""
    if "delimiter" not in truth:
        return
    same = {"cp1252": "windows-1252", "utf_8": "utf-8", "ascii": "utf-8"}
    found = {
        name: one.value
        for name in ("encoding", "delimiter", "header_row")
        if (one := proposal.finding(f"options.{name}"))
    }
    found["encoding"] = same.get(str(found.get("encoding")), found.get("encoding"))
    wrong = [
        f"{name}={found.get(name)!r}"
        for name in ("encoding", "delimiter", "header_row")
        if found.get(name) != truth[name]
    ]
    verdict.form = ", ".join(wrong) or "right"


def totals(verdicts: Sequence[Verdict], truths: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Shares against the goals. Of title and id, files that have one; of place, records that have one."""
    with_title = [one for one in verdicts if truths[one.path]["title"]]
    with_id = [one for one in verdicts if truths[one.path]["id"]]
    placed = sum(one.located for one in verdicts)
    true = sum(one.true for one in verdicts)
    others = [is_right for one in verdicts for is_right in one.others.values()]
    silent = [
        f"{one.path}: {name}" for one in verdicts for name in ("title", "id", "place") if getattr(one, name) == "wrong"
    ]
    formed = [one for one in verdicts if one.form]
    kinds = [one for one in verdicts if one.kind]
    return {
        "files": len(verdicts),
        "protocol": [sum(one.protocol == "right" for one in verdicts), len(verdicts)],
        "located records within 20 m": [sum(one.near for one in verdicts), placed],
        "records located that have a place": [placed, true],
        "files placed right": [
            sum(one.place == "right" for one in verdicts),
            sum("place" in truths[one.path] for one in verdicts),
        ],
        "title": [sum(one.title == "right" for one in with_title), len(with_title)],
        "id": [sum(one.id == "right" for one in with_id), len(with_id)],
        "encoding, delimiter, header": [sum(one.form == "right" for one in formed), len(formed)],
        "kind": [sum(one.kind == "right" for one in kinds), len(kinds)],
        "other columns": [sum(others), len(others)],
        "wrong and not asked": silent,
        "seconds": round(sum(one.seconds for one in verdicts), 1),
    }


def show(verdicts: Sequence[Verdict], sums: dict[str, Any], console: Console) -> None:
    table = Table(
        "file", "protocol", "place", "near", "title", "id", "form", "kind", "others", "s", box=None, pad_edge=False
    )
    for one in verdicts:
        others = f"{sum(one.others.values())}/{len(one.others)}"
        near = f"{one.near}/{one.located}/{one.true}"
        table.add_row(
            one.path, one.protocol, one.place, near, one.title, one.id, one.form, one.kind, others, f"{one.seconds}"
        )
    console.print(table)
    for one in verdicts:
        if (
            one.error
            or "wrong" in (one.title, one.id, one.place, one.protocol)
            or "flagged" in (one.title, one.id, one.place)
        ):
            console.print(f"{one.path}: {one.found} asked {one.asked} {one.error}", markup=False, soft_wrap=True)
    for name, value in sums.items():
        console.print(f"{name}: {value}", markup=False)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--held-out", action="store_true", help="the files set aside; to be run once, at the end")
    parser.add_argument("--json", type=Path, help="write the verdicts there")
    parser.add_argument("names", nargs="*", help="only files whose path holds one of these")
    arguments = parser.parse_args()
    table = tomllib.loads((HERE / "truth.toml").read_text("utf-8"))["file"]
    chosen = [one for one in table if one.get("held_out", False) == arguments.held_out]
    if arguments.names:
        chosen = [one for one in chosen if any(name in one["path"] for name in arguments.names)]
    with portals(DATA) as base_url, Client("bench", [urlsplit(base_url).netloc], Limits(pause_s=0, tries=1)) as client:
        verdicts = [measured(truth, base_url, client) for truth in chosen]
    sums = totals(verdicts, {one["path"]: one for one in chosen})
    show(verdicts, sums, Console(width=190))
    if arguments.json:
        arguments.json.write_text(
            json.dumps({"files": [asdict(one) for one in verdicts], "totals": sums}, indent=1, default=str)
        )
