"""A reader who writes, speaks, answers and is written to, as a library would know one."""

from datetime import datetime, timedelta

from django.utils import timezone

from core.days import months_up_to
from crm.readers.models import Reader
from crm.segments.models import Segment
from crm.sources.models import DataSource
from crm.sources.months import end_of_month
from crm.sources.recording import record_days
from feedback.surveys import actions as verbs
from tests import factories
from tests.feedback.building import published
from tests.recorded import EVER, always

POEM = "露水先到窗台，\n灯还没有关。\n有人在第一排，\n把秋天抄了一遍。"


def days_ago(days: float) -> datetime:
    return timezone.now() - timedelta(days=days)


def tingyu(**fields) -> Reader:
    """陆听雨, with three works, five voices, a survey, mails, visits, segments."""
    campus = factories.CampusFactory(name_zh="东湖校区", name_en="East Lake")
    college = factories.CollegeFactory(name_zh="物理学院", name_en="School of Physics")
    known = {
        "number": "S20240031",
        "name": "陆听雨",
        "campus": campus,
        "college": college,
        "stage": "enrolled",
        "cohort": 2024,
        "consents": ["email", "sms:notices"],
        "phone": "13800000031",
    }
    reader = factories.ReaderFactory(**{**known, **fields})
    writes(reader)
    speaks(reader)
    is_written_to(reader)
    comes(reader)
    is_in_segments(reader)
    return reader


def writes(reader: Reader) -> None:
    """One work on show, one chosen, one not chosen, one that is being judged."""
    call = factories.CallFactory(title="节气配图诗征集")
    work = {"call": call, "author": reader, "pen_name": "听雨"}
    factories.SubmissionFactory(
        **work,
        title="白露",
        text=POEM,
        state="published",
        licence_agreed="yes",
        submitted_at=days_ago(60),
        published_at=days_ago(46),
        published_by=call.created_by,
        thanks="谢谢你写给窗台的这一首。",
        thanked_at=days_ago(46),
    )
    factories.SubmissionFactory(
        **work,
        title="霜降",
        text="柿子挂着，\n像没有说完的话。",
        state="accepted",
        submitted_at=days_ago(20),
    )
    factories.SubmissionFactory(
        **work,
        title="芒种",
        text="一行字种下去，半页都是蝉。",
        state="declined",
        submitted_at=days_ago(170),
    )
    factories.SubmissionFactory(**work, title="大雪", text="正在评阅的字句", state="submitted")


def speaks(reader: Reader) -> None:
    """One that waits, one that changed something, three that were answered."""
    factories.VoiceFactory(
        reader=reader,
        kind="complaint",
        text="三楼自习区晚上九点以后，总有人在楼梯口打电话。",
        received_at=days_ago(1.8),
    )
    lights = factories.VoiceFactory(
        reader=reader,
        kind="complaint",
        text="一楼到二楼的走廊，晚上灯太暗。",
        state="answered",
        done="4 月 2 日换灯 12 盏",
        received_at=days_ago(255),
        answered_at=days_ago(254.6),
    )
    lights.shown, lights.public_text = True, "走廊晚上灯太暗。"
    lights.save()
    factories.VoiceFactory(
        reader=reader,
        kind="suggestion",
        text="科幻的新书能不能多进一些？",
        state="answered",
        received_at=days_ago(171),
        answered_at=days_ago(170.2),
    )
    factories.VoiceFactory(
        reader=reader,
        kind="question",
        text="打印机可以双面彩印吗？",
        state="closed",
        received_at=days_ago(340),
        answered_at=days_ago(339.9),
        closed_at=days_ago(339),
    )
    survey = published()
    said = {"1": 1, "5": "写给下一届坐这个位子的人。"}
    row = verbs.IncomingAnswer(said, at=days_ago(38), reader_id=reader.pk)
    verbs.take_in(survey=survey, rows=[row], by=survey.created_by)


def is_written_to(reader: Reader) -> None:
    """Mails of a campaign, one with a link followed, and a letter of thanks."""
    campaign = factories.CampaignFactory(title="世界读书日")
    for title, days, clicked in (("夜读会邀请", 90, True), ("新学期馆讯", 75, False)):
        content = factories.ContentFactory(campaign=campaign, title=title)
        factories.DeliveryFactory(
            content=content,
            reader=reader,
            state="sent",
            sent_at=days_ago(days),
            clicked_at=days_ago(days - 1) if clicked else None,
        )
    factories.LetterFactory(
        reader=reader,
        kind="work.thanks",
        subject="谢谢你的《白露》",
        state="sent",
        sent_at=days_ago(15),
    )


def comes(reader: Reader) -> None:
    """Visits and loans over a year, fewer in summer; of one month no file of visits came."""
    today = timezone.localdate()
    missing = months_up_to(today, 12)[3]
    always(["loan", "renewal", "seat", "event", "eresource", "violation"])
    gate = DataSource.objects.create(code="gate", name="Gate", kinds=["visit"], rhythm="at-will")
    record_days(gate, [None], EVER[0], missing - timedelta(days=1))
    record_days(gate, [None], end_of_month(missing) + timedelta(days=1), EVER[1])
    for day in range(3, 360, 4):
        at = days_ago(day)
        kind = "loan" if day % 3 == 0 else "visit"
        is_summer = at.month in (7, 8) and day % 5
        is_missing = kind == "visit" and timezone.localdate(at).replace(day=1) == missing
        if not is_summer and not is_missing:
            factories.ActivityFactory(reader=reader, kind=kind, at=at, campus=reader.campus)


def is_in_segments(reader: Reader) -> None:
    """By two conditions, by one of two, and by hand."""
    often = {"test": "activity", "kind": "visit", "cmp": "ge", "n": 5, "days": 90}
    mail = {"test": "consent", "channel": "email", "is": "reachable", "purpose": "events"}
    young = {"test": "cohort", "from": 2024}
    member(reader, "东湖近期到馆", {"op": "and", "of": [often, mail]}, 74)
    member(reader, "新生或常来的", {"op": "or", "of": [young, often]}, 400)
    circle = member(reader, "节气诗作者", {"test": "kind", "in": ["undergraduate"]}, 46)
    by = factories.UserFactory(role="librarian", display_name="周雯")
    circle.pins.create(reader=reader, include=True, reason="写了《白露》", by=by)


def member(reader: Reader, name: str, rule: dict, days: float) -> Segment:
    """A segment of this rule that the reader has been in for so many days."""
    segment = factories.SegmentFactory(name=name, rule=rule)
    segment.members.create(reader=reader, since=days_ago(days))
    return segment
