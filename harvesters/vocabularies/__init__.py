"""Words of other systems and what they are in ours: one TOML file a vocabulary, by its file's name.

Each file says in its first lines where its words come from.
"""

import tomllib
from pathlib import Path

VOCABULARIES: dict[str, dict[str, str]] = {
    path.stem: tomllib.loads(path.read_text("utf-8")) for path in sorted(Path(__file__).parent.glob("*.toml"))
}
