"""What catalogues say of their datasets, each in its own tongue, told in one: an Entry with its Resources."""
