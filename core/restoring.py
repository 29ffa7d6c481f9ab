"""What is done to a restored database before the portal opens.

A backup is older than the library: whoever was erased since is in it again, and what was meant for
a moment (sessions) has passed. Settings list the steps, as dotted names of functions without
arguments that may run twice; each returns a line to tell, or nothing.
"""

from collections.abc import Iterator

from django.conf import settings
from django.utils.module_loading import import_string


def prepare_to_open() -> Iterator[str]:
    """Run every step in the order of the settings; what one raises keeps the portal shut.

    Each step is a function without arguments, named in AFTER_RESTORE, that returns a sentence for
    the terminal or "". Yields those sentences; the step is done before its sentence is there.
    """
    for name in settings.AFTER_RESTORE:
        told = import_string(name)()
        if told:
            yield told
