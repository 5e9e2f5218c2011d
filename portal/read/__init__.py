"""The tables that every question is answered from, and how they are kept right. docs/read.md tells it to people."""

from portal.read.keeping import bump, check, ensure, rebuild, refresh, waiting
from portal.read.role import make_role

__all__ = ["bump", "check", "ensure", "make_role", "rebuild", "refresh", "waiting"]
