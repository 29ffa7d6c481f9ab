"""An evaluation's figures as readings of named measures.

The one place from which the report, the lists, the campaign's room, the files and the API take a
figure, its label and the sign of what is missing.
"""

from dataclasses import dataclass

from analytics.loop.effect_readings import how_often, measure_in, of_the_effect
from analytics.loop.figures.shapes import (
    ChannelResult,
    CostResult,
    HourResult,
    ResponseShare,
    Results,
    SegmentResult,
)
from analytics.loop.figures.standards import measured, why_missing
from analytics.loop.inputs.shapes import SurveyFigures
from analytics.loop.leading import Leads
from analytics.loop.measures import Figure, Measure
from analytics.loop.named import campaign, of_effort, parts
from analytics.loop.words import figure_range, figure_text
from campaigns.plan.models import Standard
from campaigns.plan.named import CHANNEL_SHARE
from core.disclosure import Count, Missing
from core.measures import NamedFigure, NamedMeasure

#: Where nobody leads to rows: a file, a sentence.
NOWHERE = Leads()


@dataclass(frozen=True)
class Readings:
    """What ``results`` say, by name; ``leads`` knows where the rows of each figure are listed.

    ``is_provisional``: the campaign's period, or the window of its readers, had not ended at the
    evaluation.
    """

    results: Results
    leads: Leads = NOWHERE
    is_provisional: bool = False

    # --- the whole campaign
    def of_metric(self, metric: str) -> NamedFigure:
        """What a standard of this metric is judged by. KeyError for one that is none."""
        measure = Measure(metric)
        named = measure_in(self.results, metric)
        figure = measured(measure, self.results, self.results.rule)
        missing = None
        if not figure.says:
            missing = why_missing(measure, self.results)
        return self.of_figure(named, figure, missing, href=self.leads.of_metric(metric))

    @property
    def metrics(self) -> list[NamedFigure]:
        """All that a standard can be set for, in the order of the metrics.

        Each is a figure, also where the campaign has no such standard: it then says why not.
        """
        return [self.of_metric(metric) for metric in Standard.Metric.values]

    @property
    def reach(self) -> NamedFigure:
        """Readers reached: different persons, each once whatever the number of their mails.

        Withheld below five.
        """
        return self.of_metric(Standard.Metric.REACH)

    @property
    def response(self) -> NamedFigure:
        """The share of the readers reached who responded.

        In percent, from 0 to 100, with its interval at the level of the results.
        """
        return self.of_metric(Standard.Metric.RESPONSE_RATE)

    @property
    def lift(self) -> NamedFigure:
        """The effect against the holdout, by the estimate that decides.

        In percentage points; not measured without a holdout or without recorded outcomes.
        """
        return self.of_metric(Standard.Metric.LIFT)

    @property
    def effect(self) -> NamedFigure:
        """The effect as lists show it: how often, where that was asked, else of shares.

        The first is in times per reader, the other in percentage points.
        """
        return how_often(self) or self.lift

    @property
    def cost_per_response(self) -> NamedFigure:
        """Yuan for each response.

        Not measured where no cost was booked: a planned cost is none.
        """
        return self.of_metric(Standard.Metric.COST_PER_RESPONSE)

    @property
    def addressed(self) -> NamedFigure:
        """Readers addressed, those held out among them.

        Different persons; withheld where the number would tell of few who were not reached.
        """
        return self._read(campaign.ADDRESSED, self.results.addressed, href=self.leads.drawn)

    @property
    def standards_met(self) -> NamedFigure:
        """Met of judged: "2/3"; "cannot say" where none could be judged."""
        attainment = self.results.attainment
        href = self.leads.standards
        if not attainment.locked:
            return self._read(campaign.STANDARDS_MET, Missing.NOT_MEASURED, href=href)
        if not attainment.judged:
            return self._read(campaign.STANDARDS_MET, Missing.CANNOT_SAY, href=href)
        text = f"{attainment.met}/{attainment.judged}"
        return self._read(campaign.STANDARDS_MET, attainment.met, text=text, href=href)

    # --- its costs
    @property
    def costs(self) -> list[NamedFigure]:
        """Cash, hours, gifts and all together; each not measured where nothing was booked.

        In yuan, but for the hours.
        """
        costs = self.results.costs
        amounts = [
            (campaign.CASH, costs.cash),
            (campaign.HOURS, costs.hours),
            (campaign.IN_KIND, costs.in_kind),
            (campaign.TOTAL_COST, costs.total),
        ]
        return [self._cost(named, amount, costs) for named, amount in amounts]

    def _cost(self, named: NamedMeasure, amount: float | None, costs: CostResult) -> NamedFigure:
        """An amount that was booked; where nothing was, a 0 would be no measurement."""
        value = amount
        if costs.total is None:
            value = Missing.NOT_MEASURED
        return self._read(named, value, href=self.leads.costs)

    @property
    def costs_are_planned(self) -> bool:
        """Whether the channels' costs are those of the plan, because none was booked: so it was
        before 0.4.
        """
        return self.results.costs.total is None and not self.results.rule.concludes

    # --- its surveys
    def of_survey(self, survey: SurveyFigures) -> list[NamedFigure]:
        """Answers, and the means the survey asks for.

        In this order: answers, satisfaction (1 to 5), net promoter score (−100 to 100).
        """
        about = f"survey:{survey.survey}"
        href = self.leads.of_survey(survey.survey)
        told = [self._read(campaign.SURVEY_ANSWERS, survey.answers, about=about, href=href)]
        means = [(campaign.SATISFACTION, survey.satisfaction), (campaign.NPS, survey.nps)]
        for named, figure in means:
            # What the survey does not ask for is no figure, not even "not measured".
            if figure is not None:
                told.append(self.of_figure(named, figure, figure.missing, about=about, href=href))
        return told

    # --- its channels
    def share(self, channel: ChannelResult) -> NamedFigure:
        """The channel's part of the plan, as it was locked.

        In whole percent; the parts of all channels make 100.
        """
        about = about_channel(channel.channel)
        return self._read(CHANNEL_SHARE, channel.share, about=about, href=self.leads.mix)

    @property
    def cost_of_channels(self) -> NamedMeasure:
        """What the channels' costs are called: booked ones, or planned ones."""
        if self.results.rule.concludes:
            return parts.CHANNEL_BOOKED
        if self.costs_are_planned:
            return parts.CHANNEL_PLANNED_COST
        return parts.CHANNEL_COST

    def of_channel(self, channel: ChannelResult) -> list[NamedFigure]:
        """Every figure of one channel, in the order of the report's table.

        Seven of them, each missing with its reason where there is none.
        """
        return [
            self.share(channel),
            self.obtained(channel),
            self.sent(channel),
            self.responses(channel),
            self.response_of(channel),
            self.cost(channel),
            self.per_effort(channel),
        ]

    def sent(self, channel: ChannelResult) -> NamedFigure:
        """Mails the channel sent; not measured where it writes to nobody who is known.

        A reader with three mails counts three times, and the measure says mails.
        """
        value = Missing.NOT_MEASURED
        if channel.sent is not None:
            value = channel.sent
        return self._of_channel(parts.CHANNEL_SENT, channel, value)

    def responses(self, channel: ChannelResult) -> NamedFigure:
        """Mails that brought a response, or followings of the channel's links.

        Not measured where the channel left neither.
        """
        value = channel.responses
        if value is None:
            value = Missing.NOT_MEASURED
        return self._of_channel(parts.CHANNEL_RESPONSES, channel, value)

    def obtained(self, channel: ChannelResult) -> NamedFigure:
        """The channel's part of all responses that are told.

        From 0 to 1; missing as its responses are, and "cannot say" where nobody responded at all.
        """
        told = [one.responses_told for one in self.results.channels]
        total = sum(filter(None, told))
        value = self.responses(channel).missing
        if value is None:
            value = Missing.CANNOT_SAY
            if total:
                value = channel.responses_told / total
        return self._of_channel(parts.CHANNEL_OBTAINED, channel, value)

    def response_of(self, channel: ChannelResult) -> NamedFigure:
        """The share of the channel's mails that brought a response.

        From 0 to 1, with its interval; not measured where it writes to nobody who is known.
        """
        if channel.response is None:
            return self._of_channel(parts.CHANNEL_RESPONSE, channel, Missing.NOT_MEASURED)
        return self.of_figure(
            parts.CHANNEL_RESPONSE,
            channel.response,
            channel.response.missing,
            about=about_channel(channel.channel),
            href=self.leads.of_channel(channel),
        )

    def cost(self, channel: ChannelResult) -> NamedFigure:
        """What was booked for the channel, or, under another name, what was planned.

        In yuan; hours count at the library's rate.
        """
        href = self.leads.costs
        if self.costs_are_planned:
            href = self.leads.mix
        value = channel.spend
        if value is None:
            value = Missing.NOT_MEASURED
        about = about_channel(channel.channel)
        return self._read(self.cost_of_channels, value, about=about, href=href)

    @property
    def effort(self) -> NamedMeasure:
        """What responses for each unit of effort are called in this evaluation.

        For each ¥100 booked, for each ¥100 planned, or for each share of the plan.
        """
        return of_effort(self.results.basis, is_planned=self.costs_are_planned)

    def per_effort(self, channel: ChannelResult) -> NamedFigure:
        """Responses for each unit of the channel's effort.

        Missing as its responses are; not measured where there was no effort.
        """
        return self.of_figure(
            self.effort,
            channel.per_effort,
            self._why_no_effort(channel),
            about=about_channel(channel.channel),
            href=self.leads.of_channel(channel),
        )

    def _why_no_effort(self, channel: ChannelResult) -> Missing | None:
        """Its responses say why, as far as they are missing; else there was no effort."""
        if channel.per_effort.says:
            return None
        return self.responses(channel).missing or Missing.NOT_MEASURED

    def _of_channel(self, named: NamedMeasure, channel: ChannelResult, value) -> NamedFigure:
        """A number of one channel."""
        href = self.leads.of_channel(channel)
        return self._read(named, value, about=about_channel(channel.channel), href=href)

    # --- its segments and hours
    def of_segment(self, segment: SegmentResult) -> NamedFigure:
        """The share of mails to a segment that brought a response.

        From 0 to 1, with its interval; segments overlap, so a mail may count in several.
        """
        return self._share(
            parts.SEGMENT_RESPONSE,
            segment.response,
            about=f"segment:{segment.pk}",
            href=self.leads.of_segment(segment.pk),
        )

    def of_cell(self, channel: str, segment: int, share: ResponseShare) -> NamedFigure:
        """The same of one channel's mails.

        ``channel`` is its code, ``segment`` the segment's key.
        """
        return self._share(
            parts.CELL_RESPONSE,
            share,
            about=f"channel:{channel} segment:{segment}",
            href=self.leads.of_cell(channel, segment),
        )

    def of_hour(self, hour: HourResult) -> NamedFigure:
        """The share of mails of one hour that brought a response.

        From 0 to 1, with its interval; hours are those of the library's own time.
        """
        return self._share(
            parts.HOUR_RESPONSE,
            hour.response,
            about=f"hour:{hour.hour}",
            href=self.leads.of_hour(hour.hour),
        )

    def _share(
        self, named: NamedMeasure, share: ResponseShare, *, about: str, href: str
    ) -> NamedFigure:
        """A share of mails, or why it is not told."""
        return self.of_figure(named, share, share.missing, about=about, href=href)

    def all(self) -> list[NamedFigure]:
        """Every figure of the report: of the campaign, its costs, channels, segments, hours and
        surveys.
        """
        told = [*self.metrics, self.addressed, self.standards_met, *self.costs]
        told += of_the_effect(self)
        for channel in self.results.channels:
            told += self.of_channel(channel)
        told += map(self.of_segment, self.results.segments)
        told += [self.of_segment(row.result) for row in self.results.unchosen_segments]
        told += map(self.of_hour, self.results.hours)
        for survey in self.results.surveys:
            told += self.of_survey(survey)
        return told

    # --- how a reading is made
    def of_figure(
        self,
        named: NamedMeasure,
        figure: Figure,
        missing: Missing | None,
        *,
        about: str = "",
        href: str = "",
    ) -> NamedFigure:
        """A figure with its interval and n; ``missing``: why it has no value."""
        if not figure.says:
            n = Count.kept(figure.n)
            # Nobody is known to be behind it: the reason stands in place of the number.
            if not figure.n:
                n = Count.without(missing)
            return self._read(named, missing, about=about, n=n, href=href)
        return self._read(
            named,
            figure.value,
            about=about,
            low=figure.low,
            high=figure.high,
            level=figure.level,
            n=figure.persons,
            interval=figure_range(figure),
            text=figure_text(figure),
            href=href,
        )

    def _read(self, named: NamedMeasure, value, **more) -> NamedFigure:
        """A reading that knows whether it is provisional."""
        return named.read(value, is_provisional=self.is_provisional, **more)


def about_channel(code: str) -> str:
    """The stable key of a channel."""
    return f"channel:{code}"
