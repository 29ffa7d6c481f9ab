"""Something published, and how a test asks what a look through the chains says of it."""

from contextlib import contextmanager

from django.db import transaction
from django.utils.translation import override

from analytics.loop.actions import decide
from analytics.loop.evaluate import evaluate
from analytics.published.verifying import look_through
from analytics.published.words import sentence
from tests.analytics import building as make
from tests.factories import UserFactory


def publish() -> tuple[int, int]:
    """Two evaluations of one campaign, all proposals of the second decided: ids of the second one
    and of who decided.
    """
    manager = UserFactory(role="manager")
    first = evaluate(make.telling_campaign(), make.AFTER)
    make.follow(first.campaign, "poster", 30)
    second = evaluate(first.campaign, make.AFTER)
    for adjustment in second.adjustments.waiting():
        decide(adjustment=adjustment, verdict="accept", by=manager, reason="因为")
    return second.pk, manager.pk


@contextmanager
def undone():
    """What happens inside is taken back, so that one world serves many attempts."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def said_now() -> list[str]:
    """What a look through all chains says, in English."""
    with override("en"):
        return [sentence(one) for one in look_through().breaks]
