"""What becomes of the file of a picture that a content does not show any more."""

from campaigns.contents.models import Content
from crm.library.keeping import drop
from crm.library.models import LibrarySettings


def drop_unshown(name: str) -> None:
    """Remove a picture's file, unless the same one is shown elsewhere: in another content, or as
    the library's logo. Two statements at most.
    """
    is_shown = Content.objects.filter(picture=name).exists()
    if not is_shown and not LibrarySettings.objects.filter(logo=name).exists():
        drop(name)
