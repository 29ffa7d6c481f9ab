"""Kinds of file by their code."""

import pytest

from core.kinds import kind_named, registered


def test_kind_is_found_by_its_code_and_another_is_an_error():
    for kind in registered():
        assert kind_named(kind.code) is kind
    with pytest.raises(LookupError, match="no-such-kind"):
        kind_named("no-such-kind")
