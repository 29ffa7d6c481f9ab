"""Members of a backup's archive: what goes in, and what is let out of it."""

import io
import tarfile
from pathlib import Path


def add_text(archive: tarfile.TarFile, name: str, text: str) -> None:
    """A member of the archive that is made of a text, readable for its owner only."""
    content = text.encode()
    entry = tarfile.TarInfo(name)
    entry.mode = 0o600
    entry.size = len(content)
    archive.addfile(entry, io.BytesIO(content))


def whole(member: tarfile.TarInfo, media: Path) -> tarfile.TarInfo:
    """A member of the media with its bytes, be it the second name of a file, as two tables of one
    workbook are kept: a Python without filters restores no links. ``media``: their folder.
    """
    if member.islnk():
        member.type, member.linkname = tarfile.REGTYPE, ""
        member.size = (media / Path(member.name).relative_to("media")).stat().st_size
    return member


def extract(archive: tarfile.TarFile, folder: Path) -> None:
    """No member leaves the folder, nor is a device or a program of another user.

    Python's filter "data" where this Python has it. TarError for a member that is refused; what
    came before it stays in the folder.
    """
    if hasattr(tarfile, "data_filter"):
        archive.extractall(folder, filter="data")
        return
    # Python before 3.11.4, as Debian 12 has it, knows no filters: plain files and folders alone.
    for member in archive:
        target = (folder / member.name).resolve()
        is_plain = member.isfile() or member.isdir()
        if not is_plain or not target.is_relative_to(folder.resolve()):
            raise tarfile.TarError(f"{member.name} is no file of a backup")
        archive.extract(member, folder, set_attrs=False)
        target.chmod(member.mode & 0o755 | 0o600 | (0o100 if member.isdir() else 0))
