"""Import a file of loans in a process of its own: python -m tests.bench.one_import FILE SOURCE."""

import sys
from pathlib import Path

import django


def main(path: Path, code: str) -> None:
    """The file as the desk takes it in; ``code``: of the source that is there already."""
    django.setup()
    from crm.sources.models import DataSource  # noqa: PLC0415 - Django has to be set up
    from tests.bench.bench_activities import brought  # noqa: PLC0415

    brought(path, DataSource.objects.get(code=code))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
