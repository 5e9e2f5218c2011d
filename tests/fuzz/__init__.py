"""Hostile requests, the same for the same seed: whatever is asked, the site answers, briefly and in order."""
