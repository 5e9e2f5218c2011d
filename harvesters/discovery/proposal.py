"""What discovery proposes: a Source that a person may accept, and everything that speaks for it."""

from dataclasses import dataclass, field
from typing import Any

from harvesters.reading import Row
from portal.models import Activity, Source


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was found out.

    field: what it is about, by the name that a correction uses: `mapping.title`, `kind`, `licence`, `encoding`.
    value: a column, a mapping's table, a word; None when nothing was found.
    confidence: 0 to 1; 1 for what a person said.
    evidence: in words.
    alternatives: other values that would do, the likeliest first.
    is_said: a person said it. is_raw: the evidence is a reader's own note, in English.
    """

    field: str
    value: Any
    confidence: float
    evidence: str
    alternatives: tuple[Any, ...] = ()
    is_said: bool = False
    is_raw: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """What a person must decide before the source may be saved; answered by a correction of the same field."""

    field: str
    text: str
    value: Any = None
    alternatives: tuple[Any, ...] = ()


@dataclass
class Proposal:
    """The outcome of one look at a dataset or a file.

    source: unsaved; what a hand-written TOML file would hold. Disabled while there are questions.
    findings: everything that was found out, the protocol first.
    questions: what a person must decide; empty when the source may be saved as it is.
    words: of a status or theme column, the words that stand there, the commonest first.
    rows: the sample's first rows as the portal gave them; columns: every column's name, with some of its values.
    sample: the same rows as unsaved Activities; those that were refused are missing.
    counts: of the whole sample: read, rejected, located (a pin), areal (a whole area), unknown (no place).
    remarks: what the readers and the mapping noticed, in words.
    """

    source: Source
    findings: list[Finding] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    columns: dict[str, list[str]] = field(default_factory=dict)
    words: dict[str, list[str]] = field(default_factory=dict)
    sample: list[Activity] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)

    @property
    def is_ready(self) -> bool:
        """Whether nothing is left to ask."""
        return not self.questions

    def finding(self, name: str) -> Finding | None:
        """What was found out about a field."""
        return next((one for one in self.findings if one.field == name), None)
