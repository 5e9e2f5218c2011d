"""Where GDAL and GEOS are: in the wheels of pyogrio and shapely, so that no system package is needed."""

from importlib.util import find_spec
from pathlib import Path


def gdal_library() -> str | None:
    """Path of the GDAL that pyogrio carries; None lets Django look for the system's."""
    return _bundled("pyogrio", "libgdal*")


def geos_library() -> str | None:
    """Path of the GEOS that shapely carries; None lets Django look for the system's."""
    return _bundled("shapely", "libgeos_c*")


def _bundled(package: str, pattern: str) -> str | None:
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        return None
    folder = Path(spec.origin).parent.parent / f"{package}.libs"
    return next((str(path) for path in sorted(folder.glob(pattern))), None)
