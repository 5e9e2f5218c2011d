"""How well discovery finds out what the real files hold: against a table that was made by hand."""
