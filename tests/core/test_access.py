"""The loader every page uses."""

import pytest
from django.http import Http404

from core.access import needs, role_can
from crm.readers.models import Reader
from tests.factories import CampusFactory, ReaderFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_row_one_may_see_is_loaded():
    reader = ReaderFactory()

    found = Reader.objects.visible_to(UserFactory(role="librarian")).get_or_404(reader.pk)

    assert found == reader


def test_not_yours_and_not_there_are_the_same_404():
    keeper = UserFactory(role="librarian", campus=CampusFactory())
    elsewhere = ReaderFactory(campus=CampusFactory())
    seen = Reader.objects.visible_to(keeper)

    with pytest.raises(Http404) as not_yours:
        seen.get_or_404(elsewhere.pk)
    with pytest.raises(Http404) as not_there:
        seen.get_or_404(elsewhere.pk + 1)

    assert str(not_yours.value) == str(not_there.value)


def test_permission_that_no_role_holds_is_a_typing_error_and_no_refusal():
    assert role_can("librarian", "readers.view")
    assert not role_can("reader", "readers.view")
    for attempt in (lambda: role_can("manager", "readers.veiw"), lambda: needs("readers.veiw")):
        with pytest.raises(KeyError):
            attempt()
