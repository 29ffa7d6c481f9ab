"""Storing a content that somebody else may have moved since it was loaded."""

import pytest

from campaigns.contents.actions import save_content
from campaigns.contents.models import Content
from campaigns.sending.actions import launch_content, pause
from core.refusals import Refused
from tests import factories

pytestmark = pytest.mark.django_db


def test_stale_save_after_launch_and_pause_changes_nothing(content, librarian):
    stale = Content.objects.get(pk=content.pk)
    factories.ReaderFactory()
    launch_content(content=content, by=librarian)
    pause(content=content, by=librarian)
    stale.subject = "Stale"
    with pytest.raises(Refused):
        save_content(content=stale, by=librarian)
    assert Content.objects.values_list("state", "subject").get() == ("paused", "Hello {name}")


def test_save_writes_only_what_authors_type(content, librarian):
    stale = Content.objects.get(pk=content.pk)
    Content.objects.update(trouble="mail server away")
    stale.subject = "Changed"
    save_content(content=stale, by=librarian)
    saved = Content.objects.get()
    assert (saved.trouble, saved.subject, saved.updated_at) == (
        "mail server away",
        "Changed",
        stale.updated_at,
    )
