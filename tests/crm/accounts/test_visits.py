"""When somebody was last here: by sessions that ended and by sign-outs, of themselves alone."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from crm.accounts.visits import last_visit
from crm.staff import audit
from crm.staff.words import AuditAction
from tests.factories import BrowserSessionFactory, UserFactory

pytestmark = pytest.mark.django_db


def session(user, seen, **fields):
    """A session whose person was last seen at a moment."""
    return BrowserSessionFactory(
        user=user, started_at=seen, last_seen_at=seen, **{"expire_date": seen, **fields}
    )


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def present(now):
    """The session in which somebody looks now."""
    user = UserFactory(role="librarian")
    return session(user, now, expire_date=now + timedelta(hours=1))


def signed_out(user, at) -> None:
    with time_machine.travel(at, tick=False):
        audit.record(action=AuditAction.SIGN_OUT, by=user, on=user)


def test_nobody_was_here_before_the_first_time(present, now):
    session(UserFactory(), now - timedelta(hours=1))
    assert last_visit(present) is None


def test_last_visit_is_when_an_earlier_session_was_last_used(present, now):
    session(present.user, now - timedelta(days=3))
    session(present.user, now - timedelta(days=1))
    assert last_visit(present) == now - timedelta(days=1)


def test_session_that_is_used_beside_this_one_is_no_earlier_visit(present, now):
    session(present.user, now + timedelta(minutes=5))
    assert last_visit(present) is None


def test_sign_out_is_a_visit_too_since_its_session_is_gone(present, now):
    session(present.user, now - timedelta(days=2))
    signed_out(present.user, now - timedelta(days=1))
    signed_out(UserFactory(), now - timedelta(hours=1))
    assert last_visit(present) == now - timedelta(days=1)
