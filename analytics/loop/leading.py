"""Where the rows behind an evaluation's figures are listed."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from analytics.loop.figures.shapes import ChannelResult
from campaigns.plan.models import Campaign, Standard

Metric = Standard.Metric


@dataclass(frozen=True)
class Leads:
    """Addresses of lists for one viewer; each is empty where the figure has none for them.

    ``evaluation``: key of the report, 0 where figures lead nowhere. ``opens_readers``: whether the
    viewer may open the readers who were mailed.
    """

    evaluation: int = 0
    campaign: int = 0
    surveys: tuple[int, ...] = ()
    calls: tuple[int, ...] = ()
    opens_readers: bool = False

    def _mails(self, **narrowed) -> str:
        """The mails the figures count, narrowed to some."""
        if not self.evaluation or not self.opens_readers:
            return ""
        address = reverse("analytics:evaluation-rows", args=[self.evaluation])
        if not narrowed:
            return address
        return f"{address}?{urlencode(narrowed)}"

    def _room(self, part: str) -> str:
        """A part of the campaign's room, where the campaign performs."""
        if not self.campaign:
            return ""
        address = reverse("campaigns:campaign-detail", args=[self.campaign])
        return f"{address}?phase={Campaign.Phase.PERFORMANCE.value}#{part}"

    @property
    def drawn(self) -> str:
        """The mails of both arms.

        Those drawn to be addressed, and those held out.
        """
        return self._mails(of="drawn")

    @property
    def costs(self) -> str:
        """The costs of the campaign.

        In its room, with the form that books another.
        """
        return self._room("costs")

    @property
    def mix(self) -> str:
        """The channel mix of the campaign.

        In its room, beside what each channel has brought so far.
        """
        return self._room("mix")

    @property
    def proposals(self) -> str:
        """The proposals of the campaign in the list of decisions.

        Without those that a newer evaluation replaced.
        """
        if not self.campaign:
            return ""
        return reverse("analytics:decision-list") + f"?campaign={self.campaign}"

    @property
    def waiting(self) -> str:
        """Those of them that wait for a decision.

        The same list, narrowed by its state.
        """
        if not self.campaign:
            return ""
        return f"{self.proposals}&state=proposed"

    @property
    def standards(self) -> str:
        """The standards in the report.

        A place of the report's own page.
        """
        if not self.evaluation:
            return ""
        return reverse("analytics:evaluation-detail", args=[self.evaluation]) + "#standards"

    def of_metric(self, metric: str) -> str:
        """What a standard of this metric counts.

        Mails, costs or works; for all that is asked of readers the first survey's results.
        """
        mailed = self._mails(of="readers")
        leads = {
            Metric.REACH: mailed,
            Metric.RESPONSE_RATE: mailed,
            Metric.LIFT: self.drawn,
            Metric.COST_PER_RESPONSE: self.costs,
            Metric.CONTRIBUTORS: self._works(),
        }
        return leads.get(metric, self._first_survey())

    def _works(self) -> str:
        """The works that were sent in to the campaign's first call; empty where it has none."""
        if not self.calls:
            return ""
        return reverse("feedback:call-review", args=[self.calls[0]])

    def _first_survey(self) -> str:
        """The results of the campaign's first survey; empty where it has none."""
        if not self.surveys:
            return ""
        return self.of_survey(self.surveys[0])

    def of_survey(self, survey: int) -> str:
        """The results of one survey.

        They move with every answer, while the report stays as it was read.
        """
        if not self.evaluation:
            return ""
        return reverse("feedback:survey-results", args=[survey])

    def of_channel(self, channel: ChannelResult) -> str:
        """The mails of a channel; of one that writes to nobody who is known its links."""
        if channel.response is not None:
            return self._mails(channel=channel.channel)
        if not self.campaign or not channel.links:
            return ""
        return reverse("campaigns:link-list") + f"?campaign={self.campaign}"

    def of_segment(self, segment: int) -> str:
        """The mails to the readers of a segment.

        As it was frozen at the launch; of a segment nobody chose by its members now.
        """
        return self._mails(segment=segment)

    def of_cell(self, channel: str, segment: int) -> str:
        """The mails of a channel to the readers of a segment.

        One cell of the report's table.
        """
        return self._mails(channel=channel, segment=segment)

    def of_hour(self, hour: int) -> str:
        """The mails that were sent in an hour.

        From 0 to 23, in the library's own time.
        """
        return self._mails(hour=hour)
