"""Where real portals' files and recorded answers are, for the tests that read them as they are."""

import pytest
from django.conf import settings

DATA = settings.BASE_DIR.parent / "shared" / "data"
needs_real_files = pytest.mark.skipif(
    not DATA.is_dir(), reason="the real files are not here: ../shared/data does not exist"
)
