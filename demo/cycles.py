"""Campaigns of the synthetic library. One line has run twice, its first round is closed, and a
third plan stands pre-filled. One campaign harmed and was stopped, of one nobody could see what it
brought, and the proposals of one that brought nothing wait for a decision.

Plans are written as rows with past dates; freezing the audience, evaluating, deciding, closing and
drafting use the real verbs, each as of its day.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal

import numpy
from django.utils import timezone

from analytics.loop.actions import decide, draft_next
from analytics.loop.evaluate import evaluate
from analytics.loop.models import Evaluation
from campaigns.contents.models import Content
from campaigns.experiments.models import Arm
from campaigns.links.actions import create_link
from campaigns.plan.actions import close
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
from demo.briefs import BODY, Brief
from demo.decisions import decision_on
from demo.people import SEED
from demo.plans import AUTUMN, SPRING, TEACHERS, WELCOME, WORKSHOP, WRITING, Cycle
from demo.promises import SeededArm, promise
from feedback.surveys import actions as survey_verbs
from feedback.surveys.models import Survey

Phase = Campaign.Phase
#: (phase before, phase after, days before the first day).
MOVES = (
    (Phase.PREPARE, Phase.STRATEGY, 24),
    (Phase.STRATEGY, Phase.TACTICS, 13),
    (Phase.TACTICS, Phase.PERFORMANCE, 2),
)
#: Days after the last one of a campaign on which the director decides, the librarian closes it, and
#: the next plan is drawn.
DECIDED, CLOSED, DRAFTED = 4, 9, 12
#: From a campaign's first day to its event, and to the same weekday of the year before.
EVENING, YEAR = timedelta(days=8), timedelta(days=364)
#: Of the staff, for each campaign.
HOURS = Decimal(96)


def seed_cycles(*, librarian: User, manager: User) -> Iterator[str]:
    """Two turns of one line and its third plan, and four campaigns of their own.

    Nothing when they are there.
    """
    if Campaign.objects.filter(provenance=Provenance.SYNTHETIC).exists():
        return

    rng = numpy.random.default_rng(SEED + 2)
    yield f"events of two years: {behaviour.come_to_events(a_year_before(), rng)}"
    yield from seed_poems(librarian, manager, rng)

    writing = run(plan(WRITING, librarian), WRITING, librarian, rng)
    yield f"{WRITING.title}: {finish(writing, manager)}"
    close_in_the_past(writing, WRITING, librarian)

    workshop = run(plan(WORKSHOP, librarian), WORKSHOP, librarian, rng)
    yield f"{WORKSHOP.title}: {finish(workshop, manager)}"
    draft_in_the_past(workshop, librarian)

    welcome = run(plan(WELCOME, librarian), WELCOME, librarian, rng)
    evaluation = evaluate_after(welcome)
    yield f"{WELCOME.title}: {evaluation.adjustments.count()} proposals wait for a decision"

    _survey, contents = prepare(plan(TEACHERS, librarian), TEACHERS, librarian)
    launched = sum(launch_content(content=one, by=librarian).mailed for one in contents)
    yield f"{TEACHERS.title}: {launched} letters are about to go out"


def a_year_before() -> Iterator[behaviour.Evening]:
    """An evening like that of each campaign that promises something, on the same weekday a year
    before it: what its plan knows of its readers. The plans that the loop has drawn, and that have
    no dates yet, would begin today.
    """
    today = timezone.localdate()
    began = [(cycle.starts_on, cycle) for cycle in (SPRING, WRITING, WORKSHOP, WELCOME)]
    again = [(AUTUMN.starts_on, SPRING), (today, SPRING), (today, WORKSHOP)]
    for starts_on, cycle in began + again:
        day = starts_on - YEAR + EVENING
        yield behaviour.Evening(day, cycle.segments, cycle.promise.comes)


def seed_poems(librarian: User, manager: User, rng) -> Iterator[str]:
    """The line that has run twice: what its first round found is checked in the second one, against
    readers for whom all went on as before.
    """
    spring = run(plan(SPRING, librarian), SPRING, librarian, rng)
    yield f"{SPRING.title}: {finish(spring, manager)}"
    close_in_the_past(spring, SPRING, librarian)

    autumn = replan(draft_in_the_past(spring, librarian), AUTUMN, librarian)
    run(autumn, AUTUMN, librarian, rng)
    yield f"{AUTUMN.title}: {finish(autumn, manager)}"

    winter = draft_in_the_past(autumn, librarian)
    Campaign.objects.filter(pk=winter.pk).update(title="冬夜读诗", provenance=Provenance.SYNTHETIC)


def plan(cycle: Cycle, by: User) -> Campaign:
    """The first campaign of a line, with everything its gates ask for; it is not locked yet."""
    campaign = Campaign.objects.create(
        title=cycle.title,
        purpose=cycle.purpose,
        theme=cycle.theme,
        tone=cycle.brief.tone,
        budget=Decimal(cycle.budget),
        starts_on=cycle.starts_on,
        ends_on=cycle.ends_on,
        owner=by,
        provenance=Provenance.SYNTHETIC,
    )
    campaign.segments.set(Segment.objects.filter(name__in=cycle.segments))
    fill_gates(campaign, cycle.brief)
    plan_channels(campaign, cycle)
    set_targets(campaign, cycle)
    promise_by(campaign, cycle, by)
    return campaign


def promise_by(campaign: Campaign, cycle: Cycle, by: User) -> None:
    """Name what the campaign is to change, by the verbs of the pages; nothing where its cycle
    promises nothing.
    """
    if cycle.promise is not None:
        promise(campaign, cycle.promise, by)


def plan_channels(campaign: Campaign, cycle: Cycle) -> None:
    """The mix of a made-up cycle as a campaign's plan."""
    channels = Channel.objects.in_bulk(field_name="code")
    for planned in cycle.shares:
        ChannelPlan.objects.create(
            campaign=campaign,
            channel=channels[planned.channel],
            share=planned.percent,
            planned_cost=planned.cost,
        )


def set_targets(campaign: Campaign, cycle: Cycle) -> None:
    """The standards of a campaign, before it is locked."""
    for metric, target in cycle.targets.items():
        Standard.objects.create(
            campaign=campaign,
            metric=metric,
            direction=target.direction,
            target=target.value,
            source="馆务会",
        )


def fill_gates(campaign: Campaign, brief: Brief) -> None:
    """Needs with what answers them, goals and finished tasks."""
    for text, origin, answer in brief.needs:
        need = Need.objects.create(campaign=campaign, text=text, origin=origin)
        element = Element.objects.create(campaign=campaign, text=answer)
        Match.objects.create(need=need, element=element)
    for text in brief.goals:
        Goal.objects.create(campaign=campaign, text=text)
    for text, owner in brief.tasks:
        Task.objects.create(campaign=campaign, text=text, owner=owner, done=True)


def replan(campaign: Campaign, cycle: Cycle, by: User) -> Campaign:
    """Give the drafted campaign its own words and dates; the plan stays as the loop filled it. What
    its readers did before is counted for these dates.
    """
    campaign.title = cycle.title
    campaign.purpose = cycle.purpose
    campaign.theme = cycle.theme
    campaign.starts_on = cycle.starts_on
    campaign.ends_on = cycle.ends_on
    campaign.budget = Decimal(cycle.budget)
    campaign.provenance = Provenance.SYNTHETIC
    campaign.save()
    promise_by(campaign, cycle, by)
    return campaign


def prepare(campaign: Campaign, cycle: Cycle, by: User) -> tuple[Survey, list[Content]]:
    """Survey, letters and links of a campaign, then through the gates until its standards are
    locked.
    """
    survey = make_survey(campaign, cycle, by)
    contents = write_letters(campaign, cycle)

    # What reaches nobody in person leaves a trace only through a link of its own.
    unmailed = campaign.channel_plans.exclude(channel__code="email").select_related("channel")
    for channel_plan in unmailed:
        create_link(
            campaign=campaign,
            channel=channel_plan.channel,
            placement=str(channel_plan.channel),
            target="/works/",
            by=by,
        )
    go_live(campaign, cycle, by)
    campaign.refresh_from_db()
    return survey, contents


def write_letters(campaign: Campaign, cycle: Cycle) -> list[Content]:
    """The letter of each arm, in the place of the one that was taken over from the round before;
    one for everybody where there is one arm, or none.
    """
    if cycle.promise is None or len(cycle.promise.arms) == 1:
        return [write_letter(Content(campaign=campaign), cycle, cycle.invite)]

    letters = []
    for seeded in cycle.promise.arms:
        arm = Arm.objects.get(experiment__campaign=campaign, code=seeded.code)
        letter = arm.contents.first() or Content(arm=arm)
        # The campaign at hand, not the row as it was when the letter was read.
        letter.campaign = campaign
        letters.append(write_letter(letter, cycle, seeded.invite, seeded))
    return letters


def write_letter(
    letter: Content, cycle: Cycle, invite: str, arm: SeededArm | None = None
) -> Content:
    """Give a letter the words of its campaign, and of its ``arm`` where it has one."""
    letter.channel = Channel.objects.get(code="email")
    letter.title = arm.label if arm else "邀请信"
    letter.subject = arm.subject if arm else f"{cycle.title}：{cycle.theme}"
    letter.preheader = invite[:60]
    letter.body = BODY.format(
        theme=cycle.theme, invite=invite, links=cycle.brief.links, slug=cycle.slug
    )
    letter.sender_name = "示例大学图书馆"
    letter.save()
    letter.links.place(letter)
    return letter


def run(campaign: Campaign, cycle: Cycle, by: User, rng) -> Campaign:
    """Take the campaign live in the past and let the readers respond."""
    survey, contents = prepare(campaign, cycle, by)
    launched_at = behaviour.local(cycle.starts_on, min(cycle.hours))
    wishes = cycle.brief.wishes
    for content in contents:
        launch_content(content=content, by=by, at=launched_at)
        behaviour.send_in_the_past(content, cycle.starts_on, cycle.hours, rng)
        followers = behaviour.follow_links(content, rng)
        behaviour.answer_survey(survey, followers, rng, mood=cycle.mood, wishes=wishes)
    behaviour.come_to_the_event(campaign, cycle.promise, rng, day=cycle.starts_on + EVENING)
    behaviour.visit_by_poster(campaign, rng)
    behaviour.count_clicks(campaign)
    book_costs(campaign)
    return campaign


def make_survey(campaign: Campaign, cycle: Cycle, by: User) -> Survey:
    """The published survey that the campaign's letter invites to."""
    survey = survey_verbs.create_survey(
        slug=cycle.slug,
        title={"zh-hans": f"{cycle.title}之后", "en": f"After “{cycle.english}”"},
        by=by,
        campaign=campaign,
        by_invitation=True,
        thanks={
            "zh-hans": "谢谢，下一次的计划里会有你的话。",
            "en": "Thank you: your words go into the next plan.",
        },
    )
    for question in cycle.brief.questions:
        options = [{"zh-hans": zh, "en": en} for zh, en in question.options]
        survey_verbs.add_item(
            survey=survey,
            by=by,
            kind=question.kind,
            analysis_key=question.key,
            text={"zh-hans": question.zh, "en": question.en},
            options=options,
        )
    survey_verbs.publish(survey=survey, by=by)
    return survey


def go_live(campaign: Campaign, cycle: Cycle, by: User) -> None:
    """Move through the phases with past dates, as the rail and the log show them.

    The standards are locked with the last move.
    """
    first_day = behaviour.local(cycle.starts_on, 9)
    for before, after, days in MOVES:
        at = first_day - timedelta(days=days)
        move = PhaseMove.objects.create(campaign=campaign, before=before, after=after, by=by)
        # ``at`` is set by the model when a row is made; only an update can put it into the past.
        PhaseMove.objects.filter(pk=move.pk).update(at=at)
    rows = Campaign.objects.filter(pk=campaign.pk)
    rows.update(phase=Phase.PERFORMANCE, locked_at=at, locked_by=by)
    # A plan drawn from an earlier campaign is as old as its draft.
    rows.filter(previous=None).update(created_at=first_day - timedelta(days=40))


def book_costs(campaign: Campaign) -> None:
    """What each channel was planned to cost, and the hours that the staff spent on it: as many as
    its share of the plan.
    """
    for channel_plan in campaign.channel_plans.all():
        booked = (
            (Cost.Kind.CASH, channel_plan.planned_cost, campaign.starts_on),
            (Cost.Kind.HOURS, HOURS * channel_plan.share / 100, campaign.ends_on),
        )
        for kind, amount, day in booked:
            Cost.objects.create(
                campaign=campaign,
                channel=channel_plan.channel,
                kind=kind,
                amount=amount,
                note="合成数据",
                on=day,
            )


def evaluate_after(campaign: Campaign) -> Evaluation:
    """The evaluation of the night after the last day, when the timetable would have made it."""
    at = days_after(campaign, 1, hour=2)
    return evaluate(campaign, as_of=at, computed_at=at)


def days_after(campaign: Campaign, days: int, *, hour: int) -> datetime:
    """An hour of the library's clock, so many days after the campaign's last one."""
    return behaviour.local(campaign.ends_on + timedelta(days=days), hour)


def finish(campaign: Campaign, manager: User) -> str:
    """Evaluate after the end, and decide about every proposal some days later.

    Returns a line of what happened.
    """
    evaluation = evaluate_after(campaign)
    verdicts = Counter()
    for adjustment in evaluation.adjustments.order_by("pk"):
        decision = decision_on(adjustment)
        decide(
            adjustment=adjustment,
            verdict=decision.verdict,
            by=manager,
            value=decision.value,
            reason=decision.reason,
            at=days_after(campaign, DECIDED, hour=10),
        )
        verdicts[decision.verdict] += 1

    if not verdicts:
        return "no proposals"
    said = [f"{verdict} {count}" for verdict, count in verdicts.items()]
    return ", ".join(said)


def close_in_the_past(campaign: Campaign, cycle: Cycle, by: User) -> None:
    """Close a campaign with what is done otherwise next time, and date it back as going live is."""
    campaign.refresh_from_db()
    close(campaign=campaign, next_time=cycle.brief.next_time, by=by)
    at = days_after(campaign, CLOSED, hour=16)
    Campaign.objects.filter(pk=campaign.pk).update(closed_at=at)
    PhaseMove.objects.filter(campaign=campaign, after=Phase.CLOSED).update(at=at)


def draft_in_the_past(campaign: Campaign, by: User) -> Campaign:
    """The next plan, drawn some days after the decisions."""
    at = days_after(campaign, DRAFTED, hour=11)
    draft = draft_next(campaign=campaign, by=by, at=at)
    Campaign.objects.filter(pk=draft.pk).update(created_at=at)
    draft.refresh_from_db()
    return draft
