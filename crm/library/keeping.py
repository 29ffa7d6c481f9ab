"""Where kept pictures lie: one folder of the media, each under the name of its content."""

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.urls import reverse

from core.pictures import NAME, DrawnPicture


@dataclass(frozen=True)
class KeptPicture:
    """A kept picture as it is shown: ``alt`` its words, sides in pixels."""

    name: str
    alt: str
    width: int
    height: int

    @property
    def path(self) -> str:
        """On this site: the same for everybody who looks."""
        return reverse("crm:picture", args=[self.name])

    @property
    def url(self) -> str:
        """With the host, for mails."""
        return settings.BASE_URL + self.path


def folder() -> Path:
    """Where pictures lie on the disk."""
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


def drop(name: str) -> None:
    """Remove a kept picture that nothing shows any more."""
    path = path_of(name)
    if path is not None:
        path.unlink(missing_ok=True)


def path_of(name: str) -> Path | None:
    """The file of a kept picture; None for any other name, and where there is none."""
    if not NAME.fullmatch(name):
        return None
    path = folder() / name
    if not path.is_file():
        return None
    return path
