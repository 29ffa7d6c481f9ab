"""Real data is asked for in one way, and a machine without it skips what needs it."""

import pytest

from ops import local
from tests.data import data_folder, real_file


def test_variable_names_the_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("HUIXIANG_DATA", str(tmp_path))
    (tmp_path / "there.csv").touch()

    assert data_folder() == tmp_path
    assert real_file("there.csv") == tmp_path / "there.csv"


def test_without_the_variable_it_lies_beside_the_repository(monkeypatch):
    monkeypatch.delenv("HUIXIANG_DATA", raising=False)

    assert data_folder() == local.BASE_DIR.parent / "shared" / "data"


def test_what_is_not_there_skips_the_test(monkeypatch, tmp_path):
    monkeypatch.setenv("HUIXIANG_DATA", str(tmp_path / "nowhere"))

    with pytest.raises(pytest.skip.Exception, match="^real data folder not set$"):
        real_file("sfpl", "Library_Usage.csv.gz")
