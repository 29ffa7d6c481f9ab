"""What the database itself asks of who takes an address off the list of refusals."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from core.addresses import address_digest
from crm.readers.models import Suppression
from crm.readers.suppressing import suppress_digest
from crm.staff.models import AuditEvent
from crm.subscribers.models import Subscriber
from tests.crm.subscribers.test_subscribing import ADDRESS, subscribed
from tests.owner import as_owner

pytestmark = pytest.mark.django_db


def test_a_confirmed_subscriber_takes_no_other_address_off_the_list():
    """Among the spellings of the own address anybody's digest had passed, sixty-four a call."""
    other = address_digest("erased@example.org")
    suppress_digest(digest=other, purposes=["events"], source="x", by=None)
    release = "SELECT huixiang_release_subscribed(%s, %s)"
    subscriber = subscribed()
    cursor = connection.cursor()
    cursor.execute(release, [subscriber.pk, [bytes(subscriber.digest), other]])
    assert cursor.fetchone() == (0,)
    with pytest.raises(DatabaseError, match="so many spellings"), transaction.atomic():
        cursor.execute(release, [subscriber.pk, [bytes(subscriber.digest), *[other] * 8]])
    assert Suppression.objects.filter(digest=other).count() == 1
    # What 0.1 had under another spelling goes, and the trail says how many there were.
    with as_owner():
        Suppression.objects.filter(digest=other).update(at=timezone.now() - timedelta(days=3650))
    cursor.execute(release, [subscriber.pk, [bytes(subscriber.digest), other]])
    assert cursor.fetchone() == (1,)
    event = AuditEvent.objects.filter(action="address.release").latest("pk")
    assert (event.detail["rows"], event.detail["spellings"]) == (1, 2)


def test_nobody_is_confirmed_but_by_a_link_to_what_was_asked_for():
    digest = address_digest(ADDRESS)
    now, yes = timezone.now(), {"purposes": ["events"], "confirmed_at": timezone.now()}

    def refused(match, change) -> None:
        with pytest.raises(DatabaseError, match=match), transaction.atomic():
            change()

    refused("yet", lambda: Subscriber.objects.create(address=ADDRESS, digest=digest, **yes))
    Subscriber.objects.create(address=ADDRESS, digest=digest, asked_purposes=["events"])
    rows = Subscriber.objects.all()
    refused("no link", lambda: rows.update(**yes))
    rows.update(link="a")
    refused("no link", lambda: rows.update(**yes | {"purposes": ["surveys"]}))
    refused("no link", lambda: rows.update(**yes | {"confirmed_at": now + timedelta(days=1)}))
    rows.update(**yes | {"confirmed_at": timezone.now(), "link": ""})
    refused("no link", lambda: rows.update(purposes=["events", "surveys"]))
    refused("stays", lambda: rows.update(digest=b"x"))
    rows.update(purposes=[])
