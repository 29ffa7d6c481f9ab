"""What Django's admin noted of somebody who was erased."""

import pytest
from django.contrib import admin
from django.contrib.admin.models import CHANGE, LogEntry

from core.holds import account_holds, registered
from crm.privacy import actions
from tests.crm.privacy.person import whole_person

pytestmark = pytest.mark.django_db


def test_notes_of_the_admin_name_no_row_of_the_person(librarian):
    """Whatever model is registered there: the note stays, and says of nobody."""
    reader = whole_person(librarian)
    for hold in [*registered(), *account_holds()]:
        rows = list(hold.rows(reader)[:1])
        if rows and hold.model_class() in admin.site._registry:
            LogEntry.objects.log_actions(librarian.pk, rows, CHANGE, "named here")
    LogEntry.objects.log_actions(librarian.pk, [reader], CHANGE, "named here")
    LogEntry.objects.log_actions(librarian.pk, [librarian], CHANGE, "of somebody else")
    n = LogEntry.objects.count()

    actions.erase(reader=reader, reason="asked-desk", by=librarian)

    assert LogEntry.objects.count() == n
    said = LogEntry.objects.exclude(object_repr="", change_message="")
    assert [entry.change_message for entry in said] == ["of somebody else"]
