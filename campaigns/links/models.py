"""Tracked links: one stored row per placement of a content, a poster or a post."""

import secrets
from collections import defaultdict, deque
from operator import attrgetter

from django.db import models
from django.db.models import Case, F, OuterRef, Q, Subquery, When
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from campaigns.contents.models import Content
from campaigns.contents.targets import check_links, check_target
from campaigns.plan.models import Campaign, CampaignPartQuerySet, Channel
from core.columns import keys_of
from core.disclosure.annotations import CountOutput

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
CODE_LENGTH = 8
LONGEST_PLACEMENT = 120


def new_code() -> str:
    """Eight letters and digits without the ones people confuse: 31^8 codes."""
    return "".join(secrets.choice(LETTERS) for _each in range(CODE_LENGTH))


def match(targets: list[str], stored: list) -> list:
    """For each anchor its stored link or None where there is no more; as long as ``targets``.

    The k-th anchor to a target belongs to the k-th link stored for it, by the age of the links.
    """
    free = defaultdict(deque)
    for link in sorted(stored, key=attrgetter("pk")):
        free[link.target].append(link)

    matched = []
    for target in targets:
        link = None
        if free[target]:
            link = free[target].popleft()
        matched.append(link)
    return matched


class TrackedLinkQuerySet(CampaignPartQuerySet):
    def place(self, content: Content) -> list:
        """Give every tracked anchor of ``content`` its stored link and return them in order:
        ``content.links.place``. ValidationError for a target that no link may have.

        A link that no anchor uses any more goes, unless it may already be in somebody's mail.
        """
        anchors = check_links(content.body)
        targets = [target for target, _label in anchors]
        stored = match(targets, list(content.links.all()))

        links = []
        pairs = zip(anchors, stored, strict=True)
        for position, ((target, label), link) in enumerate(pairs, start=1):
            placement = f"{position} · {label or target}"[:LONGEST_PLACEMENT]
            if link is None:
                link = self.place_one(
                    campaign=content.campaign,
                    channel=content.channel,
                    content=content,
                    placement=placement,
                    target=target,
                )
            else:
                link.move_to(placement)
            links.append(link)

        # Once launched, a link that no anchor uses any more may be in somebody's mail.
        if content.is_draft:
            used = keys_of(links)
            content.links.exclude(pk__in=used).delete()
        return links

    def leading_elsewhere(self):
        """The different targets that are no pages of this site, by the alphabet; what a browser
        might take for another host is among them.
        """
        # Browsers take a backslash for a slash, and leave tabs and ends of lines out.
        elsewhere = self.exclude(target__regex=r"^/(?!/)[^\\[:cntrl:]]*$").order_by("target")
        return elsewhere.values_list("target", flat=True).distinct()

    def with_traffic(self, viewer):
        """Links with ``readers``, the different ones who followed it, and ``visits``.

        A mail's link has readers: who comes without a key, or comes again, is not one more of
        them. Any other has visits, which are no persons: nobody knows who followed it. What a link
        does not have was not measured. ``machines``: followings left out because a machine made
        them, or seems to have. Staff of one campus are told of its readers alone.
        """
        is_in_a_mail = Q(content__isnull=False)
        same = self.model.objects.filter(pk=OuterRef("pk")).order_by().values("pk")
        told = Q()
        if viewer.campus_id:
            told = Q(click_rows__delivery__reader__campus=viewer.campus_id)
        by_persons = told & Q(click_rows__left_out=LeftOut.NOT)
        different = models.Count("click_rows__delivery", distinct=True, filter=by_persons)
        readers = Subquery(same.annotate(n=different).values("n"))
        by_machines = told & Q(click_rows__left_out__in=LeftOut.machines())
        machines = same.annotate(n=models.Count("click_rows", filter=by_machines)).values("n")
        return self.annotate(
            readers=Case(When(is_in_a_mail, then=readers), output_field=CountOutput()),
            visits=Case(When(~is_in_a_mail, then=F("clicks") - F("left_out"))),
            machines=Subquery(machines, output_field=CountOutput()),
        )

    def place_one(
        self, *, campaign, channel, placement: str, target: str, content: Content | None = None
    ):
        """Store one placement under a new code and return it. ValidationError for a target that no
        link may have.

        A mail's link to this site carries the reader's key, so that a survey knows who answers.
        """
        target = check_target(target)
        # A key names its reader, so it is handed to pages of this site alone.
        carries_key = content is not None and target.startswith("/")
        return self.create(
            code=new_code(),
            campaign=campaign,
            channel=channel,
            content=content,
            placement=placement,
            target=target,
            carries_key=carries_key,
        )


class LeftOut(models.TextChoices):
    """Why a click is in no figure. Codes are kept in rows, so they never change."""

    NOT = "", _("counted")
    ROBOT = "robot", _("a program that says so itself")
    PREVIEW = "preview", _("fetched as a preview")
    SENDING = "sending", _("within seconds of sending")
    ALL_LINKS = "all-links", _("all or most links at once")
    ASKED = "asked", _("the address was asked for first")
    WAY_OUT = "way-out", _("together with the page for leaving")
    CROWD = "crowd", _("from where many mails were opened by machine")
    SERIES = "series", _("one mail after the other from one place")
    SWARM = "swarm", _("most mails at once from one place")
    AGAIN = "again", _("again on the same day")

    @classmethod
    def machines(cls) -> list[str]:
        """The codes of all but what counts and what a person did once more."""
        return [code for code in cls.values if code not in (cls.NOT, cls.AGAIN)]


class MissedClicks(models.Model):
    """How many clicks of a day no journal could take: the disk was full. They are in no figure."""

    day = models.DateField(primary_key=True)
    n = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("missed clicks")
        verbose_name_plural = _("missed clicks")

    def __str__(self):
        return str(self.day)


class TrackedLink(models.Model):
    """A short link for one placement. Only ``code`` travels; the target is stored here and cannot
    be changed by a URL.

    ``carries_key`` appends the recipient's signed key to a target on this site (a survey
    invitation). ``clicks`` counts every following, also by one reader again and without a key;
    ``left_out`` those of them that are in no figure.
    """

    code = models.CharField(max_length=12, unique=True)
    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="links")
    content = models.ForeignKey(
        Content, models.CASCADE, null=True, blank=True, related_name="links"
    )
    channel = models.ForeignKey(
        Channel, models.PROTECT, related_name="links", verbose_name=_("channel")
    )
    placement = models.CharField(_("placement"), max_length=LONGEST_PLACEMENT)
    target = models.CharField(pgettext_lazy("of a link", "target"), max_length=500)
    carries_key = models.BooleanField(default=False)
    clicks = models.PositiveIntegerField(default=0)
    left_out = models.PositiveIntegerField(default=0, db_default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = TrackedLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("tracked link")
        verbose_name_plural = _("tracked links")
        ordering = ["pk"]

    def __str__(self):
        return self.placement

    def get_absolute_url(self):
        return f"/go/{self.code}"

    def move_to(self, placement: str) -> None:
        """Say where the anchor stands now; nothing is written where it has not moved."""
        if self.placement == placement:
            return
        self.placement = placement
        self.save(update_fields=["placement"])
