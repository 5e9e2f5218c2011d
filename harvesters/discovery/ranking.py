"""Which of a portal's datasets hold civic life: by the words of their titles, keywords, descriptions and files."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from geo.names import fold
from harvesters.portals import Dataset

WORDS: dict[str, dict[str, int]] = tomllib.loads((Path(__file__).parent / "activity_words.toml").read_text("utf-8"))
KINDS = ("project", "mission", "initiative")
TITLE, KEYWORDS, DESCRIPTION = 3.0, 2.0, 1.0
MAPPED = {"geojson", "csv", "json", "shp", "gpkg", "kml", "xlsx", "ods", "xls", "tsv", "geopackage", "gpx"}
NO_TABLE = {"pdf", "html", "htm", "doc", "docx", "png", "jpg", "wms", "zip"}
EVIDENCE_MAX = 5


@dataclass(frozen=True, slots=True)
class Ranked:
    """A dataset, how likely it is to hold civic life (0 to 1), of which kind, and why."""

    dataset: Dataset
    score: float
    kind: str
    evidence: str


def ranked(datasets: Iterable[Dataset]) -> list[Ranked]:
    """The datasets, the likeliest first; those of equal score as the portal gave them."""
    return sorted((rank(dataset) for dataset in datasets), key=lambda one: -one.score)


def rank(dataset: Dataset) -> Ranked:
    """How likely one dataset is."""
    parts = (
        (TITLE, _("« %(word)s » dans son titre"), f"{dataset.title} {dataset.id}"),
        (KEYWORDS, _("« %(word)s » dans ses mots-clés"), " ; ".join(dataset.keywords)),
        (DESCRIPTION, _("« %(word)s » dans sa description"), dataset.description[:3000]),
    )
    points: dict[str, float] = dict.fromkeys(KINDS, 0.0)
    said: list[str] = []
    against = 0.0
    for weight, words, text in parts:
        found = words_in(text)
        for kind in KINDS:
            best = max(found.get(kind, {}).values(), default=0)
            points[kind] += weight * best
        against += weight * max(found.get("against", {}).values(), default=0)
        said += [words % {"word": word} for kind in KINDS for word in found.get(kind, {})]
    kind = max(KINDS, key=lambda kind: points[kind])
    total = points[kind] - against + _of_files(dataset, said)
    evidence = ", ".join(said[:EVIDENCE_MAX]) or _("aucun mot de la vie citoyenne dans ce que le portail en dit")
    return Ranked(dataset, round(max(0.0, min(1.0, total / 40)), 3), kind, evidence)


def _of_files(dataset: Dataset, said: list[str]) -> float:
    """A dataset that no reader can make records of is worth little."""
    formats = set(dataset.formats)
    if formats and not formats & MAPPED and formats <= NO_TABLE:
        said.insert(0, _("seulement %(formats)s") % {"formats": ", ".join(sorted(formats))})
        return -20.0
    if dataset.records == 0:
        said.insert(0, _("aucun enregistrement"))
        return -20.0
    return 0.0


def words_in(text: str) -> Mapping[str, Mapping[str, int]]:
    """The telling words in a text, by what they tell."""
    folded = f" {fold(re.sub('[_/-]', ' ', text))}"
    found: dict[str, dict[str, int]] = {}
    for kind, words in WORDS.items():
        here = {word: worth for word, worth in words.items() if f" {fold(word)}" in folded}
        if here:
            found[kind] = here
    return found
