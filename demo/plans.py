"""The campaigns of the demonstration, as data: when they were, to whom, and what they promise."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone

from campaigns.plan.models import Standard
from demo.briefs import FRESHMEN, POEMS, TEACHERS_WRITE, WORKSHOP_TALKS, WRITING_WEEK, Brief
from demo.promises import (
    AUTUMN_PROMISE,
    SPRING_PROMISE,
    WELCOME_PROMISE,
    WORKSHOP_PROMISE,
    WRITING_PROMISE,
    SeededPromise,
)

Metric = Standard.Metric


@dataclass(frozen=True)
class ChannelShare:
    """One channel of a plan: ``percent`` of the effort and its planned ``cost``, CNY."""

    channel: str
    percent: int
    cost: int


@dataclass(frozen=True)
class PlannedTarget:
    """What one metric should come to."""

    direction: Standard.Direction
    value: Decimal


def at_least(value: str) -> PlannedTarget:
    """A target that is met by this value or more; ``value`` in decimal digits."""
    return PlannedTarget(Standard.Direction.AT_LEAST, Decimal(value))


def at_most(value: str) -> PlannedTarget:
    """A target that is met by this value or less; ``value`` in decimal digits."""
    return PlannedTarget(Standard.Direction.AT_MOST, Decimal(value))


@dataclass(frozen=True)
class Cycle:
    """One campaign of the demonstration.

    It began ``ago`` days before today and lasts ``days``. ``mood``: mean satisfaction, 1 to 5.
    ``english``: its title where a page has both languages. ``brief``: its words. ``hours``: {hour
    the mails go out: share}, empty where a worker sends them. ``segments``, ``shares`` and
    ``targets`` are empty where the loop has filled the plan. ``promise``: None where nothing was.
    """

    title: str
    english: str
    slug: str
    theme: str
    purpose: str
    invite: str
    brief: Brief
    ago: int
    days: int
    mood: float
    hours: dict[int, float] = field(default_factory=dict)
    segments: tuple[str, ...] = ()
    shares: tuple[ChannelShare, ...] = ()
    budget: int = 18000
    targets: dict[Metric, PlannedTarget] = field(default_factory=dict)
    promise: SeededPromise | None = None

    @property
    def starts_on(self) -> date:
        """Its first day, ``ago`` days before today: the demonstration is as old on every day."""
        return timezone.localdate() - timedelta(days=self.ago)

    @property
    def ends_on(self) -> date:
        """Its last day: ``days`` after the first."""
        return self.starts_on + timedelta(days=self.days)


TARGETS = {
    Metric.REACH: at_least("2000"),
    Metric.RESPONSE_RATE: at_least("14"),
    Metric.LIFT: at_least("3"),
    Metric.SATISFACTION: at_least("4.2"),
    Metric.NPS: at_least("30"),
    Metric.COST_PER_RESPONSE: at_most("20"),
}
SPRING = Cycle(
    title="春夜读诗",
    english="Poems on a spring night",
    slug="spring-night",
    theme="一年里最好的一个晚上，留给一首诗",
    purpose="让从来没有在图书馆里出过声的读者，第一次读一首诗给别人听。",
    invite="下周五晚七点，我们把阅览室的灯调暗，请你来读一首诗，也听别人读。",
    brief=POEMS,
    ago=262,
    days=30,
    mood=3.9,
    hours={10: 0.5, 16: 0.15, 20: 0.35},
    segments=("本科生", "教师", "校友"),
    shares=(
        ChannelShare("email", 30, cost=400),
        ChannelShare("wechat", 25, cost=2000),
        ChannelShare("poster", 30, cost=3600),
        ChannelShare("stall", 15, cost=2400),
    ),
    targets=TARGETS,
    promise=SPRING_PROMISE,
)
AUTUMN = Cycle(
    title="秋夜读诗",
    english="Poems on an autumn night",
    slug="autumn-night",
    theme="桂花开的时候，再读一次",
    purpose="请春天来过的读者带一位没来过的朋友。",
    invite="还是那间阅览室，还是晚上七点。这一次，带一位朋友来。",
    brief=POEMS,
    ago=45,
    days=30,
    mood=4.25,
    hours={20: 0.8, 10: 0.2},
    promise=AUTUMN_PROMISE,
)
WELCOME = Cycle(
    title="迎新季：认识你的图书馆",
    english="Welcome: get to know your library",
    slug="welcome",
    theme="从一张借书证开始",
    purpose="让新生在开学三周内第一次走进图书馆，并愿意再来。",
    invite="开学第一个月，每天下午四点，馆员带你走一遍三层楼、两条捷径和一个秘密角落。",
    brief=FRESHMEN,
    ago=84,
    days=32,
    mood=4.1,
    hours={10: 0.5, 20: 0.5},
    segments=("本科生",),
    shares=(
        ChannelShare("email", 20, cost=0),
        ChannelShare("wechat", 45, cost=2600),
        ChannelShare("poster", 25, cost=3600),
        ChannelShare("stall", 10, cost=3200),
    ),
    # A season that greets everybody may cost more for each answer.
    targets=TARGETS | {Metric.COST_PER_RESPONSE: at_most("25")},
    promise=WELCOME_PROMISE,
)
WRITING = Cycle(
    title="学术写作周",
    english="A week of academic writing",
    slug="writing-week",
    theme="写不下去的时候，来坐一坐",
    purpose="让研究生在开题之前，听过一次别人怎么写。",
    invite="座位有限，未预约者请勿前来；预约后缺席两次，本学期不再接受预约。",
    brief=WRITING_WEEK,
    ago=150,
    days=30,
    mood=3.4,
    hours={10: 1.0},
    segments=("研究生",),
    shares=(ChannelShare("email", 60, cost=200), ChannelShare("poster", 40, cost=1200)),
    budget=4000,
    targets={Metric.LIFT: at_least("4"), Metric.SATISFACTION: at_least("4.0")},
    promise=WRITING_PROMISE,
)
WORKSHOP = Cycle(
    title="文献管理工作坊",
    english="A workshop on managing references",
    slug="references",
    theme="一个下午，理清三年的文献",
    purpose="让研究生学会用一个工具管住自己的文献。",
    invite="周三下午两点，带上你的电脑和最乱的那个文件夹，我们一起理。",
    brief=WORKSHOP_TALKS,
    ago=75,
    days=30,
    mood=4.2,
    hours={10: 1.0},
    segments=("研究生",),
    shares=(ChannelShare("email", 70, cost=100), ChannelShare("website", 30, cost=300)),
    budget=3000,
    targets={Metric.LIFT: at_least("6"), Metric.SATISFACTION: at_least("4.2")},
    promise=WORKSHOP_PROMISE,
)

#: Under way: its letters go out through the real engine as soon as a worker runs, and land in the
#: demo mailbox.
TEACHERS = Cycle(
    title="教师书单：写给冬天",
    english="Teachers' books for the winter",
    slug="winter-list",
    theme="请你推荐一本适合冬夜的书",
    purpose="让教师第一次在图书馆的栏目里和学生说话。",
    invite="请你写三行推荐语，我们会把它贴在一楼的冬季书架上。",
    brief=TEACHERS_WRITE,
    ago=3,
    days=25,
    mood=4.3,
    segments=("北苑校区教师",),
    shares=(
        ChannelShare("email", 70, cost=100),
        ChannelShare("board", 30, cost=600),
    ),
    budget=2000,
    targets={
        Metric.RESPONSE_RATE: at_least("20"),
        Metric.ANSWERS: at_least("8"),
    },
)
