"""One thing published by three portals is one thing: found, explained, shown once, and undone by a word.

`update(source)` after each run; `decide(left, right, same=…)` for a person's word. Records are never changed.
"""

from portal.same.service import decide, explain, leaving, rebuild, update, withdraw_decision

__all__ = ["decide", "explain", "leaving", "rebuild", "update", "withdraw_decision"]
