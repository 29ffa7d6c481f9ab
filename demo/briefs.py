"""What the campaigns of the demonstration say and ask: each kind in its own words."""

from dataclasses import dataclass

from campaigns.plan.models import Need
from feedback.surveys.models import Item

Kind, Origin = Item.Kind, Need.Origin
#: ``links`` are the brief's own, so that a reader may follow one of three in every letter.
BODY = """<h2>{theme}</h2>
<p>{{name}}，你好：</p>
<p>{invite}</p>
<p>{links}</p>
<p>看完请用一分钟告诉我们，下一次该怎么办：<a href="/s/{slug}/">回答六个问题</a></p>
<p>不想再收到？<a href="{{unsubscribe}}">退订</a></p>"""


@dataclass(frozen=True)
class SurveyQuestion:
    """One question of the survey after a campaign; ``options`` only where there are some."""

    kind: str
    key: str
    zh: str
    en: str
    #: In Chinese and in English.
    options: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Brief:
    """The words of a kind of campaign.

    ``needs``: (need, where it was heard, what answers it). ``tasks``: (task, who does it).
    ``links``: a paragraph of the letter with two links. ``wishes``: what readers write in the end,
    an empty one for who writes nothing. ``next_time``: what is done otherwise next time.
    """

    tone: str
    needs: tuple[tuple[str, str, str], ...]
    goals: tuple[str, ...]
    tasks: tuple[tuple[str, str], ...]
    links: str
    questions: tuple[SurveyQuestion, ...]
    wishes: tuple[str, ...]
    next_time: str = ""


HEARD = SurveyQuestion(
    Kind.SINGLE,
    "heard",
    "你从哪里知道这次活动？",
    "Where did you hear of it?",
    options=(
        ("邮件", "An e-mail"),
        ("公众号", "WeChat"),
        ("海报", "A poster"),
        ("朋友", "A friend"),
    ),
)


def liked(*options: tuple[str, str]) -> SurveyQuestion:
    """What of a campaign was liked; five ``options``, in Chinese and in English."""
    return SurveyQuestion(
        Kind.MULTIPLE, "liked", "你喜欢其中的哪些？", "What did you like?", options=options
    )


#: What every survey after a campaign asks, so that campaigns can be compared by the answers.
JUDGED = (
    SurveyQuestion(
        Kind.SCALE,
        "satisfaction_1",
        "总的来说，你对这次活动满意吗？",
        "All in all, were you satisfied?",
    ),
    SurveyQuestion(Kind.SCALE, "satisfaction_2", "它值得你花的时间吗？", "Was it worth your time?"),
    SurveyQuestion(
        Kind.NPS, "nps", "你会向同学推荐下一次活动吗？", "Would you recommend the next one?"
    ),
    SurveyQuestion(
        Kind.TEXT, "wish", "下一次，你希望有什么不同？", "What should be different next time?"
    ),
)

POEMS = Brief(
    tone="安静、亲切",
    needs=(
        ("想在图书馆里认识人，但不知道怎么开口", Origin.VOICE, "读诗是一个开口的理由"),
        ("晚上的活动结束后要赶得上末班车", Origin.SURVEY, "八点半结束"),
    ),
    goals=(
        "两千名读者收到邀请，其中七分之一有回应",
        "至少一成参加者此前一年没有参加过活动",
    ),
    tasks=(
        ("邀请信与海报", "采编流一体化"),
        ("现场与灯光", "读者服务部"),
        ("问卷与评估", "数据系统部"),
    ),
    links=(
        '<a href="/calls/solar-terms/">写一首给这个节气</a> · <a href="/works/">看看别人写的</a>'
    ),
    questions=(
        HEARD,
        liked(
            ("诗", "The poems"),
            ("手绘", "The drawings"),
            ("现场", "The evening itself"),
            ("志愿者", "The volunteers"),
            ("时间地点", "Time and place"),
        ),
        *JUDGED,
    ),
    wishes=(
        "希望多办几场，周末最好。",
        "能不能把诗做成书签？",
        "现场座位太少了。",
        "灯光再暗一点更有味道。",
        "很喜欢，谢谢。",
        "",
    ),
    next_time="提早两周贴海报；现场多备三十把椅子。来的人说想带朋友，秋天的信就请他们带一位。",
)
FRESHMEN = Brief(
    tone="轻快、好奇",
    needs=(
        ("第一次来，不知道从哪扇门进、书在几楼", Origin.BEHAVIOUR, "每天下午四点的馆内走读"),
        ("想找能说话的地方讨论，又怕吵到别人", Origin.VOICE, "二楼研讨间，当场教会预约"),
        ("开学头两周事情太多，记不住借书的规矩", Origin.SURVEY, "一张口袋大小的借书地图"),
    ),
    goals=(
        "新生开学三周内至少走进图书馆一次",
        "走读的人里，一半当天学会预约研讨间",
    ),
    tasks=(
        ("走读路线与馆员排班", "读者服务部"),
        ("借书地图与海报", "采编流一体化"),
        ("院系新生群里的通知", "学科服务部"),
        ("问卷与评估", "数据系统部"),
    ),
    links='<a href="/works/">看看学长学姐写的图书馆</a> · <a href="/say/">有问题，先问一句</a>',
    questions=(
        HEARD,
        liked(
            ("走读路线", "The walk"),
            ("秘密角落", "The secret corner"),
            ("借书地图", "The pocket map"),
            ("带路的馆员", "The guide"),
            ("时间", "The hour"),
        ),
        *JUDGED,
    ),
    wishes=(
        "希望晚上也有一场，下午有课。",
        "地图能不能标上插座？",
        "队伍后面听不清，小声一点的话请分两组。",
        "想知道怎么借其他校区的书。",
        "第一次进馆就不怕了，谢谢。",
        "",
    ),
)
TEACHERS_WRITE = Brief(
    tone="郑重、简短",
    needs=(
        ("想读老师真正喜欢的书，不是书目", Origin.VOICE, "教师手写的三行推荐语"),
        ("教师愿意荐书，但没有时间写长文", Origin.SURVEY, "三行就够，馆员上门取"),
    ),
    goals=(
        "二十位教师各写三行推荐语",
        "被推荐的书在冬天里都被借走一次",
    ),
    tasks=(
        ("邀请信与上门取稿", "学科服务部"),
        ("冬季书架", "采编流一体化"),
    ),
    links='<a href="/works/">看看学生写的</a> · <a href="/say/">先说一本书名也可以</a>',
    questions=(
        HEARD,
        liked(
            ("推荐语", "The three lines"),
            ("书架", "The shelf"),
            ("书签", "The bookmarks"),
            ("取稿的馆员", "Whoever came for them"),
            ("时间", "The time of year"),
        ),
        *JUDGED,
    ),
    wishes=("请早一个月约稿。", "希望学生能回一句。", ""),
)
WRITING_WEEK = Brief(
    tone="严肃、提醒",
    needs=(
        ("开题前想知道别人是怎么写的", Origin.SURVEY, "每天一场，讲一个真实的开题"),
        ("报名的人多，来的人少，座位空着", Origin.BEHAVIOUR, "信里写明预约和缺席的规矩"),
    ),
    goals=(
        "收信的研究生比没收信的多来四个百分点",
        "预约了的人都到场",
    ),
    tasks=(
        ("邀请信与预约表", "学科服务部"),
        ("主讲人与场地", "读者服务部"),
        ("问卷与评估", "数据系统部"),
    ),
    links='<a href="/works/">往年的讲稿</a> · <a href="/say/">有问题，先问一句</a>',
    questions=(
        HEARD,
        liked(
            ("主讲人", "The speakers"),
            ("讲稿", "The handouts"),
            ("提问的时间", "The time for questions"),
            ("座位", "The seats"),
            ("时间", "The hour"),
        ),
        *JUDGED,
    ),
    wishes=(
        "看到“未预约者请勿前来”就没敢去。",
        "其实现场还有很多空位。",
        "希望晚上讲。",
        "",
    ),
    next_time="不再发这样的信。规矩写在预约页上，信里只说讲什么；这条线停，明年另起一个活动。",
)
WORKSHOP_TALKS = Brief(
    tone="实在、帮忙",
    needs=(
        ("文献存了几百篇，要用时找不到", Origin.VOICE, "一个下午，当场理清自己的文件夹"),
        ("不知道该用哪个工具", Origin.SURVEY, "现场比较三个工具"),
    ),
    goals=(
        "收信的研究生比没收信的多来六个百分点",
        "来的人当天建好自己的文献库",
    ),
    tasks=(
        ("讲义与电脑", "学科服务部"),
        ("邀请信", "采编流一体化"),
        ("问卷与评估", "数据系统部"),
    ),
    links='<a href="/works/">看看别人的书单</a> · <a href="/say/">先说说你最乱的文件夹</a>',
    questions=(
        HEARD,
        liked(
            ("讲义", "The handout"),
            ("现场帮忙", "The help on the spot"),
            ("工具的比较", "The tools compared"),
            ("讲的人", "The speaker"),
            ("时间", "The hour"),
        ),
        *JUDGED,
    ),
    wishes=(
        "希望再来一场进阶的。",
        "能不能录下来？",
        "两个小时不够。",
        "",
    ),
)
