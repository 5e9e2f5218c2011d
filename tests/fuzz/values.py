"""What somebody who means harm, or a broken program, puts where a value is expected. Percent-encoded already."""

from random import Random
from urllib.parse import quote

from portal.exports import FORMATS
from tests.oracle.record import Record

NUMBERS = [
    "nan",
    "NaN",
    "inf",
    "-inf",
    "infinity",
    "1e999",
    "-1e999",
    "1e-999",
    "1e308",
    "5e-324",
    "-0",
    "-1",
    "0",
    "00",
    "1",
    "1.5",
    ".5",
    "5.",
    "1e3",
    "1E3",
    "+1",
    "--1",
    "0x10",
    "0b1",
    "1_000",
    "1,5",
    "9223372036854775808",
    "18446744073709551616",
    "-9223372036854775809",
    "2147483648",
    "999999999",
    "9999999999",
    "٣٤",
    "４２",
    "１",
    "²",
    "½",
    "Ⅷ",
    "1e",
    "1e+",
    "e5",
    "90.0000001",
    "-90.0000001",
    "180.0000001",
    "360",
    "3600",
    "3600.1",
    "1e2",
    "1e-320",
    "20037508.1",
    "1e-9",
]
TEXTS = (
    "%00", "a%00b", "%EF%BB%BF", "%ED%A0%80", "%ED%B0%80%ED%A0%80", "%C0%AF", "%C0%80", "%E0%80%AF", "%FF%FE", "%80",
    "%F4%90%80%80", "%u0041", "%", "%%", "%zz", "%2", "%0D%0ASet-Cookie:x=1", "%0d%0a%0d%0a<html>", "%09", "%0B", "%1F",
    "%7F", "%E2%80%AE", "%E2%81%A6abc%E2%81%A9", "%E2%80%8B", "%EF%BF%BF", "%F0%9F%92%A9", "e%CC%81", "%C4%B0",
    "%C3%9F",
    "%EF%AC%81", "%E1%BA%9E", "%F0%9D%95%92", "+", "++", "%20", "&", "&&", "=", "==", ";", "#", "?", "/", "//", "%5C",
    "%252e%252e", "%2525", "null", "undefined", "None", "true", "[]", "{}", "[object Object]", "*", ".", "..", "-",
    "--",
    "-%22", "%22", "%22%22%22", "%22a b", "or", "or or", "a or", "-or -", "!", "a:*", "a %26 b", "(", "((((", ")",
    "a|b",
    "%3C-%3E", "a %3C2%3E b", "%27", "%27%27", "%60", "~", "^", "_", "%25", "%25%25", "%25s", "%25n", "%7B0%7D", "$1",
    "%5C0",
)  # fmt: skip
INJECTIONS = tuple(
    quote(text)
    for text in (
        "' OR 1=1 --", "1; DROP TABLE portal_activity; --", "'; SELECT pg_sleep(9); --", "1) UNION SELECT version() --",
        "\\'; COPY x FROM PROGRAM 'id'; --", "${jndi:ldap://127.0.0.1/a}", "{{7*7}}", "{% debug %}",
        "<script>alert(1)</script>",
        "$(id)", "`id`", "|id", "kind = 'mission'", "kind = 'x' OR 1=1", "INTERSECTS(geometry, POINT(0 0))",
        "title LIKE '%'",
        "S_INTERSECTS(geometry,POLYGON((0 0,1e999 0,0 0)))", "NOT (NOT (NOT (a = 1)))", "(" * 500, "a = " * 60 + "1",
        "kind IN ('mission', 'mission'", "T_AFTER(starts, TIMESTAMP('x'))", "casei(title) = casei('a')",
        "1 = 1 AND " * 80 + "1=1",
        '{"op":"=","args":[{"property":"kind"},"mission"]}', '{"op":"and","args":' * 60, "[" * 400, '{"a":' * 400,
        "-title", "+-title",
        "title,title,title", "pg_class", "portal_activity.id", "source__uid", "source__validators", "id", "__class__",
        "pk",
        "http://www.opengis.net/def/crs/OGC/1.3/CRS84", "http://www.opengis.net/def/crs/EPSG/0/3857", "EPSG:4326",
        "EPSG:0",
        "http://www.opengis.net/def/crs/EPSG/0/999999", "http://127.0.0.1/crs", "file:///etc/passwd",
        "+proj=pipeline +step", "1=1",
        "2026-13-45", "2026-02-29", "0000-00-00", "9999-12-31/..", "../..", "2026-01-02/2026-01-01", "２０２６-01-01",
        "2026-W01",
        "2026-11-28T00:00:00Z", "2026-11-28T00:00:00+99:99", "../2026-11-28T00:00:00Z", "2199-12-31",
        "1900-01-01/2199-12-31",
    )
)  # fmt: skip
TRAVERSALS = (
    "../../etc/passwd", "..%2f..%2fetc%2fpasswd", "%2e%2e/%2e%2e/", "..%5c..%5c", ".git/config", "static/../../x",
    "%00.json",
    "x" * 3_000, "a/" * 400, ";/", ".;/", "~root", "con", "items%00", "items%2e", "items/", "items//", "ITEMS",
    "items.json", "é",
)  # fmt: skip


def sized(dice: Random) -> str:
    """Something long."""
    unit = dice.choice(["a", "9", "%C3%A9", "%22", "(", "-a ", "1,", "%F0%9F%92%A9", ".", "a%00", "mission,", "or "])
    return unit.replace(" ", "+") * dice.choice([30, 67, 101, 199, 201, 1_000])


def joined_numbers(dice: Random) -> str:
    """Numbers for `near` and `bbox`, some of them right, often of the wrong count, or longer than anybody needs."""
    count = dice.choice([1, 2, 2, 2, 3, 4, 4, 4, 5, 60])
    return ",".join(dice.choice([number(dice), plain(dice), plain(dice)]) for _ in range(count))


def number(dice: Random) -> str:
    return quote(dice.choice(NUMBERS))


def plain(dice: Random) -> str:
    """A number that may be right."""
    degrees = dice.choice([0, 90, -90, 180, -180, dice.uniform(-90, 90), dice.uniform(-200, 200), dice.gauss(0, 1e-7)])
    return dice.choice([repr(degrees), f"{degrees:.0f}", f"{degrees:.1f}" + "0" * 210])


def hostile(dice: Random) -> str:
    """Any value."""
    draw = dice.choice((number, joined_numbers, sized, _text, _text, _injection, _injection, _mixed))
    return draw(dice)


def _text(dice: Random) -> str:
    return dice.choice(TEXTS)


def _injection(dice: Random) -> str:
    return dice.choice(INJECTIONS)


def _mixed(dice: Random) -> str:
    """Bytes, drawn."""
    return quote(dice.randbytes(dice.randrange(1, 40)))


def sensible(name: str, dice: Random, records: list[Record]) -> str:
    """A value that fits the parameter, where we know one."""
    record = dice.choice(records)
    pools = {
        "kind": [record.kind], "theme": list(record.themes), "status": [record.status], "precision": [record.precision],
        "source": [record.origin.slug], "remote": [record.remote], "q": record.title.split(), "duplicates": ["once",
        "all"],
        "when": ["all", "today", "weekend", "upcoming", "2026-11-28", "2026-11-01/..", "../2026-12-01"],
        "radius": ["5000", "2e7"],
        "near": [f"{record.shape.centroid.y},{record.shape.centroid.x}" if record.shape is not None else "50.4,3.9"],
        "bbox": ["3,50,5,51", "175,-20,-175,-10", "-180,-90,180,90", "0,0,0,0"], "f": ["json", "geojson", *FORMATS],
        "zoom": ["3", "12"],
        "limit": ["1", "5", "10000"], "offset": ["0", "3", "999999999"], "datetime": ["2026-11-28T00:00:00Z/.."],
        "count": ["exact"],
        "area": ["be-oracle-1"], "sort": ["title", "-starts"], "crs": ["http://www.opengis.net/def/crs/OGC/1.3/CRS84"],
        "filter": ["kind%20=%20%27mission%27"], "filter-lang": ["cql2-text"],
    }  # fmt: skip
    return quote(dice.choice(pools[name]), safe="%,/:") if name in pools else hostile(dice)
