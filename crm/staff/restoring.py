"""Nobody comes back signed in from a backup."""

from django.conf import settings
from django.utils.module_loading import import_string


def end_sessions() -> str:
    """Sessions are not saved; one that an older backup brought is ended."""
    store = import_string(f"{settings.SESSION_ENGINE}.SessionStore")
    ended, _by_model = store.get_model_class().objects.all().delete()
    if not ended:
        return ""
    return f"{ended} sessions ended."
