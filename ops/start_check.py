"""Says what is unsafe about this installation, and ends with 1 where it must not start so.

``python -m ops.start_check``; the web server asks the same when it starts.
"""

import os

import django

from core import safety


def main() -> None:
    """Raises ImproperlyConfigured, with every reason, where a setting is unsafe."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    safety.refuse_unsafe_start()


if __name__ == "__main__":
    main()
