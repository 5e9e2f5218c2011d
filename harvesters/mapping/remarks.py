"""What a run noticed and went on in spite of: the same remark on many records is told once, with its count."""

from dataclasses import dataclass, field

EXAMPLES = 5
REMARKS_MAX = 100


class Refused(ValueError):
    """A record that cannot be taken: a code that groups the reasons, and the reason in words."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


@dataclass
class Remarks:
    """Remarks by their words, in the order in which they first came up."""

    _records: dict[str, list[str]] = field(default_factory=dict)
    _counts: dict[str, int] = field(default_factory=dict)

    def add(self, words: str, record_id: str = "") -> None:
        if words not in self._counts and len(self._counts) >= REMARKS_MAX:
            words = "and other remarks of the same kinds"
        self._counts[words] = self._counts.get(words, 0) + 1
        examples = self._records.setdefault(words, [])
        if record_id and len(examples) < EXAMPLES:
            examples.append(record_id)

    def as_notes(self) -> list[dict[str, object]]:
        """What `Run.notes` holds: text, count and a few record ids."""
        return [
            {"text": words, "count": self._counts[words], "examples": examples}
            for words, examples in self._records.items()
        ]
