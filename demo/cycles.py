"""Campaigns of the synthetic library: the loop has run twice, a third plan stands pre-filled, one
decision waits.

Plans are written as rows with past dates; freezing the audience, evaluating, deciding and drafting
use the real verbs.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

import numpy
from django.utils import timezone

from analytics.loop.actions import decide, draft_next
from analytics.loop.evaluate import evaluate
from analytics.loop.models import Adjustment, Evaluation
from campaigns.contents.models import Content
from campaigns.links.actions import create_link
from campaigns.plan.models import (
    Campaign,
    Channel,
    ChannelPlan,
    Cost,
    Element,
    Goal,
    Match,
    Need,
    PhaseMove,
    Standard,
    Task,
)
from campaigns.sending.actions import launch_content
from core.provenance import Provenance
from crm.segments.models import Segment
from crm.staff.models import User
from demo import behaviour
from demo.people import SEED
from feedback.surveys import actions as survey_verbs
from feedback.surveys.models import Item, Survey

Phase = Campaign.Phase

SEGMENTS = {
    "本科生": (
        "四个校区的在读本科生。",
        {"op": "and", "of": [{"test": "kind", "in": ["undergraduate"]}]},
    ),
    "研究生": (
        "硕士生与博士生。",
        {"op": "and", "of": [{"test": "kind", "in": ["master", "doctoral"]}]},
    ),
    "教师": ("全体教师。", {"op": "and", "of": [{"test": "kind", "in": ["teacher"]}]}),
    "校友": (
        "毕业后仍保留读者证的校友。",
        {"op": "and", "of": [{"test": "kind", "in": ["alumnus"]}]},
    ),
    "北苑校区教师": (
        "北苑校区的教师。",
        {
            "op": "and",
            "of": [{"test": "kind", "in": ["teacher"]}, {"test": "campus", "in": ["beiyuan"]}],
        },
    ),
    "近90天借阅3次以上": (
        "最近仍在借书的读者。",
        {
            "op": "and",
            "of": [{"test": "activity", "kind": "loan", "cmp": "ge", "n": 3, "days": 90}],
        },
    ),
    "东湖校区可邮件联系": (
        "东湖校区同意接收邮件的读者。",
        {
            "op": "and",
            "of": [
                {"test": "campus", "in": ["donghu"]},
                {"test": "consent", "channel": "email", "is": "reachable"},
            ],
        },
    ),
}

BODY = """<h2>{theme}</h2>
<p>{{name}}，你好：</p>
<p>{invite}</p>
<p><a href="/calls/solar-terms/">写一首给这个节气</a> · <a href="/works/">看看别人写的</a></p>
<p>看完请用一分钟告诉我们，下一次该怎么办：<a href="/s/{slug}/">回答六个问题</a></p>
<p>不想再收到？<a href="{{unsubscribe}}">退订</a></p>"""

QUESTIONS = [
    (
        Item.Kind.SINGLE,
        "heard",
        "你从哪里知道这次活动？",
        "Where did you hear of it?",
        ["邮件", "公众号", "海报", "朋友"],
    ),
    (
        Item.Kind.MULTIPLE,
        "liked",
        "你喜欢其中的哪些？",
        "What did you like?",
        ["诗", "手绘", "现场", "志愿者", "时间地点"],
    ),
    (
        Item.Kind.SCALE,
        "satisfaction_1",
        "总的来说，你对这次活动满意吗？",
        "All in all, were you satisfied?",
        [],
    ),
    (Item.Kind.SCALE, "satisfaction_2", "它值得你花的时间吗？", "Was it worth your time?", []),
    (Item.Kind.NPS, "nps", "你会向同学推荐下一次活动吗？", "Would you recommend the next one?", []),
    (
        Item.Kind.TEXT,
        "wish",
        "下一次，你希望有什么不同？",
        "What should be different next time?",
        [],
    ),
]


@dataclass
class Cycle:
    """One campaign of the demonstration.

    ``ago`` and ``days`` give its period, counted back from today.
    """

    title: str
    slug: str
    theme: str
    purpose: str
    invite: str
    ago: int
    days: int
    mood: float
    hours: dict[int, float]
    segments: list[str]
    shares: dict[str, tuple[int, int]]
    budget: int = 18000
    targets: dict[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def starts_on(self) -> date:
        return timezone.localdate() - timedelta(days=self.ago)

    @property
    def ends_on(self) -> date:
        return self.starts_on + timedelta(days=self.days)


TARGETS = {
    "reach": ("ge", "2000"),
    "response_rate": ("ge", "14"),
    "lift": ("ge", "3"),
    "satisfaction": ("ge", "4.2"),
    "nps": ("ge", "30"),
    "cost_per_response": ("le", "20"),
}
SPRING = Cycle(
    title="春夜读诗",
    slug="spring-night",
    theme="一年里最好的一个晚上，留给一首诗",
    purpose="让从来没有在图书馆里出过声的读者，第一次读一首诗给别人听。",
    invite="下周五晚七点，我们把阅览室的灯调暗，请你来读一首诗，也听别人读。",
    ago=262,
    days=30,
    mood=3.9,
    hours={10: 0.5, 16: 0.15, 20: 0.35},
    segments=["本科生", "教师", "校友"],
    shares={"email": (30, 400), "wechat": (25, 2000), "poster": (30, 3600), "stall": (15, 2400)},
    targets=TARGETS,
)
AUTUMN = Cycle(
    title="秋夜读诗",
    slug="autumn-night",
    theme="桂花开的时候，再读一次",
    purpose="请春天来过的读者带一位没来过的朋友。",
    invite="还是那间阅览室，还是晚上七点。这一次，带一位朋友来。",
    ago=45,
    days=30,
    mood=4.25,
    hours={20: 0.8, 10: 0.2},
    segments=[],
    shares={},
)
WELCOME = Cycle(
    title="迎新季：认识你的图书馆",
    slug="welcome",
    theme="从一张借书证开始",
    purpose="让新生在开学三周内第一次走进图书馆，并愿意再来。",
    invite="开学第一个月，每天下午四点，馆员带你走一遍三层楼、两条捷径和一个秘密角落。",
    ago=84,
    days=32,
    mood=4.1,
    hours={10: 0.5, 20: 0.5},
    segments=["本科生"],
    shares={"email": (20, 0), "wechat": (45, 2600), "poster": (25, 3600), "stall": (10, 3200)},
    targets=TARGETS | {"cost_per_response": ("le", "25")},
)

#: Under way: its letters go out through the real engine as soon as a worker runs, and land in the
#: demo mailbox.
TEACHERS = Cycle(
    title="教师书单：写给冬天",
    slug="winter-list",
    theme="请您推荐一本适合冬夜的书",
    purpose="让教师第一次在图书馆的栏目里和学生说话。",
    invite="请您写三行推荐语，我们会把它贴在一楼的冬季书架上。",
    ago=3,
    days=25,
    mood=4.3,
    hours={},
    segments=["北苑校区教师"],
    shares={"email": (70, 100), "board": (30, 600)},
    budget=2000,
    targets={"response_rate": ("ge", "20"), "answers": ("ge", "8")},
)


def seed_segments(by: User) -> None:
    for name, (description, rule) in SEGMENTS.items():
        Segment.objects.get_or_create(
            name=name, defaults={"description": description, "rule": rule, "created_by": by}
        )


def seed_cycles(*, librarian: User, manager: User) -> Iterator[str]:
    """Two turns of the loop, a third plan and a campaign waiting for decisions.

    Nothing when they are there.
    """
    if Campaign.objects.filter(provenance=Provenance.SYNTHETIC).exists():
        return
    rng = numpy.random.default_rng(SEED + 2)
    spring = run(plan(SPRING, librarian), SPRING, librarian, rng)
    yield f"{SPRING.title}: {settle(spring, librarian, manager)}"
    autumn = replan(draft_next(campaign=spring, by=librarian), AUTUMN)
    run(autumn, AUTUMN, librarian, rng)
    yield f"{AUTUMN.title}: {settle(autumn, librarian, manager)}"
    winter = draft_next(campaign=autumn, by=librarian)
    Campaign.objects.filter(pk=winter.pk).update(title="冬夜读诗", provenance=Provenance.SYNTHETIC)
    welcome = run(plan(WELCOME, librarian), WELCOME, librarian, rng)
    evaluation = evaluate(welcome, as_of=timezone.now())
    yield f"{WELCOME.title}: {evaluation.adjustments.count()} proposals wait for a decision"
    _survey, content = prepare(plan(TEACHERS, librarian), TEACHERS, librarian)
    launched = launch_content(content=content, by=librarian)
    yield f"{TEACHERS.title}: {launched.mailed} letters are about to go out"


def plan(cycle: Cycle, by: User) -> Campaign:
    """The first campaign of a line, with everything its gates ask for."""
    campaign = Campaign.objects.create(
        title=cycle.title,
        purpose=cycle.purpose,
        theme=cycle.theme,
        tone="安静、亲切",
        holdout_percent=15,
        budget=Decimal(cycle.budget),
        starts_on=cycle.starts_on,
        ends_on=cycle.ends_on,
        owner=by,
        provenance=Provenance.SYNTHETIC,
    )
    campaign.segments.set(Segment.objects.filter(name__in=cycle.segments))
    for text, source, answer in (
        ("想在图书馆里认识人，但不知道怎么开口", Need.Origin.VOICE, "读诗是一个开口的理由"),
        ("晚上的活动结束后要赶得上末班车", Need.Origin.SURVEY, "八点半结束"),
    ):
        need = Need.objects.create(campaign=campaign, text=text, origin=source)
        element = Element.objects.create(campaign=campaign, text=answer)
        Match.objects.create(need=need, element=element)
    Goal.objects.create(campaign=campaign, text="两千名读者收到邀请，其中七分之一有回应")
    Goal.objects.create(campaign=campaign, text="至少一成参加者此前一年没有参加过活动")
    for text, who in (
        ("邀请信与海报", "采编流一体化"),
        ("现场与灯光", "读者服务部"),
        ("问卷与评估", "数据系统部"),
    ):
        Task.objects.create(campaign=campaign, text=text, owner=who, done=True)
    channels = {channel.code: channel for channel in Channel.objects.all()}
    for code, (share, cost) in cycle.shares.items():
        ChannelPlan.objects.create(
            campaign=campaign, channel=channels[code], share=share, planned_cost=cost
        )
    for metric, (direction, target) in cycle.targets.items():
        Standard.objects.create(
            campaign=campaign,
            metric=metric,
            direction=direction,
            target=Decimal(target),
            source="馆务会",
        )
    return campaign


def replan(campaign: Campaign, cycle: Cycle) -> Campaign:
    """Give the drafted campaign its own words and dates; the plan stays as the loop filled it."""
    campaign.title, campaign.purpose, campaign.theme = cycle.title, cycle.purpose, cycle.theme
    campaign.starts_on, campaign.ends_on = cycle.starts_on, cycle.ends_on
    campaign.budget, campaign.provenance = Decimal(cycle.budget), Provenance.SYNTHETIC
    campaign.save()
    return campaign


def prepare(campaign: Campaign, cycle: Cycle, by: User) -> tuple[Survey, Content]:
    """Survey, letter and links of a campaign, then through the gates until its standards are
    locked.
    """
    survey = make_survey(campaign, cycle, by)
    content = Content.objects.create(
        campaign=campaign,
        channel=Channel.objects.get(code="email"),
        title="邀请信",
        subject=f"{cycle.title}：{cycle.theme}",
        preheader=cycle.invite[:60],
        body=BODY.format(theme=cycle.theme, invite=cycle.invite, slug=cycle.slug),
        sender_name="示例大学图书馆",
    )
    content.links.place(content)
    for channel_plan in campaign.channel_plans.exclude(channel__code="email").select_related(
        "channel"
    ):
        create_link(
            campaign=campaign,
            channel=channel_plan.channel,
            placement=str(channel_plan.channel),
            target="/works/",
            by=by,
        )
    go_live(campaign, cycle, by)
    campaign.refresh_from_db()
    return survey, content


def run(campaign: Campaign, cycle: Cycle, by: User, rng) -> Campaign:
    """Take the campaign live in the past and let the readers respond."""
    survey, content = prepare(campaign, cycle, by)
    launch_content(content=content, by=by)
    behaviour.send_in_the_past(content, cycle.starts_on, cycle.hours, rng)
    followers = behaviour.follow_links(content, rng)
    behaviour.answer_survey(survey, followers, rng, mood=cycle.mood)
    behaviour.come_to_the_event(content, rng, day=cycle.starts_on + timedelta(days=8))
    behaviour.visit_by_poster(campaign, rng)
    behaviour.count_clicks(campaign)
    book_costs(campaign)
    return campaign


def make_survey(campaign: Campaign, cycle: Cycle, by: User) -> Survey:
    survey = survey_verbs.create_survey(
        slug=cycle.slug,
        title={"zh-hans": f"{cycle.title}之后", "en": f"After “{cycle.title}”"},
        by=by,
        campaign=campaign,
        by_invitation=True,
        thanks={
            "zh-hans": "谢谢，下一次的计划里会有你的话。",
            "en": "Thank you: your words go into the next plan.",
        },
    )
    for kind, key, zh, en, options in QUESTIONS:
        survey_verbs.add_item(
            survey=survey,
            by=by,
            kind=kind,
            analysis_key=key,
            text={"zh-hans": zh, "en": en},
            options=[{"zh-hans": option, "en": option} for option in options],
        )
    survey_verbs.publish(survey=survey, by=by)
    return survey


def go_live(campaign: Campaign, cycle: Cycle, by: User) -> None:
    """Move through the phases with past dates, as the rail and the log show them."""
    steps = [Phase.PREPARE, Phase.STRATEGY, Phase.TACTICS, Phase.PERFORMANCE]
    for index, (before, after) in enumerate(zip(steps, steps[1:], strict=False)):
        move = PhaseMove.objects.create(campaign=campaign, before=before, after=after, by=by)
        at = behaviour.local(cycle.starts_on, 9) - timedelta(days=24 - 11 * index)
        PhaseMove.objects.filter(pk=move.pk).update(at=at)
    created_at = behaviour.local(cycle.starts_on, 9) - timedelta(days=40)
    Campaign.objects.filter(pk=campaign.pk).update(
        phase=Phase.PERFORMANCE, locked_at=at, locked_by=by, created_at=created_at
    )


def book_costs(campaign: Campaign) -> None:
    for channel_plan in campaign.channel_plans.all():
        Cost.objects.create(
            campaign=campaign,
            channel=channel_plan.channel,
            kind=Cost.Kind.CASH,
            amount=channel_plan.planned_cost,
            note="合成数据",
            on=campaign.starts_on,
        )
    Cost.objects.create(
        campaign=campaign, kind=Cost.Kind.HOURS, amount=96, note="合成数据", on=campaign.ends_on
    )


def settle(campaign: Campaign, librarian: User, manager: User) -> str:
    """Evaluate after the end, decide about every proposal, close the campaign.

    Returns a line of what happened.
    """
    evaluation = evaluate(campaign, as_of=behaviour.local(campaign.ends_on, 2) + timedelta(days=1))
    Evaluation.objects.filter(pk=evaluation.pk).update(
        computed_at=behaviour.local(campaign.ends_on, 2) + timedelta(days=1)
    )
    taken = [judge(adjustment, manager) for adjustment in evaluation.adjustments.order_by("pk")]
    Campaign.objects.filter(pk=campaign.pk).update(next_time="提早两周贴海报；现场多备三十把椅子。")
    return (
        ", ".join(f"{verdict} {taken.count(verdict)}" for verdict in dict.fromkeys(taken))
        or "no proposals"
    )


def judge(adjustment: Adjustment, manager: User) -> str:
    """A director who mostly agrees, keeps some posters for another reason, and leaves no group out."""
    verdict, value, reason = "accept", None, ""
    if adjustment.target == "channel:poster":
        verdict, value, reason = (
            "change",
            max(adjustment.after, 15),
            "海报也给来馆的人指路，不能只看点击。",
        )
    elif adjustment.kind == Adjustment.Kind.SEGMENT_DROP:
        verdict, reason = "refuse", "这个群体人少，但服务他们是本馆的责任。"
    elif adjustment.target == "standard:nps":
        verdict, reason = "refuse", "答卷还太少，标准先不动。"
    decide(adjustment=adjustment, verdict=verdict, by=manager, value=value, reason=reason)
    return verdict
