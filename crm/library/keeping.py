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
        """Where it is found on this site: the same for everybody who looks."""
        return reverse("crm:picture", args=[self.name])

    @property
    def url(self) -> str:
        """The same with scheme and host, for mails."""
        return settings.BASE_URL + self.path


def folder() -> Path:
    """Where pictures lie on the disk; it is made when the first one is kept."""
    return Path(settings.MEDIA_ROOT) / "pictures"


def keep(picture: DrawnPicture) -> str:
    """Write the picture where it is not there yet, whole or not at all; returns its name.

    The name follows from the content, so a picture that is kept already is left as it is.
    """
    path = folder() / picture.name
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        # Renaming is one step, so nobody is ever shown half a picture.
        unfinished = path.with_suffix(".new")
        try:
            unfinished.write_bytes(picture.data)
            unfinished.rename(path)
        finally:
            unfinished.unlink(missing_ok=True)
    return picture.name


def drop(name: str) -> None:
    """Remove a kept picture that nothing shows any more; nothing happens where there is none.

    Whether something shows it is for the caller to ask.
    """
    path = path_of(name)
    if path is not None:
        path.unlink(missing_ok=True)


def path_of(name: str) -> Path | None:
    """The file of a kept picture; None for any other name, and where there is none.

    Names come from addresses, so only what looks like one of ours is looked for.
    """
    if not NAME.fullmatch(name):
        return None
    path = folder() / name
    if not path.is_file():
        return None
    return path
