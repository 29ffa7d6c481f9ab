"""Real data, which lies outside the repository and is not on every machine."""

import os
from pathlib import Path

import pytest

from ops import local


def data_folder() -> Path:
    """The folder that HUIXIANG_DATA names, else ``shared/data`` beside the repository.

    It need not exist.
    """
    beside = local.BASE_DIR.parent / "shared" / "data"
    return Path(os.environ.get("HUIXIANG_DATA") or beside)


def real_file(*parts: str) -> Path:
    """A file of that folder; the test that asks for one is skipped where there is none."""
    path = data_folder().joinpath(*parts)
    if not path.exists():
        pytest.skip("real data folder not set")
    return path
