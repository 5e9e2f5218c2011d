"""Runs of sources: when one is due, who may harvest it, what it takes in and how it ends."""
