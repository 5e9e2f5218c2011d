"""`python -m bench.discovery`: see measure.py."""

import django

django.setup()

from bench.discovery.measure import main  # noqa: E402 (models are known only now)

main()
