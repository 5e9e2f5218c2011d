"""Features as the API gives them, each value overridable by name; and the awkward ones that every format must hold."""

import json
import uuid
from itertools import count
from typing import Any

from django.conf import settings
from hypothesis import strategies as st

from portal.exports.answer import Feature
from tests.portal.exports.answers import ListAnswer

PROMISED = json.loads((settings.BASE_DIR / "fixtures" / "feature.json").read_text("utf-8"))
POINT = {"type": "Point", "coordinates": [3.9523, 50.4542]}
SQUARE = [[4.0, 50.0], [4.1, 50.0], [4.1, 50.1], [4.0, 50.0]]
HOLE = [[4.05, 50.01], [4.06, 50.01], [4.06, 50.02], [4.05, 50.01]]
SHAPES: dict[str, Any] = {
    "point": POINT,
    "nowhere": None,
    "two addresses": {"type": "MultiPoint", "coordinates": [[3.9, 50.4], [-71.2, 46.8]]},
    "street": {"type": "LineString", "coordinates": [[3.9, 50.4], [3.91, 50.41]]},
    "streets": {"type": "MultiLineString", "coordinates": [[[3.9, 50.4], [3.91, 50.41]]]},
    "district": {"type": "Polygon", "coordinates": [SQUARE, HOLE]},
    "islands": {"type": "MultiPolygon", "coordinates": [[SQUARE], [[[5, 51], [5.1, 51], [5.1, 51.1], [5, 51]]]]},
    "mixed": {"type": "GeometryCollection", "geometries": [POINT, {"type": "Polygon", "coordinates": [SQUARE]}]},
}
TITLES = (
    'Fête «d’été» "au parc", l\'été', "deux\nlignes\r\nou trois", "=1+1", "+1", "-1", "@SUM(A1)", "\tonglet", "'a",
    "🌳👩‍🌾 jardin", "</script><script>alert(1)</script>", "]]><!-- & &amp; <b>", "cloche\x07 et nul\x00 \x1b\ufffe",
    "http://a.example/", "{=A1}", "_x0041_", "1e5", "true", "a;b,c\\n", "\u2028\x85",
)  # fmt: skip
_numbers = count(1)


def feature(geometry: dict[str, Any] | None = POINT, **properties: Any) -> Feature:
    """A Feature with all its properties."""
    public_id = str(uuid.uuid5(uuid.NAMESPACE_URL, str(next(_numbers))))
    return {**PROMISED, "id": public_id, "geometry": geometry, "properties": {**PROMISED["properties"], **properties}}


def awkward() -> list[Feature]:
    """All shapes, hostile titles, dates at the ends of time, nothing where nothing may be."""
    dates: list[dict[str, Any]] = [
        {"starts": "9999-12-31T23:59:59-05:00", "ends": None, "data_date": "9999-12-31"},
        {"starts": "0001-01-01T00:00:00+00:00", "ends": "1899-12-31T12:00:00Z", "data_date": "0001-01-01"},
        {"starts": None, "ends": "2026-10-01T06:00:00+02:00", "budget": 1e11 + 0.25, "currency": "EUR", "votes": 2**31},
        {"distance_m": 12.5, "open_to_minors": True, "reduced_mobility": False, "themes": ["food", "sport"]},
        {"stages": [{"stage": "works", "date": "2026-05"}], "kind": "project", "status": "works"},
    ]
    return [
        *(feature(shape, title=name) for name, shape in SHAPES.items()),
        *(feature(title=title, organisation=title, address=title, skills=[title, ""]) for title in TITLES),
        *(feature(title=f"dates {number}", **told) for number, told in enumerate(dates)),
        feature(None, title="à distance", precision="remote", remote="full", kind="initiative", status="active"),
    ]


def bytes_of(form: Any, answer: ListAnswer) -> bytes:
    """The file that a format makes."""
    return b"".join(form.write(answer))


def hostile_features() -> st.SearchStrategy[list[Feature]]:
    """Features with any text that JSON in UTF-8 can hold."""
    text = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
    texts = dict.fromkeys(("title", "summary", "organisation", "address", "publisher", "licence", "status"), text)
    told = st.fixed_dictionaries(texts | {"skills": st.lists(text, max_size=3)})
    return st.lists(st.builds(lambda shape, told: feature(shape, **told), st.sampled_from(list(SHAPES.values())), told),
                    max_size=4)  # fmt: skip
