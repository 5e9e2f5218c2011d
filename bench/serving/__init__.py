"""How fast what is stored is served, beside other servers on the same tables: `python -m bench.serving`."""
