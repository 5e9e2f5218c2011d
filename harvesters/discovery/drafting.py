"""From what the columns mean to a mapping: the same table that a person would write, with a finding for each field."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from geo.names import fold
from harvesters.discovery.choices import status_share, status_spec, theme_share, themes_spec, words_of
from harvesters.discovery.columns import Column
from harvesters.discovery.identity import COMPOSITE, composite, id_guesses
from harvesters.discovery.labels import in_words
from harvesters.discovery.land import currency_of
from harvesters.discovery.meaning import SURE_FROM, TAKEN_FROM, Guess
from harvesters.discovery.names import spoken, steps
from harvesters.discovery.proposal import Finding, Question
from harvesters.discovery.telling import joined, number, quoted
from portal.vocabularies import Kind

PLAIN = ("description", "postal_code", "area", "ends", "deadline", "data_date", "organisation", "website",
         "source_url", "join_url", "image", "edition", "opening_hours", "schedule")  # fmt: skip
DATES = ("starts", "ends", "deadline")
OF_MISSIONS = ("places", "remote", "schedule", "open_to_minors", "reduced_mobility", "join_url", "deadline")
OF_PROJECTS = ("votes",)
MOSTLY_BLANK = 0.8
SHOWN = 3

_MIDNIGHT = re.compile(r"^\d{4}-\d\d-\d\d[T ](?:00|01|02|22|23):00")
_HOUSE = re.compile(
    r"^(?:no civique|numero de maison|numero|num|house number|huisnummer|num voie|numero voie|numer domu)$"
)
_STREET_NAMES = {"rue", "street", "straat", "voie", "nom voie", "ulica", "calle", "carrer", "libelle voie"}
Meaning = dict[str, list[Guess]]


@dataclass
class Draft:
    """A mapping in the making. A field that is not sure enough is left out, or asked about."""

    columns: Sequence[Column]
    meaning: Meaning
    kind: Kind = Kind.INITIATIVE
    country: str = ""
    mapping: dict[str, Any] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)

    def add(self, name: str, spec: Any, confidence: float, evidence: str, alternatives: Sequence[Any] = ()) -> None:
        """Take a field into the mapping and say why."""
        self.mapping[name] = spec
        self.findings.append(Finding(f"mapping.{name}", spec, confidence, evidence, tuple(alternatives)))

    def ask(self, name: str, text: str, value: Any = None, alternatives: Sequence[Any] = ()) -> None:
        self.questions.append(Question(name, text, value, tuple(alternatives)))

    def identify(self) -> None:
        """Find the id: one column, or several together, which is always asked."""
        found = id_guesses(self.columns)
        names = [guess.column.name for guess in found[1 : SHOWN + 1]]
        if found and found[0].confidence >= SURE_FROM:
            self.add("id", found[0].column.name, found[0].confidence, found[0].evidence, names)
            return
        parts, told = composite(self.columns, self.meaning)
        rows = self.columns[0].rows if self.columns else 0
        if found and (not parts or told < rows or len(parts) == 1):
            spec, confidence, evidence = found[0].column.name, found[0].confidence, found[0].evidence
        elif parts:
            spec = _template(parts)
            confidence, evidence = COMPOSITE, _told_apart(told, rows)
        else:
            self.ask(
                "mapping.id", _("Aucune colonne n’identifie une fiche : choisissez-en une, ou plusieurs ensemble.")
            )
            return
        self.add("id", spec, confidence, evidence, [guess.column.name for guess in found[:SHOWN]])
        words = _("%(columns)s identifie-t-il une fiche pour toujours ? (%(evidence)s)")
        self.ask("mapping.id", words % {"columns": _shown(spec), "evidence": evidence}, spec, names)

    def entitle(self) -> None:
        """Find the title; a doubtful one is asked about."""
        found = self.meaning.get("title", [])
        if not found:
            self.ask("mapping.title", _("Aucune colonne ne ressemble à un titre : choisissez-la."))
            return
        best, names = found[0], [guess.column.name for guess in found[1 : SHOWN + 1]]
        spec: Any = best.column.name
        confidence = best.confidence
        if best.column.share_filled < MOSTLY_BLANK and names:
            spec, confidence = [best.column.name, names[0]], min(confidence, SURE_FROM - 0.05)
        self.add("title", spec, confidence, best.evidence, names)
        if confidence < SURE_FROM:
            words = _("%(columns)s est-il le titre ? (%(evidence)s)")
            self.ask("mapping.title", words % {"columns": _shown(spec), "evidence": best.evidence}, spec, names)

    def fill(self) -> None:
        """Take every other field that is sure enough."""
        for name in PLAIN:
            self._plain(name)
        for name in ("starts", "places", "votes", "remote", "open_to_minors", "reduced_mobility", "commune"):
            self._plain(name)
        self._address()
        self._money()
        self._choices()

    def _taken(self, name: str) -> Guess | None:
        if name in OF_MISSIONS and self.kind != Kind.MISSION:
            return None
        if name in OF_PROJECTS and self.kind != Kind.PROJECT:
            return None
        guess = next(iter(self.meaning.get(name, ())), None)
        return guess if guess is not None and guess.confidence >= TAKEN_FROM else None

    def _others(self, name: str) -> list[str]:
        return [guess.column.name for guess in self.meaning.get(name, ())[1 : SHOWN + 1]]

    def _plain(self, name: str) -> None:
        guess = self._taken(name)
        if guess is None or name in self.mapping:
            return
        spec: Any = guess.column.name
        if name in DATES and guess.column.share(_MIDNIGHT) > MOSTLY_BLANK:
            spec = {"column": spec, "day": True}
        self.add(name, spec, guess.confidence, guess.evidence, self._others(name))

    def _address(self) -> None:
        guess = self._taken("address")
        if guess is None:
            return
        spec: Any = guess.column.name
        house = next((column for column in self.columns if _is_house(column, guess.column)), None)
        if house is not None:
            spec = "{" + house.name + "} {" + guess.column.name + "}"
        self.add("address", spec, guess.confidence, guess.evidence, self._others("address"))

    def _money(self) -> None:
        guess = self._taken("budget")
        if guess is None:
            return
        self.add("budget", guess.column.name, guess.confidence, guess.evidence, self._others("budget"))
        column = self._taken("currency")
        if column is not None:
            self.add("currency", column.column.name, column.confidence, column.evidence)
        elif money := currency_of(self.country):
            words = _("la monnaie du pays des fiches (%(country)s)") % {"country": self.country}
            self.add("currency", {"value": money}, 0.8, words)
        else:
            text = _("En quelle monnaie est « %(column)s » ? Trois lettres (EUR), ou laissez le montant de côté.")
            self.ask("mapping.currency", text % {"column": guess.column.name}, None)

    def _choices(self) -> None:
        theme, status = self._taken("themes"), self._taken("status")
        if theme is not None and theme_share(theme.column) > 0:
            self._choice(theme, *themes_spec(theme.column))
        if status is not None and status_share(status.column) > 0:
            spec, words = status_spec(status.column, self.kind)
            self._choice(status, spec, words)
            if not spec["values"]:
                text = _("Aucun mot de « %(column)s » n’est connu pour cette nature : que veulent-ils dire ?")
                self.ask("mapping.status", text % {"column": status.column.name}, spec)

    def _choice(self, guess: Guess, spec: dict[str, Any], words: str) -> None:
        """A column whose words become ours; one with words that stay without ours is to be looked at."""
        known = {fold(word) for word in spec.get("values", ())}
        left = "vocabulary" not in spec and any(fold(word) not in known for word in words_of(guess.column))
        confidence = min(guess.confidence, SURE_FROM - 0.05) if left else guess.confidence
        self.add(guess.field, spec, confidence, joined([guess.evidence, words]), self._others(guess.field))


def _is_house(column: Column, street: Column) -> bool:
    """Whether the column holds the numbers of the houses of that street."""
    beside = steps(column.name)[:-1] == steps(street.name)[:-1]
    return (
        beside
        and steps(street.name)[-1:] != ()
        and steps(street.name)[-1] in _STREET_NAMES
        and bool(_HOUSE.match(spoken(column.name.rpartition(".")[2])))
    )


def _template(parts: Sequence[Column]) -> str:
    return parts[0].name if len(parts) == 1 else "-".join("{" + part.name + "}" for part in parts)


def _shown(spec: Any) -> str:
    return " / ".join(quoted([in_words(one)]) for one in (spec if isinstance(spec, list) else [spec]))


def _told_apart(told: int, rows: int) -> str:
    words = _("aucune colonne n’identifie une fiche seule ; celles-ci en distinguent %(told)s sur %(rows)s")
    return words % {"told": number(told), "rows": number(rows)}
