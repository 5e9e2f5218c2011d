"""Draws the labelled pairs from the real files and writes `pairs.csv`: `python -m bench.same.draw`.

What the label means: **the same** is one association, place, mission (of one beginning) or ballot project (of one
edition) told twice; anything else is **different**, however alike. Natural pairs stand in the files as they are and
were judged by eye; derived ones are a real record and what another portal would make of it. Drawn once, with a
fixed seed, before the matcher was written; the list is what counts, and is not drawn again.
"""

import csv
import math
import random
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise, product
from pathlib import Path

from bench.same.records import Fields, records

PAIRS = Path(__file__).with_name("pairs.csv")
COLUMNS = ("label", "origin", "why", "left_file", "left_id", "right_file", "right_id", "change")
Row = tuple[str, str, str, str, str, str, str, str]

FIRE_CENTRES_TWICE = tuple(("fire-centres", left, "fire-centres", right) for left, right in
                           (("1739", "1741"), ("1745", "1742"), ("1812", "1813")))  # fmt: skip
UNDECIDED = (("hinaura", "1020", "hinaura", "466"), ("fire-centres", "845", "fire-centres", "846"))
"""One building, perhaps one thing: nobody can say from the files."""
# Judged by eye: the address, the organisation, the texts or the dates of both agree.
NATURAL_SAME = (
    ("hinaura", "166", "hinaura", "473"), ("hinaura", "653", "hinaura", "654"), ("hinaura", "944", "hinaura", "948"),
    ("hinaura", "993", "hinaura", "1029"), ("hinaura", "999", "hinaura", "1011"),
    ("hinaura", "1027", "hinaura", "1035"), ("hinaura", "1063", "hinaura", "1064"),
    ("hinaura", "870", "hinaura", "915"), ("hinaura", "124", "hinaura", "895"),
    ("transiscope", "La%20ressource%20rit4582", "transiscope", "Ressource%20Rit%204582"),
    ("transiscope", "Eco%20Hameau%20du%20Busseix4560", "transiscope", "Hameau%20de%20Busseix4560"),
    ("transiscope", "Fournil%20du%20Rouvereau.%20Le%20Chant%20de%20la%20Terre4567", "transiscope",
     "Le%20chant%20de%20la%20terre4567"),
    ("transiscope", "Th%C3%A9%C3%A2tre%20de%20la%20Ch%C3%A8vre%20et%20du%20Chou4766", "transiscope",
     "Theatre%20de%20la%20ch%C3%A8vre%20et%20du%20chou4767"),
    ("gogocompact", "10iu", "gogofull", "10iu"), ("gogocompact", "10kw", "gogofull", "10kw"),
    ("gogocompact", "10jA", "gogofull", "10jA"), ("gogocompact", "10kH", "gogofull", "10kH"),
    ("gogocompact", "10lM", "gogocompact", "10Jh"), ("gogocompact", "ztN", "gogocompact", "10lu"),
    *FIRE_CENTRES_TWICE,
)  # fmt: skip
NATURAL_DIFFERENT = (
    ("brussels", "0465.165.280", "brussels", "0863.132.427"),  # two bodies of two languages under one roof
    ("brussels", "0407.626.464", "brussels", "0439.471.366"), ("brussels", "0408.652.981", "brussels", "0439.471.366"),
    ("brussels", "0438.214.029", "brussels", "0460.376.648"),
    ("hinaura", "782", "hinaura", "783"), ("hinaura", "199", "hinaura", "441"), ("hinaura", "865", "hinaura", "995"),
    ("hinaura", "936", "hinaura", "937"), ("hinaura", "938", "hinaura", "973"), ("hinaura", "937", "hinaura", "938"),
    ("hinaura", "206", "hinaura", "223"), ("hinaura", "206", "hinaura", "224"), ("hinaura", "376", "hinaura", "377"),
    ("transiscope", "La%20ressource%20rit4582", "transiscope", "Ressource%20Rit%20%20St%20Junien4589"),
    ("transiscope", "Les%20boites%20%C3%A0%20v%C3%A9lo4722", "transiscope", "Les%20Bo%C3%AEtes%20Utiles4722"),
    ("gogocompact", "10ie", "gogocompact", "10iu"),
)  # fmt: skip
DERIVED_FROM = {
    "missions": 45, "transiscope": 30, "hinaura": 28, "brussels": 22, "quebec": 15, "pools": 12, "fire-centres": 18,
    "warsaw-2024": 10, "paris": 14, "new-york": 8,
}  # fmt: skip
"""File → how many positives are derived from it."""


def draw() -> list[Row]:
    """Every pair, in a fixed order."""
    dice = random.Random(20_261_122)  # noqa: S311 - a draw that anybody can repeat
    rows = [("same", "natural", "two records", *pair, "") for pair in NATURAL_SAME]
    rows += [("different", "natural", "alike", *pair, "") for pair in NATURAL_DIFFERENT]
    rows += [*_sessions(), *_two_files(dice), *_derived(dice)]
    rows += [*_other_towns(dice), *_neighbours(dice), *_other_missions(dice), *_other_editions(dice)]
    return list({frozenset([row[3:5], row[5:7]]) | {row[7]}: row for row in reversed(rows)}.values())[::-1]


def _sessions() -> Iterator[Row]:
    """One organisation's mission of one title, told twice: the same if it begins and ends on the same days."""
    groups = defaultdict(list)
    for record_id, fields in records("missions").items():
        groups[fold(fields["title"]), fields["organisation"]].append((record_id, fields))
    for members in groups.values():
        for (left_id, left), (right_id, right) in pairwise(members):
            same = (left.get("starts"), left.get("ends")) == (right.get("starts"), right.get("ends"))
            label, why = ("same", "two records") if same else ("different", "session")
            yield label, "natural", why, "missions", left_id, "missions", right_id, ""


def _two_files(dice: random.Random) -> Iterator[Row]:
    for record_id in dice.sample(sorted(records("missions")), 12):
        yield "same", "natural", "two files", "missions", record_id, "missions-by-town", record_id, ""
    originals = {(f["commune"], round(f["lat"], 4), round(f["lon"], 4)): i for i, f in records("fire-centres").items()}
    for file, count in (("fire-centres-mojibake", 14), ("fire-centres-lambert93", 14)):
        for record_id in dice.sample(sorted(records(file)), count):
            fields = records(file)[record_id]
            original = originals.get((_mended(fields["commune"]), round(fields["lat"], 4), round(fields["lon"], 4)))
            if original and "title" in fields:
                yield "same", "natural", "two files", "fire-centres", original, file, record_id, ""


def _mended(text: str) -> str:
    try:
        return text.encode("cp1252").decode()
    except UnicodeError:
        return text


def _derived(dice: random.Random) -> Iterator[Row]:
    for file, count in DERIVED_FROM.items():
        usable = sorted(i for i, fields in records(file).items() if len(fold(fields.get("title", ""))) > 5)
        for record_id in dice.sample(usable, count):
            yield (
                "same",
                "derived",
                "re-told",
                file,
                record_id,
                file,
                record_id,
                _change(dice, records(file)[record_id]),
            )


def _change(dice: random.Random, fields: Fields) -> str:
    """What one of five other portals makes of it."""
    near = f"move={dice.randint(30, 120)}@{dice.randint(0, 359)}"
    far = f"move={dice.randint(100, 300)}@{dice.randint(0, 359)}"
    portals = (
        f"cut={dice.choice((50, 60, 80))};day;{near};retype;link",  # another missions portal
        f"upper;unaccent;abbreviate;{far};no=website,starts,ends",  # a town hall's list
        "town;round=3;link;no=address,postal_code;ascii-quotes",  # an aggregator of aggregators
        "no=point;abbreviate;day",  # a list without a map
        f"typo={dice.randint(1, 6)};{far};retype;no=organisation",  # typed again by hand
        f"lower;{near};abbreviate;retype;no=postal_code,organisation_id",
    )
    known = [change for change in portals if "no=point" not in change or "commune" in fields or "postal_code" in fields]
    return dice.choice(known)


def _other_towns(dice: random.Random) -> Iterator[Row]:
    """The same title at least 5 km away, or in another district or commune."""
    wanted = {"fire-centres": 26, "transiscope": 8, "quebec": 8, "new-york": 10, "paris": 10, "hinaura": 10,
              "warsaw-2024": 8, "missions": 6, "pools": 6}  # fmt: skip
    for file, count in wanted.items():
        groups = defaultdict(list)
        for record_id, fields in records(file).items():
            groups[fold(fields.get("title", "")), fields.get("edition")].append((record_id, fields))
        found = []
        for (title, _edition), members in sorted(groups.items(), key=str):
            for (left_id, left), (right_id, right) in pairwise(members):
                if len(title) > 4 and _elsewhere(left, right):
                    found.append((file, left_id, file, right_id))
        for pair in dice.sample(found, min(count, len(found))):
            yield "different", "natural", "other town", *pair, ""


def _elsewhere(left: Fields, right: Fields) -> bool:
    metres = metres_between(left, right)
    if metres is not None:
        return metres > 5_000
    places = [(fields.get("postal_code"), fields.get("commune")) for fields in (left, right)]
    return places[0] != places[1] and (None, None) not in places


def _neighbours(dice: random.Random) -> Iterator[Row]:
    """Within 50 m of each other and something else: half of them those whose titles are most alike."""
    wanted = {"transiscope": 14, "hinaura": 8, "brussels": 16, "quebec": 16, "pools": 14, "missions": 10,
              "warsaw-2024": 10, "new-york": 6}  # fmt: skip
    known = {(left, right) for _f, left, _g, right in (*NATURAL_SAME, *UNDECIDED)}
    for file, count in wanted.items():
        pairs = [pair for pair in _close(file) if pair[1:] not in known]
        pairs.sort(reverse=True)
        alike, rest = pairs[: count // 2], pairs[count // 2 :]
        for _likeness, left_id, right_id in [*alike, *dice.sample(rest, min(count - count // 2, len(rest)))]:
            yield "different", "natural", "neighbours", file, left_id, file, right_id, ""


def _close(file: str) -> Iterator[tuple[float, str, str]]:
    placed = [(i, f) for i, f in records(file).items() if "lat" in f and "title" in f]
    placed.sort(key=lambda pair: pair[1]["lat"])
    for place, (left_id, left) in enumerate(placed):
        for right_id, right in placed[place + 1 :]:
            if right["lat"] - left["lat"] > 0.001:
                break
            metres = metres_between(left, right)
            if metres is not None and metres < 50 and fold(left["title"]) != fold(right["title"]):
                yield round(likeness(left["title"], right["title"]), 4), left_id, right_id


def _other_missions(dice: random.Random) -> Iterator[Row]:
    """One organisation's other mission."""
    groups = defaultdict(list)
    for record_id, fields in records("missions").items():
        groups[fold(fields["organisation"])].append((record_id, fields))
    found = []
    for members in groups.values():
        for place, (left_id, left) in enumerate(members):
            for right_id, right in members[place + 1 :]:
                if fold(left["title"]) != fold(right["title"]):
                    found.append((round(likeness(left["title"], right["title"]), 4), left_id, right_id))
    found.sort(reverse=True)
    for _likeness, left_id, right_id in [*found[:14], *dice.sample(found[14:], 14)]:
        yield "different", "natural", "other mission", "missions", left_id, "missions", right_id, ""


def _other_editions(dice: random.Random) -> Iterator[Row]:
    """The project of another year that is most alike, of the same district."""
    for found in (list(_warsaw_again()), list(_again("paris")), list(_again("new-york"))):
        for pair in dice.sample(found, min(18, len(found))):
            yield "different", "natural", "other edition", *pair, ""


def _warsaw_again() -> Iterator[tuple[str, str, str, str]]:
    for (left_id, left), (right_id, right) in product(records("warsaw-2022").items(), records("warsaw-2024").items()):
        if left["commune"] == right["commune"] and likeness(left["title"], right["title"]) > 0.55:
            yield "warsaw-2022", left_id, "warsaw-2024", right_id


def _again(file: str) -> Iterator[tuple[str, str, str, str]]:
    groups = defaultdict(list)
    for record_id, fields in records(file).items():
        groups[fold(fields.get("title", ""))].append((record_id, fields))
    for title, members in groups.items():
        for (left_id, left), (right_id, right) in pairwise(members):
            if title and left["edition"] != right["edition"]:
                yield file, left_id, file, right_id


def fold(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.lower())
    return " ".join("".join(letter if letter.isalnum() else " " for letter in plain if not
                            unicodedata.combining(letter)).split())  # fmt: skip


def likeness(left: str, right: str) -> float:
    """Shared trigrams, 0 to 1: only to find pairs that are hard."""
    one, other = _trigrams(left), _trigrams(right)
    return len(one & other) / max(len(one | other), 1)


def _trigrams(text: str) -> set[str]:
    padded = f"  {fold(text)} "
    return {padded[place : place + 3] for place in range(len(padded) - 2)}


def metres_between(left: Fields, right: Fields) -> float | None:
    """On a sphere; None where one has no point."""
    if "lat" not in left or "lat" not in right:
        return None
    middle = math.radians((left["lat"] + right["lat"]) / 2)
    return 111_195 * math.hypot(right["lat"] - left["lat"], (right["lon"] - left["lon"]) * math.cos(middle))


if __name__ == "__main__":
    with PAIRS.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(draw())
