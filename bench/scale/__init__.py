"""Trials of docs/scale.md: what asks, and what sets up."""
