"""Where kept pictures lie: one folder of the media, each under the name of its content."""

from pathlib import Path

from django.conf import settings

from core.pictures import NAME, DrawnPicture


def folder() -> Path:
    return Path(settings.MEDIA_ROOT) / "pictures"


def keep(picture: DrawnPicture) -> str:
    """Write the picture where it is not there yet, whole or not at all; returns its name."""
    path = folder() / picture.name
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".new")
        try:
            unfinished.write_bytes(picture.data)
            unfinished.rename(path)
        finally:
            unfinished.unlink(missing_ok=True)
    return picture.name


def path_of(name: str) -> Path | None:
    """The file of a kept picture; None for any other name, and where there is none."""
    if not NAME.fullmatch(name):
        return None
    path = folder() / name
    if not path.is_file():
        return None
    return path
