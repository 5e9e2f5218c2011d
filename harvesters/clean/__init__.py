"""What a portal wrote, made clean: pure functions, a value in, a value out. No network, no database."""
