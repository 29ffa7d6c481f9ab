"""What a librarian decides stands on pages: colour, senders, cost of an hour; the environment holds
where nothing was chosen, and every change is kept.
"""

from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from campaigns.contents.models import Content
from campaigns.sending.mail import Mail
from core.refusals import Refused
from crm.letters.composing import compose
from crm.letters.models import LetterKind
from crm.library import chosen
from crm.library.actions import set_colour, set_hour_rate, set_names, set_senders
from crm.library.changes import newest_changes
from crm.library.models import LibrarySettings
from crm.staff.models import AuditEvent
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator():
    return factories.UserFactory(role="administrator", email="ad@example.edu")


def known() -> None:
    """As a process does after a minute."""
    chosen.shown.forget()


def test_environment_holds_until_something_is_chosen(settings, administrator):
    settings.DEFAULT_FROM_EMAIL = "Library <env@example.edu>"
    settings.PROMOTION_FROM_EMAIL = "news@example.edu"
    settings.REPLY_ADDRESS = "Library <env@example.edu>"
    assert chosen.notices_sender() == chosen.reply_address() == "env@example.edu"
    assert chosen.promotion_sender() == "news@example.edu"

    set_senders(notices="own@example.edu", promotion="", reply="", by=administrator)
    known()

    assert chosen.notices_sender() == chosen.reply_address() == "own@example.edu"
    # What the environment names itself gives way to nothing but a choice.
    assert chosen.promotion_sender() == "news@example.edu"


def test_chosen_senders_stand_in_letters_and_in_mails_of_contents(content, administrator):
    """In 0.1 a librarian had to ask for another environment of the machine."""
    set_senders(
        notices="desk@example.edu",
        promotion="news@mail.example.edu",
        reply="answers@example.edu",
        by=administrator,
    )
    known()

    letter = compose(factories.LetterFactory())
    assert b"<desk@example.edu>" in letter.data or b"desk@example.edu" in letter.data
    assert b"Reply-To: answers@example.edu" in letter.data
    content.purpose = "events"
    assert Mail(content, "en").sender_address == "news@mail.example.edu"
    other = factories.LetterFactory(kind=LetterKind.PROMOTION_TEST, purpose="promotion")
    assert compose(other).return_path == "news@mail.example.edu"
    assert Content.objects.filter(pk=content.pk).exists()


def test_colour_is_on_every_page_and_only_known_ones_are_taken(
    client, administrator, django_capture_on_commit_callbacks
):
    client.force_login(administrator)
    page = reverse("crm:library-settings")
    assert "css/colours/" not in client.get(page).content.decode()

    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(reverse("crm:library-colour"), {"colour": "lake"}).status_code == 302
    assert "css/colours/lake.css" in client.get("/").content.decode()
    assert "css/colours/lake.css" in client.get(page).content.decode()

    assert client.post(reverse("crm:library-colour"), {"colour": "#ff0000"}).status_code == 400
    with pytest.raises(Refused):
        set_colour(colour="#ff0000", by=administrator)


def test_every_change_is_kept_with_what_stood_there_before(administrator):
    set_names(zh="旧名", en="", by=administrator)
    set_names(zh="新名", en="", by=administrator)
    set_colour(colour="pine", by=administrator)

    said = [(change.before, change.after) for change in newest_changes()]
    assert said[1:] == [("旧名", "新名"), ("", "旧名")]
    assert said[0][0] == ""
    assert AuditEvent.objects.filter(action="library.colour", user=administrator).count() == 1
    for statement in ("DELETE FROM", "UPDATE"):
        ending = " SET name_zh = ''" if statement == "UPDATE" else ""
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            connection.cursor().execute(f"{statement} crm_librarysettingsevent{ending}")


def test_cost_of_an_hour_is_asked_of_the_database_and_must_be_above_nothing(
    client, settings, administrator
):
    settings.STAFF_HOUR_RATE = 60.0
    assert chosen.hour_rate() == 60.0
    set_hour_rate(rate=Decimal("72.50"), by=administrator)
    # Although this process remembers that nothing was chosen.
    assert chosen.hour_rate() == 72.5

    client.force_login(administrator)
    costs = reverse("crm:library-costs")
    assert client.post(costs, {"rate": "0"}).status_code == 400
    assert client.post(costs, {"rate": ""}).status_code == 302
    assert chosen.hour_rate() == 60.0
    assert LibrarySettings.objects.get().hour_rate is None
