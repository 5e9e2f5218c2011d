"""OGC API - Features, part 3, and CQL2 text: what is claimed, by the names of the conformance classes."""

import re

import pytest
from django.test import Client

from portal import cql
from portal.api.properties import PROPERTIES
from portal.cql.columns import QUERYABLES
from portal.models import Activity
from portal.vocabularies import Kind, Theme
from tests.factories import make_activity, make_area
from tests.portal.ogc.reading import CONF, ITEMS, get, href

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
ALL = {"Repair café", "Verger", "Fietspad", "Maraude", "Toute la ville", "À distance", "Lieu inconnu"}
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("items")]


def found(client: Client, text: str, **more: str) -> set[str]:
    response = client.get(ITEMS, {"filter": text, **more})
    assert response.status_code == 200, response.content
    answer = response.json()
    assert answer["numberMatched"] == answer["numberReturned"]
    return {feature["properties"]["title"] for feature in answer["features"]}


def refused(client: Client, text: str) -> str:
    response = client.get(ITEMS, {"filter": text})
    assert (response.status_code, response.json()["parameter"]) == (400, "filter"), (text, response.content)
    return str(response.json()["detail"])


def test_what_is_claimed(client: Client) -> None:
    classes = get(client, "/api/conformance")["conformsTo"]
    part3, cql2 = f"{CONF}ogcapi-features-3/1.0/conf/", f"{CONF}cql2/1.0/conf/"
    assert {name.removeprefix(part3) for name in classes if name.startswith(part3)} == {
        "queryables",
        "filter",
        "features-filter",
    }
    assert {f"{cql2}{name}" for name in ("cql2-text", "basic-cql2", "basic-spatial-functions")} <= set(classes)


@pytest.mark.parametrize("name", ["all", "initiatives", "projects", "missions"])
def test_queryables_are_what_the_filter_knows(client: Client, name: str) -> None:
    collection = get(client, f"/api/collections/{name}")
    response = client.get(href(collection, "http://www.opengis.net/def/rel/ogc/1.0/queryables"))
    assert response["Content-Type"] == "application/schema+json"
    document = response.json()
    assert document["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert document["$id"].endswith(f"/api/collections/{name}/queryables")
    assert document["properties"].keys() == QUERYABLES.keys()
    assert document["properties"]["kind"]["enum"] == list(Kind.values)
    assert document["properties"]["themes"]["items"]["enum"] == list(Theme.values)
    assert document["additionalProperties"] is False


def test_the_schema_has_every_property_of_a_feature(client: Client) -> None:
    collection = get(client, "/api/collections/all")
    document = client.get(href(collection, "describedby")).json()
    assert tuple(document["properties"]) == ("id", "geometry", *PROPERTIES, "distance_m")


@pytest.mark.parametrize("name", QUERYABLES)
def test_every_queryable_can_be_asked(client: Client, name: str) -> None:
    assert found(client, f"{name} IS NULL") | found(client, f"{name} IS NOT NULL") == ALL


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        # basic-cql2
        ("kind = 'project'", {"Verger", "Fietspad"}),
        ("kind <> 'mission'", {"Verger", "Fietspad", "Repair café"}),
        ("budget > 90000", {"Verger"}),
        ("budget >= 90000.00", {"Verger", "Fietspad"}),
        ("budget < 1.2e5", {"Fietspad"}),
        ("votes<=42", {"Verger"}),
        ("votes = 42 AND lang = 'nl' OR lang = 'nl'", {"Fietspad"}),
        ("lang = 'nl' OR votes = 42 AND kind = 'mission'", {"Fietspad"}),
        ("(lang = 'nl' OR votes = 42) AND kind = 'mission'", set()),
        ("NOT (lang = 'nl' OR kind = 'mission') AND NOT title = 'Verger'", {"Repair café"}),
        ("budget IS NULL AND kind <> 'mission'", {"Repair café"}),
        ("budget IS NOT NULL", {"Verger", "Fietspad"}),
        ("open_to_minors = TRUE", {"À distance"}),
        ("open_to_minors = true AND false", set()),
        ("TRUE", ALL),
        ("organisation = 'L’Atelier'", {"Repair café"}),
        ("\"title\" = 'Verger'", {"Verger"}),
        ("'Verger' = title", {"Verger"}),
        ("source = 's-project'", {"Verger", "Fietspad"}),
        ("area_code = 'be-53053'", {"Toute la ville"}),
        ("starts = TIMESTAMP('2026-11-28T09:00:00Z')", {"Maraude", "Toute la ville"}),
        ("starts > TIMESTAMP('2026-11-28T10:00:00+01:00')", set()),
        ("starts >= DATE('2026-11-28')", {"Maraude", "Toute la ville"}),
        ("starts > DATE('2026-11-28')", set()),
        ("ends <= DATE('2026-11-28')", {"Maraude"}),
        ("changed < TIMESTAMP('2026-10-02T00:00:00Z')", ALL),
        # advanced-comparison-operators
        ("title LIKE 'Ver%'", {"Verger"}),
        ("title LIKE 'V_rger'", {"Verger"}),
        ("title NOT LIKE '%i%'", {"Verger", "Maraude"}),
        ("votes BETWEEN 40 AND 42 AND kind = 'project'", {"Verger"}),
        ("budget NOT BETWEEN 100000 AND 200000", {"Fietspad"}),
        ("lang IN ('nl', 'en')", {"Fietspad"}),
        ("edition NOT IN (2024, 2026)", {"Verger"}),
        # case-insensitive-comparison, accent-insensitive-comparison
        ("CASEI(title) = CASEI('VERGER')", {"Verger"}),
        ("CASEI(title) LIKE CASEI('vEr%')", {"Verger"}),
        ("ACCENTI(title) = ACCENTI('Repair cafe')", {"Repair café"}),
        ("accenti(casei(title)) LIKE accenti(casei('a dist%'))", {"À distance"}),
        ("CASEI(title) IN (CASEI('VERGER'), CASEI('x'))", {"Verger"}),
        # property-property
        ("starts < ends", {"Maraude"}),
        ("votes < budget", {"Verger"}),
        # lists
        ("themes = 'reuse'", {"Repair café"}),
        ("'solidarity' = themes", {"Repair café"}),
        ("themes IN ('sport', 'reuse')", {"Repair café"}),
        ("themes <> 'reuse'", ALL - {"Repair café"}),
        # white space, case of the words
        ("kind='mission'\n\tand\r\nplaces=5", {"Maraude"}),
    ],
)
def test_conditions(client: Client, text: str, titles: set[str]) -> None:
    assert found(client, text) == titles


SQUARE = "POLYGON((4.3 50.8,4.5 50.8,4.5 51.3,4.3 51.3,4.3 50.8))"


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("S_INTERSECTS(geometry, POINT(2.3522 48.8566))", {"Verger"}),
        ("S_INTERSECTS(POINT(2.3522 48.8566), geometry)", {"Verger"}),
        ("S_INTERSECTS(geometry, POINT(3.9523 50.4542))", {"Repair café", "Maraude", "Toute la ville"}),
        ("S_INTERSECTS(geometry, BBOX(4.3, 50.8, 4.5, 51.3))", {"Fietspad", "Maraude"}),
        ("S_INTERSECTS(geometry, BBOX(4.3,50.8,0,4.5,51.3,99))", {"Fietspad", "Maraude"}),
        ("S_INTERSECTS(geometry, BBOX(177,65,-177,70))", set()),
        (f"S_INTERSECTS(geometry, {SQUARE})", {"Fietspad", "Maraude"}),
        (f"NOT S_INTERSECTS(geometry, {SQUARE})", {"Verger", "Repair café", "Toute la ville"}),
        ("S_INTERSECTS(geometry, MULTIPOINT(2.3522 48.8566, 4.4025 51.2194))", {"Verger", "Fietspad"}),
        ("S_INTERSECTS(geometry, MULTIPOINT((2.3522 48.8566), (4.4025 51.2194)))", {"Verger", "Fietspad"}),
        ("S_INTERSECTS(geometry, LINESTRING(2.3522 48.8566, 4.4025 51.2194))", {"Verger", "Fietspad"}),
        ("S_INTERSECTS(geometry, MULTILINESTRING((2.3522 48.8566, 0 0),(1 1,2 2)))", {"Verger"}),
        ("S_INTERSECTS(geometry, MULTIPOLYGON(((2 48,3 48,3 49,2 48))))", set()),
        ("S_INTERSECTS(geometry, GEOMETRYCOLLECTION(POINT(2.3522 48.8566), POINT(0 0)))", {"Verger"}),
        ("s_within(geometry, BBOX(3.8,50.4,4.1,50.6))", {"Repair café", "Toute la ville"}),
        ("S_CONTAINS(geometry, POINT(3.96 50.46))", {"Toute la ville"}),
        ("S_DISJOINT(geometry, BBOX(2,48,5,51))", {"Fietspad"}),
        ("S_EQUALS(geometry, POINT(2.3522 48.8566))", {"Verger"}),
        ("S_TOUCHES(geometry, BBOX(2.3522,48,3,49))", {"Verger"}),
        ("S_CROSSES(geometry, LINESTRING(3.9 50.4542,4.0 50.4542))", {"Toute la ville", "Maraude"}),
        ("S_OVERLAPS(geometry, BBOX(3.9523,50.3,5,50.6))", {"Toute la ville"}),
        ("S_INTERSECTS(geometry, geometry)", ALL - {"À distance", "Lieu inconnu"}),
        ("geometry IS NULL", {"À distance", "Lieu inconnu"}),
    ],
)
def test_spatial_conditions(client: Client, text: str, titles: set[str]) -> None:
    assert found(client, text) == titles


def test_an_item_without_a_place_is_not_where_its_commune_is(client: Client, items: dict[str, Activity]) -> None:
    """Remote missions may name a commune; they are shown nowhere."""
    make_activity(title="loin", precision="remote", area=items["area"].area)
    assert "loin" in found(client, "geometry IS NULL")
    assert "loin" not in found(client, "S_INTERSECTS(geometry, POINT(3.9523 50.4542))")
    assert "loin" not in found(client, "NOT S_INTERSECTS(geometry, POINT(0 0))")


def test_a_filter_goes_with_all_other_parameters_and_collections(client: Client) -> None:
    make_area(code="be-1")
    assert found(client, "budget > 0", bbox="2,48,3,49") == {"Verger"}
    assert found(client, "budget > 0", kind="mission") == set()
    answer = get(client, "/api/collections/projects/items?filter=votes=42")
    assert answer["numberMatched"] == 1
    first = get(client, f"{ITEMS}?filter=kind='mission'&limit=1&count=true")
    following = get(client, href(first, "next"))
    assert (following["numberMatched"], following["numberReturned"]) == (4, 1)
    points = get(client, "/api/collections/all/points?filter=kind='project'")
    assert (points["matched"], points["located"]) == (2, 2)


def test_a_quote_in_a_string_is_written_twice_or_escaped(client: Client) -> None:
    make_activity(title="L'eau")
    assert found(client, "title = 'L''eau'") == {"L'eau"}
    assert found(client, r"title = 'L\'eau'") == {"L'eau"}


def test_languages_and_systems(client: Client) -> None:
    assert found(client, "votes=42", **{"filter-lang": "cql2-text", "filter-crs": CRS84}) == {"Verger"}
    assert get(client, f"{ITEMS}?filter-lang=cql2-json", 400)["parameter"] == "filter-lang"
    assert (
        get(client, f"{ITEMS}?filter-crs=http://www.opengis.net/def/crs/EPSG/0/3857", 400)["parameter"] == "filter-crs"
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "kind",
        "kind =",
        "kind = 'x",
        "kind = 'x' AND",
        "kind == 'x'",
        "kind = 'x' 'y'",
        "kind = 'x'; DROP TABLE portal_activity",
        "nothing = 1",
        "a.kind = 'x'",
        "withdrawn IS NULL",
        "votes = '42'",
        "title = 42",
        "open_to_minors > FALSE",
        "geometry = 1",
        "themes > 'sport'",
        "themes = 1",
        "themes = themes",
        "themes LIKE 'a%'",
        "votes LIKE '4%'",
        "title LIKE title",
        "title LIKE 'a\\\\\\'",
        "CASEI(votes) = 'a'",
        "starts > '2026-11-28'",
        "starts > DATE('2026-02-30')",
        "starts > DATE('20261128')",
        "starts > TIMESTAMP('2026-11-28T09:00:00')",
        "starts > TIMESTAMP('yesterday')",
        "votes IN ()",
        "votes BETWEEN 1",
        "votes + 1 = 2",
        "pg_sleep(9) = 1",
        "S_INTERSECTS(geometry)",
        "S_INTERSECTS(title, POINT(1 2))",
        "S_INTERSECTS(geometry, POINT(1))",
        "S_INTERSECTS(geometry, POINT(nan nan))",
        "S_INTERSECTS(geometry, POINT(inf 0))",
        "S_INTERSECTS(geometry, POINT(181 0))",
        "S_INTERSECTS(geometry, POINT EMPTY)",
        "S_INTERSECTS(geometry, POLYGON((0 0,1 1)))",
        "S_INTERSECTS(geometry, POLYGON((0 0,1 1,1 0,0 1,0 0)))",
        "S_INTERSECTS(geometry, SRID=4326;POINT(1 2))",
        "S_INTERSECTS(geometry, BBOX(1,2,3))",
        "S_INTERSECTS(geometry, BBOX(1,95,3,96))",
        "T_AFTER(starts, DATE('2026-11-28'))",
        "budget > 1e9999",
    ],
)
def test_what_is_not_understood_is_refused_in_words(client: Client, text: str) -> None:
    assert re.search(r"\w.*\.$", refused(client, text), re.DOTALL)


def test_what_is_too_much_is_refused(client: Client) -> None:
    assert "2000" in refused(client, "title = '" + "x" * 2000 + "'")
    assert "20" in refused(client, "NOT (" * 21 + "votes = 1" + ")" * 21)
    assert "50" in refused(client, " OR ".join(["votes=1"] * 51))
    assert "50" in refused(client, f"votes IN ({','.join(['1'] * 51)})")
    assert found(client, " OR ".join(["votes=42"] * 50)) == {"Verger"}
    assert found(client, "NOT (NOT (" * 8 + "votes = 42" + "))" * 8) == {"Verger"}
    assert found(client, "(" * 500 + "votes = 42" + ")" * 500) == {"Verger"}


def test_values_are_never_part_of_the_statement() -> None:
    hostile = "title = '%(x)s '' ; --' OR CASEI(title) LIKE '%s%%' OR S_INTERSECTS(geometry, POINT(1 2))"
    condition = cql.parse(hostile)
    assert list(condition.params.values())[:2] == ["%(x)s ' ; --", "%s%%"]
    assert not [value for value in condition.params.values() if value in condition.sql]
    statement, values = condition.ids()
    assert statement.count("%s") == len(values)


def test_percent_signs_reach_the_database_as_they_are(client: Client) -> None:
    make_activity(title="100 % vélo")
    assert found(client, r"title LIKE '%\% v%'") == {"100 % vélo"}
    assert found(client, "title = '100 % vélo'") == {"100 % vélo"}
