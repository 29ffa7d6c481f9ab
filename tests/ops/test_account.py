"""Whose account the servers run under, and folders that nobody else put there."""

import pwd
from types import SimpleNamespace

import pytest

from ops.servers import account
from ops.servers.processes import LocalError


@pytest.fixture
def nobody_has_a_name(monkeypatch):
    def unknown(_uid):
        raise KeyError

    monkeypatch.setattr(pwd, "getpwuid", unknown)


def users(*uids: int) -> list[SimpleNamespace]:
    return [SimpleNamespace(pw_uid=uid) for uid in uids]


@pytest.mark.parametrize(("uids", "named"), [((), 0), ((0,), 0), ((0, 33, 34), 33)])
def test_user_with_a_name_is_looked_for_among_all(nobody_has_a_name, monkeypatch, uids, named):
    monkeypatch.setattr(pwd, "getpwall", lambda: users(*uids))
    assert account.named_user() == named


def test_ordinary_user_with_a_name_is_the_first_choice(monkeypatch):
    monkeypatch.setattr(pwd, "getpwuid", lambda uid: SimpleNamespace(pw_uid=uid))
    assert account.named_user() == account.FIRST_USER


def test_link_that_somebody_put_where_a_private_folder_should_be_is_refused(tmp_path):
    (tmp_path / "theirs").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "theirs")
    with pytest.raises(LocalError, match="belongs to somebody else"):
        account.private_folder(tmp_path / "link")


def test_private_folder_is_open_to_its_owner_only(tmp_path):
    folder = account.private_folder(tmp_path / "a" / "b")
    assert folder.stat().st_mode & 0o777 == 0o700


def test_package_that_is_not_installed_says_what_to_do():
    with pytest.raises(LocalError, match="make venv"):
        account.package_folder("no_such_package")
