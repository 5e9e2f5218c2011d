from pathlib import Path

import pytest

from portal.launcher.node import is_recent, sources


@pytest.mark.parametrize(
    ("version", "recent"),
    [("v22.12.0\n", True), ("v24.19.0\n", True), ("v22.11.9\n", False), ("v18.20.4\n", False), ("", False)],
)
def test_only_a_recent_node_will_do(version: str, recent: bool) -> None:
    assert is_recent(version) == recent


def test_sources_are_what_people_wrote(tmp_path: Path) -> None:
    for name in ("src/main.ts", "package.json", ".npmrc", "node_modules/leaflet/leaflet.js", "dist/main.js"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert [path.relative_to(tmp_path).as_posix() for path in sources(tmp_path)] == [
        ".npmrc",
        "package.json",
        "src/main.ts",
    ]
