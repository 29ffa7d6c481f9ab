"""What readers said, and what the library did about it. Written for the demonstration."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy
from django.utils import timezone

from core.provenance import Provenance
from crm.readers.models import Activity, Reader
from demo.people import DAYS, SEED, SOURCE
from feedback.voices.codes import new_code
from feedback.voices.models import Voice, VoiceMessage


@dataclass(frozen=True)
class SeededVoice:
    """``done``: what the library did; empty where it could only answer."""

    kind: str
    category: str
    text: str
    done: str = ""


VOICES = (
    SeededVoice(
        "complaint",
        "noise",
        "三楼自习区晚上说话声太大，提醒过几次没有用。",
        "晚七点后设静音时段，讨论请到二楼研讨间，门上加装了缓冲条。",
    ),
    SeededVoice(
        "suggestion", "seats", "希望能先看到还有没有座位再出门。", "首页上线各楼层座位余量。"
    ),
    SeededVoice(
        "complaint",
        "seats",
        "早上八点开门，好位置都被书包占了，人到中午才来。",
        "占座超过一小时由值班员收存，前台领取。",
    ),
    SeededVoice(
        "suggestion",
        "space",
        "能不能在靠窗的位置多装几个插座？",
        "东湖校区三、四楼新增四十二个插座。",
    ),
    SeededVoice("question", "service", "毕业以后还能进馆看书吗？"),
    SeededVoice("praise", "service", "咨询台的老师帮我找到了一份很难找的旧报纸，谢谢。"),
    SeededVoice(
        "complaint",
        "food",
        "有人在阅览室吃螺蛳粉，味道很久不散。",
        "一楼设用餐角，阅览室入口有提示。",
    ),
    SeededVoice(
        "suggestion",
        "collection",
        "科幻类的新书能不能多进一些？",
        "设读者荐购书架，每月公布荐购结果。",
    ),
    SeededVoice("complaint", "belongings", "雨伞放在过道里，差点绊倒人。", "各层门口增设伞架。"),
    SeededVoice("question", "collection", "校外怎么访问数据库？"),
    SeededVoice("suggestion", "service", "节气配图诗很好，能不能做成明信片？"),
    SeededVoice("complaint", "hidden_books", "查到在架的书，跑了三次都找不到，怀疑被藏起来了。"),
    SeededVoice("suggestion", "space", "夏天自习室空调太冷，能不能分区？"),
    SeededVoice("question", "service", "打印机可以双面彩印吗？"),
    SeededVoice("complaint", "noise", "地下一层打电话的声音整层楼都听得到。"),
)
ANSWER = "谢谢你告诉我们。我们已经转给负责的同事，处理结果会写在这里。"
#: Share of voices that somebody signs.
SIGNED = 0.6
#: So many readers are the ones who speak; some of them speak more than once.
SPEAKERS = 900
#: Days ago of the newest voices, which wait for an answer.
NEWEST = [0.1, 0.4, 1.2, 2.5, 3.1, 6.2]
#: Days after which a voice is answered, is closed, and is no longer shown on the front page.
ANSWERED_AFTER, CLOSED_AFTER, SHOWN_UNTIL = 6.5, 40, 120


def seed_voices(by, *, count: int = 160) -> None:
    """Two years of voices; the newest wait for an answer, some older ones led to something.

    Nothing is made where there are made-up voices already.
    """
    if Voice.objects.filter(provenance=Provenance.SYNTHETIC).exists():
        return

    rng = numpy.random.default_rng(SEED + 1)
    readers = list(Reader.objects.filter(source=SOURCE).order_by("number")[:SPEAKERS])
    now = timezone.now()
    older = rng.integers(5, DAYS, count - len(NEWEST)).tolist()
    shown: set[str] = set()
    for index, days_ago in enumerate(sorted(older + NEWEST)):
        said = VOICES[index % len(VOICES)]
        voice = draw_voice(said, readers, now, days_ago, rng)
        # The same words are shown once, from the newest.
        may_be_shown = voice.done and days_ago < SHOWN_UNTIL
        if may_be_shown and said.text not in shown:
            voice.shown = True
            voice.public_text = said.text
            shown.add(said.text)
        voice.save()
        follow_up(voice, by)


def draw_voice(
    said: SeededVoice, readers: list[Reader], now: datetime, days_ago: float, rng
) -> Voice:
    """Who said it, when, and when it was answered. The order of the draws is part of the data."""
    reader = None
    if rng.random() < SIGNED:
        reader = readers[int(rng.integers(len(readers)))]

    at = now - timedelta(days=float(days_ago), minutes=int(rng.integers(0, 500)))
    answered_at = None
    if days_ago > ANSWERED_AFTER:
        answered_at = at + timedelta(hours=float(rng.gamma(2.0, 9)))
    return raise_voice(said, reader, at, answered_at, closed=days_ago > CLOSED_AFTER)


def raise_voice(
    said: SeededVoice,
    reader: Reader | None,
    at: datetime,
    answered_at: datetime | None,
    *,
    closed: bool,
) -> Voice:
    """The voice in the state it has come to, not stored yet; ``closed`` only where answered."""
    voice = Voice(
        reference=f"HX-{new_code(6)}",
        secret=new_code(12),
        kind=said.kind,
        category=said.category,
        text=said.text,
        reader=reader,
        provenance=Provenance.SYNTHETIC,
        received_at=at,
        state=Voice.State.RECEIVED,
    )
    # Without a name nobody knows at which campus it was said.
    if reader:
        voice.campus = reader.campus
    if answered_at:
        voice.state = Voice.State.ANSWERED
        voice.answered_at = answered_at
        voice.done = said.done
    if closed:
        voice.state = Voice.State.CLOSED
        voice.closed_at = answered_at + timedelta(days=3)
    return voice


def follow_up(voice: Voice, by) -> None:
    """The library's answer where there was one, and the trace that a reader's voice leaves with the
    reader, where one is known.
    """
    if voice.answered_at:
        VoiceMessage.objects.create(voice=voice, author=by, text=ANSWER, at=voice.answered_at)
    if voice.reader:
        at = voice.received_at
        Activity.objects.log([(voice.reader.pk, Activity.Kind.VOICE, at, "voice", str(voice.pk))])
