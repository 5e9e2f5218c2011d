"""What the loopback portal answers: a status, a type and bytes."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: `path` within the portal's folder, parameters of the query or of the body."""

    folder: Path
    portal_url: str
    path: str
    parameters: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Reply:
    body: bytes
    content_type: str = "application/json"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


def json_reply(value: Any, status: int = 200) -> Reply:
    return Reply(json.dumps(value, ensure_ascii=False).encode(), "application/json; charset=utf-8", status)
