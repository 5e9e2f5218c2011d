"""ArcGIS layers: pages by what came, ranges of ids, errors that say 200, and the recorded answers of three counties."""

import json
import re
from typing import Any

import pytest

from harvesters.errors import PortalError
from harvesters.loopback.answers import Reply
from harvesters.portals import Portal
from harvesters.protocols import arcgis
from portal.models import Source
from tests.harvesters.emulator import client_of, read_served, serving
from tests.harvesters.real_files import DATA, needs_real_files

RECORDED = DATA / "portal_responses" / "arcgis"
SERVICE = "/arcgis/rest/services/Ville/Projets/FeatureServer"
LAYER = SERVICE + "/0"
FIELDS = [{"name": "OBJECTID", "type": "esriFieldTypeOID"}, {"name": "nom", "type": "esriFieldTypeString"}]
RANGE = re.compile(r"(?:\(etat=1\) AND )?OBJECTID >= (\d+) AND OBJECTID <= (\d+)")


class Server:
    """A FeatureServer with `total` features of odd numbers, and the ways of those that exist."""

    def __init__(self, total: int = 25, most: int = 10, **ways: Any) -> None:
        self.total, self.most, self.ways = total, most, ways
        self.numbers = [2 * index + 1 for index in range(total)]

    def __call__(self, path: str, asked: dict[str, str]) -> Any:
        if path == LAYER + "/query":
            return self.query(asked)
        root, folder = "/arcgis/rest/services", "/arcgis/rest/services/Ville"
        services = [{"name": "Ville/Projets", "type": kind} for kind in ("FeatureServer", "MapServer")]
        layers = [{"id": 0, "name": "Projets", "type": "Feature Layer"}, {"id": 1, "subLayerIds": [0]}]
        answers: dict[str, Any] = {
            LAYER: self.layer(),
            SERVICE: {"currentVersion": 11.2, "layers": layers, "copyrightText": "Ville"},
            root: {"currentVersion": 11.2, "folders": ["Ville"], "services": []},
            folder: {"currentVersion": 11.2, "folders": [], "services": services},
        }
        return answers.get(path, {"error": {"code": 404, "message": "Service not found", "details": []}})

    def layer(self) -> Any:
        paging = {"advancedQueryCapabilities": {"supportsPagination": self.ways.get("pages", True)}}
        return {"name": "Projets", "fields": FIELDS, "maxRecordCount": self.most} | paging

    def query(self, asked: dict[str, str]) -> Any:
        if "returnCountOnly" in asked:
            return {"count": self.total + self.ways.get("counts_more", 0)} if self.ways.get("counts", True) else {}
        if "returnIdsOnly" in asked:
            return {"objectIdFieldName": "OBJECTID", "objectIds": self.numbers[::-1] or None}
        chosen = RANGE.fullmatch(asked["where"])
        if chosen:
            return self.page([n for n in self.numbers if int(chosen[1]) <= n <= int(chosen[2])], 0)
        if self.ways.get("refuses_pages"):
            return {"error": {"code": 400, "message": "Pagination is not supported.", "details": []}}
        return self.page(self.numbers, 0 if self.ways.get("loops") else int(asked["resultOffset"]))

    def page(self, numbers: list[int], start: int) -> Any:
        found = numbers[start : start + self.ways.get("gives", self.most)]
        more = start + len(found) < len(numbers) or bool(self.ways.get("always_more"))
        features = [{"attributes": {"OBJECTID": n, "nom": f"Projet é{n}"}, "geometry": place(n)} for n in found]
        told = {} if self.ways.get("silent") else {"exceededTransferLimit": more}
        return {"spatialReference": {"wkid": 4326}, "features": features} | told


def place(number: int) -> dict[str, float]:
    return {"x": number / 100, "y": 50.5}


@pytest.mark.parametrize("ways", [
    {}, {"counts": False}, {"gives": 3}, {"gives": 3, "counts": False}, {"silent": True},
    {"silent": True, "counts": False}, {"pages": False}, {"pages": False, "gives": 3}, {"refuses_pages": True},
])  # fmt: skip
@pytest.mark.parametrize("path", [SERVICE, LAYER, LAYER + "/query?where=1%3D1&f=html"])
def test_everything_comes_in_whatever_pages(path: str, ways: dict[str, Any]) -> None:
    rows, reading = read_served("arcgis", Server(**ways), path)
    assert [row.data["_id"] for row in rows] == [2 * index + 1 for index in range(25)]
    assert (reading.why_not, rows[0].data["nom"], rows[0].geometry) == (
        "", "Projet é1", {"type": "Point", "coordinates": [0.01, 50.5]},
    )  # fmt: skip


@pytest.mark.parametrize(("ways", "why", "count"), [
    ({"loops": True}, "The portal gave the same records twice, from record 11 on.", 10),
    ({"counts_more": 5}, "The portal announced 30 records and 25 came.", 25),
    ({"always_more": True}, "The portal says that there are more records, and gives none.", 25),
])  # fmt: skip
def test_a_server_that_pages_wrongly_is_never_complete(ways: dict[str, Any], why: str, count: int) -> None:
    rows, reading = read_served("arcgis", Server(**ways), LAYER)
    assert (len(rows), reading.complete, reading.why_not.startswith(why)) == (count, False, True)


def test_a_look_at_the_first_is_told_as_a_part() -> None:
    rows, reading = read_served("arcgis", Server(), LAYER, limit=12)
    assert (len(rows), reading.why_not) == (12, "Only the first 12 of 25 records were asked for.")


def test_ranges_keep_the_filter_of_the_source() -> None:
    with serving(Server(3, pages=False)) as served, client_of(served) as client:
        source = Source(protocol="arcgis", address=served.url + LAYER, options={"where": "etat=1"})
        assert len(list(arcgis.read(source, client))) == 3
        assert served.asked[-1].query["where"] == "(etat=1) AND OBJECTID >= 1 AND OBJECTID <= 5"


def test_an_error_that_says_200_is_named() -> None:
    with pytest.raises(PortalError, match=r"refused: Service not found \(error 404\)"):
        read_served("arcgis", Server(), "/arcgis/rest/services/Autre/FeatureServer/0")


@pytest.mark.parametrize(("path", "found"), [
    (LAYER + "?f=html", (SERVICE, {"layer": 0}, "Projets")), (SERVICE, (SERVICE, {}, "")),
    ("/arcgis/rest/services", ("/arcgis/rest/services", {}, "")), ("/arcgis/", ("/arcgis/rest/services", {}, "")),
    ("/arcgis/rest/services/Ville/", ("/arcgis/rest/services/Ville", {}, "")),
])  # fmt: skip
def test_a_server_is_known_by_its_own_words(path: str, found: tuple[str, dict[str, Any], str]) -> None:
    with serving(Server()) as served, client_of(served) as client:
        evidence = "it answers f=json as ArcGIS servers do"
        wanted = Portal("arcgis", served.url + found[0], found[1], found[2], 1.0, evidence)
        assert arcgis.probe(served.url + path, client) == wanted


def test_what_is_no_such_server_is_none() -> None:
    with serving(lambda *_: {"services": "none"}) as served, client_of(served) as client:
        assert arcgis.probe(served.url + "/data", client) is None
        assert len(served.asked) <= 3


@pytest.mark.parametrize("path", ["/arcgis/rest/services", SERVICE, LAYER])
def test_layers_are_the_datasets_each_once(path: str) -> None:
    with serving(Server()) as served, client_of(served) as client:
        found = [(d.id, d.title, d.address, d.licence) for d in arcgis.datasets(served.url + path, client)]
        assert found == [("Ville/Projets/FeatureServer/0", "Projets", served.url + LAYER, "Ville")]


def recorded(name: str, count: int) -> Any:
    """A county's own description and first page; the count is said to be what that page holds."""
    info, page = (Reply((RECORDED / f"{name}-{part}.json").read_bytes()) for part in ("metadata", "0"))
    ids = [feature["attributes"]["OBJECTID"] for feature in json.loads(page.body)["features"]]
    answers = {"returnCountOnly": {"count": count}, "returnIdsOnly": {"objectIds": ids}, "outFields": page}
    return lambda path, asked: next((answers[key] for key in answers if key in asked), info)


@needs_real_files
@pytest.mark.parametrize(
    ("name", "count", "box", "why"),
    [
        ("us-ca-carson", 6, (-119, 33, -118, 34), "The portal announced 6 records, then 5 while they were read."),
        ("us-fl-polk", 10, (-83, 27, -81, 29), ""),
        ("us-mi-kent", 15, (-86, 42, -85, 44), ""),
    ],
)
def test_recorded_answers_are_read_whole(name: str, count: int, box: tuple[int, ...], why: str) -> None:
    """In Carson's answer one OBJECTID stands twice: six features, five ids; and one feature has no place."""
    rows, reading = read_served("arcgis", recorded(name, count), "/rest/services/x/MapServer/0")
    corners = [corner(row.geometry["coordinates"]) for row in rows if row.geometry]
    assert (len(rows), len(corners), reading.why_not) == (count, count - bool(why), why)
    assert all(box[0] <= lon <= box[2] and box[1] <= lat <= box[3] for lon, lat in corners)


def corner(coordinates: Any) -> Any:
    return coordinates if isinstance(coordinates[0], float) else corner(coordinates[0])


@needs_real_files
def test_a_recorded_count_that_no_ids_reach_is_told() -> None:
    listed = json.loads((RECORDED / "us-ca-carson-ids-only.json").read_text())
    whole = json.loads((RECORDED / "us-ca-carson-count-only.json").read_text())
    info = Reply((RECORDED / "us-ca-carson-metadata.json").read_bytes())

    def answers(path: str, asked: dict[str, str]) -> Any:
        if "outFields" in asked:
            return {"features": [{"attributes": {"OBJECTID": id_}} for id_ in listed["objectIds"]]}
        return whole if "returnCountOnly" in asked else listed if "returnIdsOnly" in asked else info

    rows, reading = read_served("arcgis", answers, "/rest/services/x/MapServer/1")
    assert (len(rows), reading.why_not) == (100, "The portal announced 30551 records, then 100 while they were read.")
