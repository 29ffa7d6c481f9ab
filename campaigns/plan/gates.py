"""The gates between the phases: what each phase asks for, what is there, and why a gate stays shut.

``look`` reads a campaign once; everything below it is pure, so that the rail, the button and the
verb agree.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.plan.models import Campaign, ChannelPlan, Element, Need, Standard
from crm.segments.models import Segment

Phase = Campaign.Phase
PHASES = (Phase.PREPARE, Phase.STRATEGY, Phase.TACTICS, Phase.PERFORMANCE)


@dataclass(frozen=True)
class Check:
    """One condition. ``advice`` is worth knowing but keeps no gate shut; ``short`` fits a chip;
    ``url`` mends it.
    """

    code: str
    label: str
    ok: bool
    detail: str
    url: str
    short: str = ""
    advice: bool = False

    @property
    def blocks(self) -> bool:
        return not self.ok and not self.advice


@dataclass(frozen=True)
class Picture:
    """What a campaign holds at this moment."""

    pk: int
    purpose: str = ""
    goals: int = 0
    tasks: int = 0
    needs: list[Need] = field(default_factory=list)
    elements: list[Element] = field(default_factory=list)
    matched_needs: frozenset[int] = frozenset()
    matched_elements: frozenset[int] = frozenset()
    segments: list[Segment] = field(default_factory=list)
    holdout_percent: int = 0
    plans: list[ChannelPlan] = field(default_factory=list)
    budget: Decimal | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    contents: list = field(default_factory=list)
    linked_channels: frozenset[int] = frozenset()
    standards: list[Standard] = field(default_factory=list)
    evaluations: int = 0
    next_time: str = ""

    @property
    def unmatched_needs(self) -> list[Need]:
        return [need for need in self.needs if need.pk not in self.matched_needs]

    @property
    def idle_elements(self) -> list[Element]:
        return [element for element in self.elements if element.pk not in self.matched_elements]

    @property
    def share(self) -> int:
        """Sum of the channel mix, %."""
        return sum(plan.share for plan in self.plans)

    @property
    def planned_cost(self) -> Decimal:
        return sum((plan.planned_cost for plan in self.plans), Decimal(0))


def look(campaign: Campaign) -> Picture:
    """Read everything the gates ask about, in a fixed number of queries."""
    needs = list(campaign.needs.prefetch_related("matches__element"))
    matches = [match for need in needs for match in need.matches.all()]
    return Picture(
        pk=campaign.pk,
        purpose=campaign.purpose.strip(),
        goals=campaign.goals.count(),
        tasks=campaign.tasks.count(),
        needs=needs,
        elements=list(campaign.elements.all()),
        matched_needs=frozenset(match.need_id for match in matches),
        matched_elements=frozenset(match.element_id for match in matches),
        segments=list(campaign.segments.all()),
        holdout_percent=campaign.holdout_percent,
        plans=list(campaign.channel_plans.select_related("channel")),
        budget=campaign.budget,
        starts_on=campaign.starts_on,
        ends_on=campaign.ends_on,
        contents=list(campaign.contents.select_related("channel")),
        linked_channels=frozenset(campaign.links.values_list("channel_id", flat=True)),
        standards=list(campaign.standards.prefetch_related("amendments__by")),
        evaluations=campaign.evaluations.count(),
        next_time=campaign.next_time.strip(),
    )


def checks(picture: Picture, phase: str) -> list[Check]:
    """What ``phase`` asks for. Empty for a closed campaign."""
    return [check(picture) for check in ASKED.get(phase, [])]


def blocking(picture: Picture, phase: str) -> list[Check]:
    return [check for check in checks(picture, phase) if check.blocks]


# --- 1 prepare ------------------------------------------------------------------------------------
def needs_known(picture: Picture) -> Check:
    n = len(picture.needs)
    return Check(
        "needs",
        _("Readers' needs"),
        n > 0,
        ngettext("%(n)d need written down", "%(n)d needs written down", n) % {"n": n}
        if n
        else _("No need has been written down yet."),
        _edit("match-list", picture),
        _("none yet") if not n else "",
    )


def needs_sourced(picture: Picture) -> Check:
    bare = [need for need in picture.needs if need.origin == Need.Origin.OTHER and not need.source]
    known = [
        str(need.get_origin_display()) for need in picture.needs if need.origin != Need.Origin.OTHER
    ]
    sourced = bool(picture.needs) and not bare
    detail = (
        " · ".join(dict.fromkeys(known)) if sourced else _("Say where each need is known from.")
    )
    if bare:
        detail = _("Without a source: %(list)s") % {"list": _listed(bare)}
    return Check(
        "sources",
        _("Where each need is known from"),
        sourced,
        detail,
        _edit("match-list", picture),
        _("%(n)d without") % {"n": len(bare)} if bare else "",
    )


def needs_matched(picture: Picture) -> Check:
    open_needs = picture.unmatched_needs
    matched = len(picture.needs) - len(open_needs)
    detail = _("%(matched)d of %(all)d needs have a cultural content") % {
        "matched": matched,
        "all": len(picture.needs),
    }
    if open_needs:
        detail = _("Without an answer: %(list)s") % {"list": _listed(open_needs)}
    return Check(
        "matches",
        _("Every need has a cultural content"),
        bool(picture.needs) and not open_needs,
        detail,
        _edit("match-list", picture),
        _("%(n)d open") % {"n": len(open_needs)} if open_needs else "",
    )


def contents_needed(picture: Picture) -> Check:
    idle = picture.idle_elements
    return Check(
        "idle",
        _("Every cultural content has a need"),
        not idle,
        _("Nobody asked for: %(list)s") % {"list": _listed(idle)}
        if idle
        else _("None is there for its own sake."),
        _edit("match-list", picture),
        _("%(n)d idle") % {"n": len(idle)} if idle else "",
        advice=True,
    )


# --- 2 strategy -----------------------------------------------------------------------------------
def aims(picture: Picture) -> Check:
    lacking = [
        word
        for word, there in (
            (_("purpose"), picture.purpose),
            (_("a goal"), picture.goals),
            (_("a task"), picture.tasks),
        )
        if not there
    ]
    counted = [
        _("purpose written") if picture.purpose else "",
        ngettext("%(n)d goal", "%(n)d goals", picture.goals) % {"n": picture.goals},
        ngettext("%(n)d task", "%(n)d tasks", picture.tasks) % {"n": picture.tasks},
    ]
    return Check(
        "aims",
        _("Purpose, goals, tasks"),
        not lacking,
        _("Still missing: %(list)s") % {"list": _join(lacking)}
        if lacking
        else " · ".join(filter(None, counted)),
        _edit("campaign-edit", picture)
        if not picture.purpose
        else _room(picture, Phase.STRATEGY) + "#aims",
        _("%(n)d missing") % {"n": len(lacking)} if lacking else "",
    )


def audience(picture: Picture) -> Check:
    said = [
        _("%(segment)s %(n)s readers") % {"segment": segment.name, "n": f"{segment.size:,}"}
        if segment.size is not None
        else _("%(segment)s, not counted yet") % {"segment": segment.name}
        for segment in picture.segments
    ]
    detail = _("%(segments)s; holdout %(share)d %%") % {
        "segments": _join(said),
        "share": picture.holdout_percent,
    }
    return Check(
        "segments",
        _("Segments"),
        bool(picture.segments),
        detail if said else _("Nobody is addressed yet: choose at least one segment."),
        _edit("campaign-segments", picture),
        "" if said else _("none yet"),
    )


def channel_mix(picture: Picture) -> Check:
    total = picture.share
    short = ""
    if picture.plans and total != 100:
        short = (
            _("%(n)d %% lacking") % {"n": 100 - total}
            if total < 100
            else _("%(n)d %% too much") % {"n": total - 100}
        )
    return Check(
        "mix",
        _("Channel mix adds up to 100 %"),
        total == 100,
        " · ".join(f"{plan.channel} {plan.share}" for plan in picture.plans)
        or _("No channel has been chosen yet."),
        _edit("plan-edit", picture),
        short or ("" if picture.plans else _("none yet")),
    )


def budget_given(picture: Picture) -> Check:
    planned = picture.planned_cost
    ok = picture.budget is not None and planned <= picture.budget
    if picture.budget is None:
        detail, short = _("A campaign needs a budget, even if it is 0."), _("none yet")
    elif not ok:
        detail = _("The channels are planned at ¥%(planned)s, the budget is ¥%(budget)s.") % {
            "planned": f"{planned:,.0f}",
            "budget": f"{picture.budget:,.0f}",
        }
        short = _("¥%(n)s too much") % {"n": f"{planned - picture.budget:,.0f}"}
    else:
        detail = _("¥%(budget)s approved, ¥%(planned)s planned for channels") % {
            "budget": f"{picture.budget:,.0f}",
            "planned": f"{planned:,.0f}",
        }
        short = ""
    return Check("budget", _("Budget"), ok, detail, _edit("campaign-edit", picture), short)


def period_given(picture: Picture) -> Check:
    there = picture.starts_on is not None and picture.ends_on is not None
    detail = _("Give the first and the last day: the evaluation begins after the last.")
    if there:
        detail = f"{date_format(picture.starts_on)} – {date_format(picture.ends_on)}"
    return Check(
        "period",
        _("Period"),
        there,
        detail,
        _edit("campaign-edit", picture),
        "" if there else _("none yet"),
    )


# --- 3 tactics ------------------------------------------------------------------------------------
def mail_ready(picture: Picture) -> Check:
    planned = any(plan.channel.contact == "email" for plan in picture.plans)
    ready = [
        content
        for content in picture.contents
        if content.channel.contact == "email" and content.body.strip()
    ]
    if not planned:
        detail = _("The channel mix has no e-mail.")
    elif ready:
        detail = _join([content.title for content in ready])
    else:
        detail = _("E-mail is in the channel mix, but no mail has been written.")
    missing = planned and not ready
    return Check(
        "contents",
        _("Mail is written"),
        not missing,
        detail,
        _room(picture, Phase.TACTICS) + "#contents",
        _("none yet") if missing else "",
    )


def standards_set(picture: Picture) -> Check:
    n = len(picture.standards)
    return Check(
        "standards",
        _("Evaluation standards"),
        n > 0,
        ngettext("%(n)d standard; going live locks it", "%(n)d standards; going live locks them", n)
        % {"n": n}
        if n
        else _("Without a standard set before, nothing can be judged afterwards."),
        _room(picture, Phase.TACTICS) + "#standards",
        "" if n else _("none yet"),
    )


def _sourced(picture: Picture) -> str:
    return _("Every target names its source.") if picture.standards else _("No standard yet.")


def standards_sourced(picture: Picture) -> Check:
    bare = [
        standard.get_metric_display()
        for standard in picture.standards
        if not standard.source.strip()
    ]
    return Check(
        "standard-sources",
        _("Where each target comes from"),
        bool(picture.standards) and not bare,
        _("Without a source: %(list)s") % {"list": _join(bare)} if bare else _sourced(picture),
        _room(picture, Phase.TACTICS) + "#standards",
        _("%(n)d without") % {"n": len(bare)} if bare else "",
    )


def places_tracked(picture: Picture) -> Check:
    bare = [
        str(plan.channel)
        for plan in picture.plans
        if plan.channel.contact != "email" and plan.channel_id not in picture.linked_channels
    ]
    return Check(
        "links",
        _("Every channel can be measured"),
        not bare,
        _("No tracked link yet: %(list)s") % {"list": _join(bare)}
        if bare
        else _("Each has a link or a mail."),
        f"{reverse('campaigns:link-list')}?campaign={picture.pk}",
        _("%(n)d without") % {"n": len(bare)} if bare else "",
        advice=True,
    )


# --- 4 performance --------------------------------------------------------------------------------
def mail_sent(picture: Picture) -> Check:
    waiting = [content.title for content in picture.contents if content.is_draft]
    return Check(
        "sent",
        _("Mail is sent"),
        not waiting,
        _("Not launched: %(list)s") % {"list": _join(waiting)}
        if waiting
        else _("Nothing is waiting to be launched."),
        _room(picture, Phase.TACTICS) + "#contents",
        _("%(n)d waiting") % {"n": len(waiting)} if waiting else "",
        advice=True,
    )


def evaluated(picture: Picture) -> Check:
    n = picture.evaluations
    return Check(
        "evaluation",
        _("Evaluation"),
        n > 0,
        ngettext("%(n)d evaluation", "%(n)d evaluations", n) % {"n": n}
        if n
        else _("It is computed in the night after the last day, or on demand."),
        _room(picture, Phase.PERFORMANCE) + "#evaluation",
        "" if n else _("none yet"),
    )


def learned(picture: Picture) -> Check:
    return Check(
        "next-time",
        _("Next time"),
        bool(picture.next_time),
        picture.next_time or _("Closing asks what will be done differently next time."),
        _edit("campaign-close", picture),
        "" if picture.next_time else _("not said"),
    )


ASKED = {
    Phase.PREPARE: [needs_known, needs_sourced, needs_matched, contents_needed],
    Phase.STRATEGY: [aims, audience, channel_mix, budget_given, period_given],
    Phase.TACTICS: [mail_ready, standards_set, standards_sourced, places_tracked],
    Phase.PERFORMANCE: [mail_sent, evaluated, learned],
}


def _edit(name: str, picture: Picture) -> str:
    return reverse(f"campaigns:{name}", args=[picture.pk])


def _room(picture: Picture, phase: str) -> str:
    return f"{reverse('campaigns:campaign-detail', args=[picture.pk])}?phase={phase}"


def _join(words) -> str:
    return _(", ").join(str(word) for word in words)


def _listed(rows, most: int = 3) -> str:
    """The first few by name, the rest as a number."""
    named = _join(row.text for row in rows[:most])
    return (
        named
        if len(rows) <= most
        else _("%(named)s and %(n)d more") % {"named": named, "n": len(rows) - most}
    )
