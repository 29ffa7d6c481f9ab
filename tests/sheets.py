"""Style sheets as visitors receive them, for browsers of tests: each in one file.

From the sources a browser would fetch each imported sheet by itself, some seventy on every page.
"""

from pathlib import Path

from config.sheets import joined
from ops import local

SOURCES = local.BASE_DIR / "static"


def lay_out_joined(folder: Path) -> Path:
    """Write every sheet that pages link, joined with what it imports, into ``folder``."""
    for source in (SOURCES / "css").glob("*.css"):
        name = str(source.relative_to(SOURCES))
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(joined(name, lambda other: (SOURCES / other).read_text()))
    return folder
