"""Surveys for tests: published ones, what a browser posts, answers in bulk."""

import re
from datetime import datetime, timedelta
from itertools import count
from uuid import uuid4

from django.utils import timezone

from campaigns.links.keys import ANSWER, delivery_key
from core import traps
from feedback.surveys import actions as verbs
from feedback.surveys import keys
from feedback.surveys.models import Survey
from tests.factories import UserFactory

numbers = count(1)
#: The smallest step of a timestamp in PostgreSQL.
INSTANT = timedelta(microseconds=1)
YES_NO = [
    {"zh-hans": "是", "en": "Yes"},
    {"zh-hans": "否", "en": "No"},
    {"zh-hans": "不知道", "en": "Not sure"},
]
#: One question of each kind; ordinals 1 to 5.
ITEMS = [
    {
        "kind": "single",
        "text": {"zh-hans": "你来过吗？", "en": "Have you been here?"},
        "options": YES_NO,
        "required": True,
    },
    {
        "kind": "multiple",
        "text": {"zh-hans": "喜欢什么？", "en": "What do you like?"},
        "options": YES_NO,
    },
    {
        "kind": "scale",
        "text": {"zh-hans": "满意吗？", "en": "Satisfied?"},
        "analysis_key": "satisfaction_1",
    },
    {"kind": "nps", "text": {"zh-hans": "会推荐吗？", "en": "Would you recommend us?"}},
    {"kind": "text", "text": {"zh-hans": "还想说什么？", "en": "Anything else?"}},
]


def around(*moments: datetime) -> list[datetime]:
    """Each moment with the instants before and after it: where a rule about time may go wrong."""
    return [moment + step * INSTANT for moment in moments for step in (-1, 0, 1)]


def published(items=ITEMS, **fields) -> Survey:
    """An open survey with version 1; of an anonymous one a worker has told its key."""
    keys.announce()
    by = UserFactory(role="librarian")
    survey = verbs.create_survey(
        slug=fields.pop("slug", f"asked-{next(numbers)}"),
        title={"zh-hans": "读者问卷", "en": "Readers' survey"},
        thanks={"zh-hans": "我们会改。", "en": "We will change it."},
        by=by,
        **fields,
    )
    for item in items:
        verbs.add_item(survey=survey, by=by, **item)
    verbs.publish(survey=survey, by=by)
    survey.refresh_from_db()
    return survey


def form(**changes) -> dict:
    """What a browser posts for ITEMS after a minute's thought; None takes a field out."""
    shown_at = timezone.now().timestamp() - 60
    values = {
        "id": str(uuid4()),
        "t": traps.stamp(shown_at),
        "v": "1",
        "k": "",
        "c": "",
        "website": "",
    }
    values |= {"i1": "1", "i2": ["1", "3"], "i3": "4", "i4": "9", "i5": "很好"}
    return {name: value for name, value in (values | changes).items() if value is not None}


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of a survey page."""
    return dict(re.findall(r'type="hidden"\s+name="(\w+)"\s+value="([^"]*)"', page))


def key_of(delivery) -> str:
    return delivery_key(delivery.pk, ANSWER)


def answer(survey: Survey, *answers: dict, **row) -> None:
    """Store answers {ordinal: …} as the demo does."""
    rows = [verbs.IncomingAnswer(one, at=timezone.now(), **row) for one in answers]
    verbs.take_in(survey=survey, rows=rows, by=survey.created_by)


def fill(client, survey: Survey, n: int, **changes) -> None:
    """``n`` readers whom nobody knows answer, each with a text of their own."""
    for number in range(n):
        data = form(**{"i5": f"text {number}"} | changes)
        assert client.post(survey.public_url, data).status_code == 200


def close(survey: Survey) -> None:
    verbs.set_open(survey=survey, is_open=False, by=survey.created_by)
    survey.refresh_from_db()
