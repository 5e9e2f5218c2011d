"""The tables that every question is answered from, and how they are kept right. docs/read.md tells it to people."""

from portal.read.keeping import bump, check, ensure, rebuild, refresh

__all__ = ["bump", "check", "ensure", "rebuild", "refresh"]
