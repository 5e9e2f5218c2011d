"""WFS: pages in GeoJSON and GML, servers that cap, count wrongly, cannot skip, turn axes round or refuse at first."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvesters.dialects import wfs_capabilities
from harvesters.errors import PortalError
from harvesters.http import Answer
from harvesters.loopback.answers import Reply, json_reply
from harvesters.portals import Portal
from harvesters.protocols import wfs
from portal.models import Source
from tests.harvesters.emulator import client_of, read_served, serving
from tests.harvesters.real_files import DATA, needs_real_files

OWS, GML = "http://www.opengis.net/ows/1.1", "http://www.opengis.net/gml/3.2"
REPORT = f'<ows:ExceptionReport xmlns:ows="{OWS}"><ows:Exception><ows:ExceptionText>%s</ows:ExceptionText></ows:Exception></ows:ExceptionReport>'  # noqa: E501
COLUMNS = """<xsd:schema xmlns:xsd="http://www.w3.org/2001/XMLSchema"><xsd:complexType name="x"><xsd:sequence>
<xsd:element name="nom" type="xsd:string"/><xsd:element name="geom" type="gml:PointPropertyType"/>
<xsd:element name="lieu_id" type="xsd:int"/></xsd:sequence></xsd:complexType></xsd:schema>"""


def xml(text: str) -> Reply:
    return Reply(text.encode(), "text/xml; charset=utf-8")


class Server:
    """A WFS with `total` places in one layer, and the ways of those that exist."""

    def __init__(self, total: int = 25, **ways: Any) -> None:
        self.total, self.ways = total, ways
        self.version = ways.get("version", "2.0.0")

    def __call__(self, path: str, asked: dict[str, str]) -> Any:
        request = asked["request"]
        if request == "GetCapabilities":
            return xml(self.capabilities())
        if request == "DescribeFeatureType":
            return xml(COLUMNS)
        return self.hits() if asked.get("resultType") == "hits" else self.features(asked)

    def capabilities(self) -> str:
        kind = "" if self.ways.get("only_gml") else "<Value>application/json</Value>"
        count = self.ways.get("says_cap")
        limit = f'<Constraint name="CountDefault"><DefaultValue>{count}</DefaultValue></Constraint>' if count else ""
        return f"""<WFS_Capabilities version="{self.version}" xmlns:ows="{OWS}">
            <ows:ServiceIdentification><ows:Title>Lieux de Mons</ows:Title>
              <ows:AccessConstraints>CC0</ows:AccessConstraints></ows:ServiceIdentification>
            <ows:OperationsMetadata><Operation name="GetFeature"><Parameter name="outputFormat">
              <AllowedValues><Value>text/xml</Value>{kind}</AllowedValues></Parameter>{limit}</Operation>
            </ows:OperationsMetadata>
            <FeatureTypeList><FeatureType><Name>ville:lieux</Name><Title>Lieux</Title>
              <ows:Keywords><ows:Keyword>jardin</ows:Keyword></ows:Keywords>
              <ows:WGS84BoundingBox><ows:LowerCorner>-1 50</ows:LowerCorner>
              <ows:UpperCorner>1 51</ows:UpperCorner></ows:WGS84BoundingBox>
            </FeatureType></FeatureTypeList></WFS_Capabilities>"""

    def hits(self) -> Reply:
        word = "numberMatched" if self.version == "2.0.0" else "numberOfFeatures"
        number = self.ways.get("says", self.total)
        return xml(f'<wfs:FeatureCollection {word}="{number}" xmlns:wfs="http://www.opengis.net/wfs/2.0"/>')

    def features(self, asked: dict[str, str]) -> Any:
        if self.ways.get("needs_sort") and "sortBy" not in asked:
            return xml(REPORT % "Cannot do natural order without a primary key")
        if self.ways.get("refuses_sort") and "sortBy" in asked:
            return json_reply({}, 400)
        size = int(asked.get("count") or asked["maxFeatures"])
        start = 0 if self.ways.get("cannot_skip") else int(asked.get("startIndex", 0))
        numbers = list(range(self.total))[start : start + min(size, self.ways.get("caps", size))]
        return self.in_json(numbers) if "outputFormat" in asked else xml(self.in_gml(numbers))

    def in_json(self, numbers: list[int]) -> Any:
        places = [[number / 100, 50.5] for number in numbers]
        places = [place[::-1] for place in places] if self.ways.get("turns") else places
        features: list[dict[str, Any]] = [
            {"type": "Feature", "id": f"lieux.{number}", "properties": {"nom": f"Lieu é{number}"}}
            | {"geometry": {"type": "Point", "coordinates": place}}
            for number, place in zip(numbers, places, strict=True)
        ]
        for feature in features if self.ways.get("no_ids") else ():
            del feature["id"]
        return {"type": "FeatureCollection", "features": features}

    def in_gml(self, numbers: list[int]) -> str:
        members = "".join(
            f'<wfs:member><v:lieux gml:id="lieux.{number}"><v:nom>Lieu é{number}</v:nom><v:geom>'
            f'<gml:Point srsName="urn:ogc:def:crs:EPSG::4326" gml:id="g{number}"><gml:pos>50.5 {number / 100}</gml:pos>'
            f"</gml:Point></v:geom></v:lieux></wfs:member>"
            for number in numbers
        )
        spaces = f'xmlns:wfs="http://www.opengis.net/wfs/2.0" xmlns:gml="{GML}" xmlns:v="http://ville.example"'
        return f'<wfs:FeatureCollection {spaces} numberMatched="unknown">{members}</wfs:FeatureCollection>'


@pytest.mark.parametrize("ways", [
    {}, {"version": "1.1.0"}, {"says": "unknown"}, {"caps": 10}, {"caps": 10, "says": "unknown"},
    {"caps": 10, "version": "1.1.0"}, {"caps": 25, "says_cap": 25},
    {"caps": 10, "says_cap": 10, "says": 10}, {"needs_sort": True}, {"refuses_sort": True},
    {"turns": True, "caps": 10}, {"no_ids": True, "caps": 10}, {"cannot_skip": True, "says": "unknown"},
    {"only_gml": True}, {"only_gml": True, "caps": 10, "says": "unknown"},
])  # fmt: skip
def test_everything_comes_in_whatever_pages(ways: dict[str, Any]) -> None:
    rows, reading = read_served("wfs", Server(**ways), "/geoserver/wfs?service=WFS&request=GetCapabilities")
    assert [row.data["nom"] for row in rows] == [f"Lieu é{number}" for number in range(25)]
    assert (reading.why_not, [row.position for row in rows]) == ("", list(range(1, 26)))
    assert [row.geometry for row in rows][3] == {"type": "Point", "coordinates": [0.03, 50.5]}
    assert ways.get("no_ids") or rows[3].data["_id"] == "lieux.3"


def test_a_server_that_cannot_skip_is_asked_for_all_at_once() -> None:
    rows, reading = read_served("wfs", Server(cannot_skip=True), "/wfs", page_size=10)
    assert (len(rows), len({row.data["_id"] for row in rows}), reading.complete) == (25, 25, True)
    assert "The portal cannot skip records: all were asked for at once." in reading.notes


@pytest.mark.parametrize(("ways", "count", "why"), [
    ({"cannot_skip": True, "caps": 10}, 10, "The portal gave the same records twice, from record 11 on."),
    ({"says": 30}, 25, "The portal announced 30 records and 25 came."),
    ({"says": 10, "says_cap": 10, "caps": 10, "cannot_skip": True}, 10, "The portal announces 10 records, its own"),
    ({"cannot_skip": True, "caps": 10, "says_cap": 10, "says": "unknown"}, 10, "The portal gave the same records"),
])  # fmt: skip
def test_a_server_that_pages_wrongly_is_never_complete(ways: dict[str, Any], count: int, why: str) -> None:
    rows, reading = read_served("wfs", Server(**ways), "/wfs")
    assert (len(rows), reading.complete, reading.why_not[: len(why)]) == (count, False, why)


def test_a_look_at_the_first_asks_for_no_more() -> None:
    with serving(Server()) as served, client_of(served) as client:
        source = Source(protocol="wfs", address=served.url + "/?map=/é.map", options={"limit": 3})
        reading = wfs.read(source, client)
        assert (len(list(reading)), reading.why_not) == (3, "Only the first 3 of 25 records were asked for.")
        assert served.asked[-1].query == {
            "map": "/é.map", "service": "WFS", "version": "2.0.0", "request": "GetFeature", "typeNames": "ville:lieux",
            "count": "3", "outputFormat": "application/json", "srsName": "EPSG:4326", "sortBy": "lieu_id",
        }  # fmt: skip


@pytest.mark.parametrize(("answer", "words"), [
    (xml(REPORT % "Unknown service"), "refused: Unknown service"),
    (xml('<!DOCTYPE x [<!ENTITY a "b">]><WFS_Capabilities/>'), "did not answer with proper XML"),
    (xml("<WMS_Capabilities/>"), "does not describe a Web Feature Service"),
    (Reply(b"<!doctype html><title>Carte</title>", "text/html"), "with a web page"),
])  # fmt: skip
def test_what_is_no_service_is_named(answer: Reply, words: str) -> None:
    with pytest.raises(PortalError, match=words):
        read_served("wfs", lambda *_: answer)
    with serving(lambda *_: answer) as served, client_of(served) as client:
        assert wfs.probe(served.url, client) is None


def test_a_service_is_known_by_its_capabilities() -> None:
    with serving(Server()) as served, client_of(served) as client:
        address = served.url + "/ows?map=x&service=WFS&version=1.1.0&request=GetFeature&typeName=ville:lieux"
        wanted = Portal(
            "wfs",
            served.url + "/ows?map=x",
            {"layer": "ville:lieux"},
            "Lieux de Mons",
            1.0,
            "it gives capabilities of WFS 2.0.0",
        )
        assert (wfs.probe(address, client), len(served.asked)) == (wanted, 1)


def test_its_layers_are_its_datasets() -> None:
    with serving(Server()) as served, client_of(served) as client:
        found = [(d.id, d.title, d.options, d.keywords, d.licence) for d in wfs.datasets(served.url, client)]
    assert found == [("ville:lieux", "Lieux", {"layer": "ville:lieux"}, ("jardin",), "CC0")]


@needs_real_files
def test_a_recorded_geoserver_answer_is_315_places_in_queensland() -> None:
    page = Reply((DATA / "nasty" / "queensland-bike-racks-projected.geojson").read_bytes())
    usual = Server(says=315)
    rows, reading = read_served("wfs", lambda path, asked: page if "outputFormat" in asked else usual(path, asked))
    assert (len(rows), reading.announced, reading.complete) == (315, 315, True)
    assert "Geometries were converted from EPSG:28356 to longitude and latitude." in reading.notes
    places = [row.geometry["coordinates"] for row in rows if row.geometry]
    assert all(153 < lon < 154 and -29 < lat < -27 for lon, lat in places)


Words = st.sampled_from([
    "<WFS_Capabilities>", "</WFS_Capabilities>", "<FeatureTypeList>", "</FeatureTypeList>", "<FeatureType>", "é", "&",
    "</FeatureType>", "<Name>a</Name>", "<WGS84BoundingBox>", "<LowerCorner>1 x</LowerCorner>",
    "<Operation name='GetFeature'>", "<!DOCTYPE x>", "numberMatched='9'", "<ExceptionReport/>", "<",
])  # fmt: skip


@given(st.lists(Words, max_size=12).map("".join) | st.binary(max_size=40).map(lambda data: data.decode("latin-1")))
def test_any_answer_is_capabilities_or_an_error_in_words(text: str) -> None:
    answer = Answer("http://x", text.encode())
    try:
        about = wfs_capabilities.capabilities(answer)
    except PortalError as error:
        assert error.code in ("portal-error", "html-instead", "empty")
    else:
        assert all(isinstance(layer.name, str) for layer in about.layers)
