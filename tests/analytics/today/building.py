"""A morning at the desk: so many things of each kind that wait, were sent, or changed."""

from datetime import datetime, timedelta

from django.utils import timezone

from crm.privacy.models import Correction, Departure
from crm.sources.models import DataSource
from crm.sources.recording import record_days
from tests import factories

SAID = (
    ("complaint", "space", "三楼西侧的插座又断电了，论文差点没存上。"),
    ("question", "collection", "校友回来查地方志，要提前几天预约？能带孩子进去吗？"),
    ("suggestion", "seats", "考试周能不能把自习室的灯调暗一档，靠窗的位置晃眼。"),
    ("praise", "service", "谢谢，今早真的有热水了。"),
)
WRITTEN = (
    ("橘猫与印章", "雪未到，先到的是一只橘猫，\n在借书台上盖了章。"),
    ("霜降的自行车棚", "霜落在车铃上，\n谁也没有按响它。"),
)


def voices(n: int, now: datetime, **fields) -> list:
    """``n`` voices of all kinds, each five hours older than the one before."""
    made = []
    for number in range(n):
        kind, category, text = SAID[number % len(SAID)]
        received = now - timedelta(hours=3 + 5 * number)
        made.append(
            factories.VoiceFactory(
                **{
                    "kind": kind,
                    "category": category,
                    "text": text,
                    "received_at": received,
                    **fields,
                }
            )
        )
    return made


def works(n: int, now: datetime) -> list:
    """``n`` works of one call, sent in one after the other."""
    call = factories.CallFactory(title="四时")
    made = []
    for number in range(n):
        title, text = WRITTEN[number % len(WRITTEN)]
        at = now - timedelta(days=1, hours=number)
        made.append(factories.SubmissionFactory(call=call, title=title, text=text, submitted_at=at))
    return made


def proposals(n: int) -> list:
    """``n`` proposals, each of a campaign of which the next one is planned."""
    made = []
    for number in range(n):
        adjustment = factories.AdjustmentFactory(
            evaluation__campaign__title=f"迎新季 {number + 1}",
            before=20,
            after=12,
            expected=0.014,
            expected_low=0.003,
            expected_high=0.026,
            expected_level=0.9,
            n=2908,
        )
        factories.CampaignFactory(
            title=f"冬夜读诗 {number + 1}",
            previous=adjustment.evaluation.campaign,
            starts_on=timezone.localdate() + timedelta(days=3 + number),
        )
        made.append(adjustment)
    return made


def mailings(n: int, now: datetime) -> list:
    """``n`` contents that are being sent, each to some readers."""
    made = []
    for number in range(n):
        content = factories.ContentFactory(
            title=f"冬夜读诗 · 邀请信 {number + 1}",
            state="sending",
            launched_at=now - timedelta(minutes=20),
            launched_by=factories.UserFactory(role="librarian"),
        )
        factories.DeliveryFactory.create_batch(
            7, content=content, state="sent", sent_at=now - timedelta(minutes=3)
        )
        factories.DeliveryFactory.create_batch(6, content=content, due_at=now)
        factories.DeliveryFactory.create_batch(5, content=content, state="holdout", due_at=now)
        made.append(content)
    return made


def late_files(n: int) -> None:
    """``n`` gates of which the last file is late."""
    today = timezone.localdate()
    there = DataSource.objects.count()
    for number in range(there, there + n):
        gate = DataSource.objects.create(
            code=f"gate-{number}",
            name=f"东馆闸机 {number + 1}",
            kinds=["visit"],
            rhythm="daily",
            due_after=1,
            contact="后勤处李工",
        )
        record_days(gate, [None], today - timedelta(days=40), today - timedelta(days=4))


def morning(n: int, now: datetime, colleague) -> None:
    """``n`` of each kind of thing that the page names; ``colleague`` has some of it in hand."""
    voices(n, now)
    voices(n, now, state="held", suspected="fast")
    voices(n, now, assigned_to=colleague, state="working")
    works(n, now)
    proposals(n)
    mailings(n, now)
    late_files(n)
    for number in range(n):
        reader = factories.ReaderFactory()
        Correction.objects.create(reader=reader, field="name", wanted="林知行")
        Departure.objects.create(reader=reader, due_at=now + timedelta(days=7))
        factories.LetterFactory(state="failed", reason="550 no", subject="关于你的留言")
        factories.JobFactory(state="failed", finished_at=now - timedelta(hours=number + 1))
        factories.EvaluationFactory(campaign__title=f"春读 {number + 1}")
        doubtful = factories.ContentFactory(title=f"世界读书日 {number + 1}")
        factories.DeliveryFactory(content=doubtful, state="unknown")
        came = factories.ImportBatchFactory(
            state="done", merged_at=now - timedelta(hours=2), rows=4182, filename="gate-1125.csv"
        )
        assert came.created_by != colleague
