"""Addresses in an answer that lead to a machine inside: none of them is called."""

import json
from dataclasses import replace
from typing import Any

from tests.harvesters.hostile.mode import COMPLETE, FILES, Mode, Page, Place, failed, one, partial
from tests.harvesters.rude import Behaviour, redirects

REFUSED = [*failed("refused-address", "bad-address", "redirect-refused"),
           *partial("refused-address", "bad-address", "redirect-refused", "no-records")]  # fmt: skip


def redirected(address: str) -> Any:
    def wire(_body: bytes, place: Place) -> Behaviour:
        return redirects(address.format(canary=place.canary, port=place.canary.rpartition(":")[2]))

    return wire


def to(name: str, address: str) -> Mode:
    return Mode(f"a redirect to {name}", REFUSED, wire=redirected(address), everywhere=True)


def next_inside(page: Page, place: Place) -> Page:
    return replace(page, next=f"{place.canary}/items?offset=3")


def resource_inside(address: str) -> Any:
    def body(said: bytes, place: Place) -> bytes:
        catalogue = json.loads(said)
        for dataset in catalogue["result"]["results"]:
            for resource in dataset["resources"]:
                resource["url"] = address.format(canary=place.canary, port=place.canary.rpartition(":")[2])
        return json.dumps(catalogue).encode()

    return lambda said, place: body(said, place) if place.path.endswith("package_search") else said


def resource(name: str, address: str) -> Mode:
    return Mode(
        f"a file at {name}",
        [*REFUSED, *failed("no-dataset", "no-records")],
        ("ckan",),
        body=resource_inside(address),
        everywhere=True,
    )


def named_system(said: bytes, place: Place) -> bytes:
    """The link of a coordinate system, as GeoJSON of 2008 allowed it."""
    link = {"type": "link", "properties": {"href": f"{place.canary}/crs", "type": "proj4"}}
    return json.dumps({"crs": link} | json.loads(said)).encode()


def context(said: bytes, place: Place) -> bytes:
    return json.dumps({"@context": f"{place.canary}/context", "@graph": json.loads(said)}).encode()


def xml(text: str) -> Any:
    return lambda _body, place: text.replace("CANARY", place.canary).encode()


NO_DATA = failed("unreadable", "unknown-format", "no-records")
ENTITY = '<?xml version="1.0"?><!DOCTYPE kml [<!ENTITY a SYSTEM "CANARY/a">]><kml><name>&a;</name></kml>'
LINK = "<kml><NetworkLink><Link><href>CANARY/a.kml</href></Link></NetworkLink></kml>"
VRT = "<OGRVRTDataSource><SrcDataSource>/vsicurl/CANARY/a.csv</SrcDataSource></OGRVRTDataSource>"

MODES = [
    to("a machine inside", "{canary}/secret"),
    to("a machine inside by another name", "http://localhost:{port}/"),
    to("a machine inside by its number", "http://2130706433:{port}/"),
    to("a machine inside by half its number", "http://127.1:{port}/"),
    to("a machine inside in IPv6", "http://[::ffff:127.0.0.1]:{port}/"),
    to("the cloud's own data", "http://169.254.169.254/latest/meta-data/"),
    to("a file", "file:///etc/passwd"),
    to("gopher", "gopher://127.0.0.1:{port}/_x"),
    to("somebody else's name", "http://mons.example@127.0.0.1:{port}/"),
    Mode(
        "a next page inside",
        [*REFUSED, *COMPLETE, *partial("portal-error", "incomplete")],
        ("ogcapi",),
        page=next_inside,
        touches="none",
    ),
    resource("a machine inside", "{canary}/a.csv"),
    resource("this machine's disk", "file:///etc/passwd"),
    resource("a database inside", "http://127.0.0.1:5432/"),
    Mode("a coordinate system inside", COMPLETE, ("geojson",), body=named_system, touches="all"),
    Mode("a JSON-LD context inside", COMPLETE, ("json",), body=context),
    Mode("an entity inside", NO_DATA, FILES, body=xml(ENTITY)),
    Mode("a link of KML inside", NO_DATA, FILES, body=xml(LINK)),
    Mode("a virtual file inside", NO_DATA, FILES, body=xml(VRT)),
    Mode(
        "links of records inside", COMPLETE, records=one(site="http://127.0.0.1:9/", texte="http://127.0.0.1:9/x.png")
    ),
]
