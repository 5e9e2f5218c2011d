"""Each format read back by somebody else's library: the id, title, kind and status of every record."""

import io
import json
import re
from collections.abc import Callable
from tempfile import NamedTemporaryFile
from typing import Any

import geopandas
import openpyxl
import pyogrio
from defusedxml import ElementTree
from icalendar import Calendar
from openpyxl.utils.escape import unescape

Record = tuple[Any, ...]
FACTS = ("id", "title", "kind", "status")
ATOM = "{http://www.w3.org/2005/Atom}"
KML = "{http://www.opengis.net/kml/2.2}"


def of_feature(feature: dict[str, Any]) -> Record:
    return (feature["id"], *(feature["properties"][name] for name in FACTS[1:]))


def ndjson(content: bytes) -> list[Record]:
    return [of_feature(json.loads(line)) for line in content.decode().split("\n")[:-1]]


def geojsonseq(content: bytes) -> list[Record]:
    nothing, *texts = content.split(b"\x1e")
    assert nothing == b""
    assert all(text.endswith(b"\n") for text in texts)
    return [of_feature(json.loads(text)) for text in texts]


def featurecollection(content: bytes) -> list[Record]:
    return [of_feature(feature) for feature in json.loads(content)["features"]]


def _of_frame(frame: Any) -> list[Record]:
    return [tuple(values) for values in frame[list(FACTS)].itertuples(index=False)]


def layer(content: bytes, suffix: str, name: str = "activities") -> Any:
    """A layer as a frame; GDAL wants the file to be called by its suffix."""
    with NamedTemporaryFile(suffix=suffix) as file:
        file.write(content)
        file.flush()
        return pyogrio.read_dataframe(file.name, layer=None if suffix == ".fgb" else name)


def gpkg(content: bytes) -> list[Record]:
    return _of_frame(layer(content, ".gpkg"))


def fgb(content: bytes) -> list[Record]:
    """Its index puts the records in another order."""
    return sorted(_of_frame(layer(content, ".fgb")))


def parquet(content: bytes) -> list[Record]:
    return _of_frame(geopandas.read_parquet(io.BytesIO(content)))


def rows_of(content: bytes) -> list[dict[str, Any]]:
    """The rows of the first sheet, by the names of their columns."""
    names, *rows = openpyxl.load_workbook(io.BytesIO(content))["Parages"].iter_rows(values_only=True)
    return [dict(zip(names, row, strict=True)) for row in rows]


def xlsx(content: bytes) -> list[Record]:
    return [tuple(unescape(row[name] or "") for name in FACTS) for row in rows_of(content)]


def kml(content: bytes) -> list[Record]:
    return [_of_placemark(one) for one in ElementTree.fromstring(content).iter(f"{KML}Placemark")]


def _of_placemark(placemark: Any) -> Record:
    data = {one.get("name"): one.findtext(f"{KML}value") for one in placemark.iter(f"{KML}Data")}
    assert placemark.get("id") == f"id-{data['id']}"
    return (data["id"], placemark.findtext(f"{KML}name"), data["kind"], data.get("status", ""))


def atom(content: bytes) -> list[Record]:
    """A feed tells no status."""
    return sorted(_of_entry(entry) for entry in ElementTree.fromstring(content).findall(f"{ATOM}entry"))


def _of_entry(entry: Any) -> Record:
    public_id = entry.findtext(f"{ATOM}id").removeprefix("urn:uuid:")
    return (public_id, entry.findtext(f"{ATOM}title"), entry.find(f"{ATOM}category").get("term"))


def ics(content: bytes) -> list[Record]:
    """A calendar tells no kind, and statuses in its own words."""
    events = Calendar.from_ical(content.decode()).walk("VEVENT")
    return [(str(event["UID"]).partition("@")[0], str(event["SUMMARY"])) for event in events]


def jsonld(content: bytes) -> list[Record]:
    return [(one["@id"], one.get("name", "")) for one in json.loads(content)["dataFeedElement"]]


READERS: dict[str, Callable[[bytes], list[Record]]] = {
    "ndjson": ndjson, "geojsonseq": geojsonseq, "featurecollection": featurecollection, "gpkg": gpkg, "fgb": fgb,
    "parquet": parquet, "xlsx": xlsx, "kml": kml, "atom": atom, "ics": ics, "jsonld": jsonld,
}  # fmt: skip

CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
BREAKS = re.compile("\r\n?")


def seen(form: str, features: list[dict[str, Any]]) -> list[Record]:
    """What a reader is to find in a format."""
    if form in ("ndjson", "geojsonseq", "featurecollection"):
        return [of_feature(feature) for feature in features]
    if form == "jsonld":
        return [(one["properties"]["url"], one["properties"]["title"]) for one in features]
    if form == "ics":
        features = [one for one in features if one["properties"]["starts"]]
    shown = [tuple(_shown(form, value) for value in of_feature(feature)) for feature in features]
    parts = {"ics": 2, "atom": 3}.get(form, len(FACTS))
    return [told[:parts] for told in (sorted(shown) if form in ("fgb", "atom") else shown)]


def _shown(form: str, value: str) -> str:
    text = CONTROLS.sub("", value)
    if form == "ics":
        return re.sub("\r\n|[\r\x85\u2028\u2029]", "\n", text)
    # XML has one kind of line break.
    return BREAKS.sub("\n", text) if form in ("kml", "atom") else text
