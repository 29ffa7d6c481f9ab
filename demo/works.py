"""One call with works on show, and what readers said.

Written for the demonstration, labelled synthetic.
"""

from datetime import timedelta
from itertools import product

import numpy
from django.utils import timezone

from core.provenance import Provenance
from crm.readers.models import Activity, Reader
from demo.people import SEED, SOURCE
from feedback.calls.models import Call, Submission
from feedback.voices.codes import new_code
from feedback.voices.models import Voice, VoiceMessage

LICENCE = (
    "我保留著作权，同意图书馆在网站、展板和公众号上展示本作品，并署上我选择的名字；我可以随时撤回。"
)

WORKS = [
    ("小雪夜读", "灯下翻书雪未知，\n一窗微响到眉时。", "晚晴"),
    ("立冬", "风把最后一片银杏\n夹进了借书证里。\n到期日：来年春天。", "三楼靠窗"),
    ("大寒", "暖气旁的座位空着，\n像有人刚刚去接一杯热水，\n书还摊开在第七章。", ""),
    ("惊蛰", "一声闭馆音乐，\n惊起满屋子合书的翅膀。", "听雷"),
    ("春分", "把一枚鸡蛋立在目录柜上，\n全馆的人都屏住了呼吸。", "东湖某生"),
    ("清明", "雨落在还书箱上，\n一本一本，\n都是替谁读完的。", "南星"),
    ("谷雨", "新书上架的时候，\n田里也在插秧。", "农学院的外援"),
    ("立夏", "蝉还没有来，\n自习室先热闹了起来。", ""),
    ("小满", "论文写到一半，\n麦子也是。", "半满居士"),
    ("夏至", "最长的一天，\n也不够把想读的书读完。", "知行"),
    ("白露", "新生踮着脚看楼层图，\n鞋边还有操场的露水。", "老馆员家属"),
    ("霜降", "抄书的人停了笔，\n窗上先写满了字。", "怀瑾"),
]
#: Two halves of a couplet; every pair reads as one, so that two years can be filled without
#: inventing an author.
FIRST = [
    "阅览室的灯又亮了一盏，",
    "书架间有人轻轻咳了一声，",
    "窗台上落着一片叶子，",
    "还书箱在夜里响了一下，",
    "老座位换了新的人，",
    "伞架上还滴着水，",
    "目录柜拉开一半，",
    "管理员把钟拨快了五分钟，",
    "铅笔滚到了过道中间，",
    "自动门开了又合，",
    "楼梯转角有风经过，",
]
SECOND = [
    "像是谁把整个季节还了回来。",
    "我们都抬起头，又低下去。",
    "一页书刚好读到这里。",
    "没有人说话，可是都听见了。",
    "外面的天色慢慢合上封面。",
    "有人在空白处写下了自己的名字。",
    "借出去的时光，都还没有到期。",
    "邻座的人，像一个旧朋友。",
    "这一刻，比索书号还要准确。",
    "我忽然想把它念给谁听。",
    "风替我们翻过了这一页。",
    "于是又多坐了一个钟头。",
    "所有的名字都安静下来。",
]
SOLAR_TERMS = [
    "小寒",
    "大寒",
    "立春",
    "雨水",
    "惊蛰",
    "春分",
    "清明",
    "谷雨",
    "立夏",
    "小满",
    "芒种",
    "夏至",
    "小暑",
    "大暑",
    "立秋",
    "处暑",
    "白露",
    "秋分",
    "寒露",
    "霜降",
    "立冬",
    "小雪",
    "大雪",
    "冬至",
]
SUBMITTED = [
    ("冬至", "最长的夜，\n借最厚的书。", "云舟"),
    ("小寒", "哈一口气，\n在玻璃上写索书号。", ""),
    ("处暑", "空调的风小了一格，\n书页自己翻得慢了一些。", "以安"),
]
#: (kind, category, text, what was done or "")
VOICES = [
    (
        "complaint",
        "noise",
        "三楼自习区晚上说话声太大，提醒过几次没有用。",
        "晚七点后设静音时段，讨论请到二楼研讨间，门上加装了缓冲条。",
    ),
    (
        "suggestion",
        "seats",
        "希望能先看到还有没有座位再出门。",
        "首页上线各楼层座位余量。",
    ),
    (
        "complaint",
        "seats",
        "早上八点开门，好位置都被书包占了，人到中午才来。",
        "占座超过一小时由值班员收存，前台领取。",
    ),
    (
        "suggestion",
        "space",
        "能不能在靠窗的位置多装几个插座？",
        "东湖校区三、四楼新增四十二个插座。",
    ),
    ("question", "service", "毕业以后还能进馆看书吗？", ""),
    ("praise", "service", "咨询台的老师帮我找到了一份很难找的旧报纸，谢谢。", ""),
    (
        "complaint",
        "food",
        "有人在阅览室吃螺蛳粉，味道很久不散。",
        "一楼设用餐角，阅览室入口有提示。",
    ),
    (
        "suggestion",
        "collection",
        "科幻类的新书能不能多进一些？",
        "设读者荐购书架，每月公布荐购结果。",
    ),
    ("complaint", "belongings", "雨伞放在过道里，差点绊倒人。", "各层门口增设伞架。"),
    ("question", "collection", "校外怎么访问数据库？", ""),
    ("suggestion", "service", "节气配图诗很好，能不能做成明信片？", ""),
    (
        "complaint",
        "hidden_books",
        "查到在架的书，跑了三次都找不到，怀疑被藏起来了。",
        "",
    ),
    ("suggestion", "space", "夏天自习室空调太冷，能不能分区？", ""),
    ("question", "service", "打印机可以双面彩印吗？", ""),
    ("complaint", "noise", "地下一层打电话的声音整层楼都听得到。", ""),
]
ANSWER = "谢谢你告诉我们。我们已经转给负责的同事，处理结果会写在这里。"
THANKS = "谢谢你把这个节气写给我们。它会在当天出现在馆门口的展板上。"


def seed_works(by) -> None:
    """One open call with published, accepted and waiting works by synthetic readers."""
    if Call.objects.filter(slug="solar-terms").exists():
        return
    now = timezone.now()
    call = Call.objects.create(
        slug="solar-terms",
        title="节气配图诗征集",
        brief="给二十四节气各写一首短诗，配本馆手绘。不限体裁，不必押韵，写你在图书馆里看见的那个节气。",
        rules="每人不限篇数；不具名评阅；入选作品在当日节气发布，并寄赠明信片一套。",
        licence=LICENCE,
        longest=200,
        opens_at=now - timedelta(days=420),
        closes_at=now + timedelta(days=27),
        published=True,
        provenance=Provenance.SYNTHETIC,
        created_by=by,
    )
    readers = list(Reader.objects.filter(source=SOURCE).order_by("number")[:1200])
    rng = numpy.random.default_rng(SEED + 3)
    authors = [readers[index] for index in rng.choice(len(readers), 90, replace=False)]
    for index, (first, second) in enumerate(
        sorted(product(FIRST, SECOND), key=lambda _pair: rng.random())
    ):
        at = now - timedelta(days=400 - index * 2.6, hours=float(rng.integers(1, 9)))
        # The 24 terms begin in early January, fifteen days apart.
        term = SOLAR_TERMS[((at.timetuple().tm_yday - 5) // 15) % 24]
        _show(
            call, authors[int(rng.integers(len(authors)))], term, f"{first}\n{second}", "", at, by
        )
    for index, (title, text, pen_name) in enumerate(WORKS):
        _show(
            call, authors[index], title, text, pen_name, now - timedelta(days=260 - 23 * index), by
        )
    for index, (title, text, pen_name) in enumerate(SUBMITTED):
        Submission.objects.create(
            call=call,
            author=authors[len(WORKS) + index],
            title=title,
            text=text,
            pen_name=pen_name,
            licence_agreed=LICENCE,
            state=Submission.State.SUBMITTED,
            submitted_at=now - timedelta(days=2 + index),
        )


def _show(call, author, title: str, text: str, pen_name: str, at, by) -> None:
    """One work on show since ``at``, counted as its author's contribution."""
    work = Submission.objects.create(
        call=call,
        author=author,
        title=title,
        text=text,
        pen_name=pen_name,
        licence_agreed=LICENCE,
        state=Submission.State.PUBLISHED,
        submitted_at=at - timedelta(days=6),
        published_at=at,
        published_by=by,
        thanks=THANKS,
        thanked_at=at,
        thanks_mailed_at=at,
    )
    Activity.objects.log([(author.pk, Activity.Kind.CONTRIBUTION, at, "submission", str(work.pk))])


def seed_voices(by, *, count: int = 160) -> None:
    """Two years of voices; the newest wait for an answer, some older ones led to something."""
    if Voice.objects.filter(provenance=Provenance.SYNTHETIC).exists():
        return
    rng = numpy.random.default_rng(SEED + 1)
    readers = list(Reader.objects.filter(source=SOURCE).order_by("number")[:900])
    now = timezone.now()
    told = set()  # the same words are shown once, from the newest
    ages = sorted(rng.integers(5, 730, count - 6).tolist() + [0.1, 0.4, 1.2, 2.5, 3.1, 6.2])
    for index, days in enumerate(ages):
        kind, category, text, done = VOICES[index % len(VOICES)]
        reader = readers[int(rng.integers(len(readers)))] if rng.random() < 0.6 else None
        at = now - timedelta(days=float(days), minutes=int(rng.integers(0, 500)))
        answered = at + timedelta(hours=float(rng.gamma(2.0, 9))) if days > 6.5 else None
        voice = Voice.objects.create(
            reference=f"HX-{new_code(6)}",
            secret=new_code(12),
            kind=kind,
            category=category,
            text=text,
            campus=reader.campus if reader else None,
            reader=reader,
            state=Voice.State.CLOSED
            if days > 40
            else Voice.State.ANSWERED
            if answered
            else Voice.State.RECEIVED,
            done=done if answered else "",
            shown=bool(done and answered and days < 120 and text not in told),
            provenance=Provenance.SYNTHETIC,
            received_at=at,
            answered_at=answered,
            closed_at=answered + timedelta(days=3) if days > 40 else None,
        )
        told |= {text} if voice.shown else set()
        if answered:
            VoiceMessage.objects.create(voice=voice, author=by, text=ANSWER, at=answered)
        if reader:
            Activity.objects.log([(reader.pk, Activity.Kind.VOICE, at, "voice", str(voice.pk))])
