"""The limits that stop a campaign by themselves: mails that cannot be delivered, reports of spam.

A campaign's mails are looked at together, its letters to subscribers among them. Whoever went on
after a stop has taken in what stood then: only what comes after is looked at (``LimitStop.then``).

What a few say is no share: whatever it is of so many mails, it takes ``SEVERAL`` bounces, or
reports of spam from as many mailboxes.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.contents.models import Content
from campaigns.limits.models import SEVERAL, LimitStop, MailRules
from campaigns.limits.queries import last_stop, rules_in_force
from campaigns.plan.models import Campaign
from campaigns.sending.letters import KIND, cause_of, letters_of
from campaigns.sending.models import Delivery
from core.addresses import address_key
from core.numbers import number, percent
from crm.letters import claiming, smtp
from crm.letters.models import Letter
from crm.letters.outcomes import Outcome, outcome_of, outcome_of_status
from crm.staff import audit
from crm.staff.models import User
from crm.staff.words import AuditAction

State = Delivery.State
Trouble = LimitStop.Trouble
#: What ``campaigns.returns`` keeps of a mail, by its relation to a delivery: that room is a later
#: one.
CAME_BACK, SPAM = "bounce", "complaint"

#: What a stop says, by its trouble and whether it says how many.
FOUND = {
    (Trouble.BOUNCES, True): gettext_lazy(
        "%(share)s of %(n)s mails could not be delivered; the library's limit is %(limit)s %%."
    ),
    (Trouble.COMPLAINTS, True): gettext_lazy(
        "%(share)s of %(n)s accepted mails were reported as spam; the library's limit is"
        " %(limit)s %%."
    ),
    (Trouble.BOUNCES, False): gettext_lazy(
        "More mails could not be delivered than the library's limit of %(limit)s %% allows."
    ),
    (Trouble.COMPLAINTS, False): gettext_lazy(
        "More mails were reported as spam than the library's limit of %(limit)s %% allows."
    ),
}


@dataclass
class Troubles:
    """Mails of a campaign: answered for good by a mail server, those of them that have no mailbox
    to go to, accepted ones, and the different mailboxes that reported any of them as spam.
    """

    answered: int = 0
    permanent: int = 0
    accepted: int = 0
    complaints: int = 0

    def of(self, trouble: str) -> tuple[int, int]:
        """(mails in this trouble, mails looked at)"""
        if trouble == Trouble.COMPLAINTS:
            return self.complaints, self.accepted
        return self.permanent, self.answered

    def as_json(self) -> dict[str, list[int]]:
        """What a stop keeps when it ends, as ``passed`` takes it: {trouble: [found, n]}."""
        return {str(trouble): list(self.of(trouble)) for trouble in Trouble}

    def note(self, kind: str, reason: str) -> None:
        """One more answer of a mail server; one that says nothing of the mail for good changes
        nothing.
        """
        if kind == smtp.Answer.SENT:
            self.answered += 1
            self.accepted += 1
        elif kind == smtp.Answer.REFUSED:
            outcome = outcome_of(reason)
            self.answered += outcome is not None
            self.permanent += outcome is Outcome.PERMANENT

    def note_rows(self, rows: QuerySet, came_back: Iterable[str]) -> None:
        """Count deliveries, or letters, as they stand; ``came_back``: the enhanced status of each
        that was accepted first. Takes two statements.
        """
        failed = rows.filter(state=State.FAILED).values_list("reason").annotate(n=Count("pk"))
        for reason, n in failed:
            outcome = outcome_of(reason)
            self.answered += n * (outcome is not None)
            self.permanent += n * (outcome is Outcome.PERMANENT)
        gone = rows.filter(state=State.SENT).count()
        self.accepted += gone
        # Those that came back later are among these already.
        self.answered += gone
        self.permanent += list(map(outcome_of_status, came_back)).count(Outcome.PERMANENT)


def troubles_of(campaign: int) -> Troubles:
    """What stands in the rows of a campaign now, by its id, all of its contents together. Takes
    nine statements.
    """
    found = Troubles()
    rows = Delivery.objects.filter(content__campaign=campaign)
    later = rows.filter(state=State.SENT, returns__kind=CAME_BACK)
    found.note_rows(rows, later.values_list("returns__status", flat=True))

    letters = letters_of(_contents_of(campaign))
    gone = letters.filter(state=Letter.State.SENT).values("pk")
    returns = Delivery._meta.get_field("returns").related_model.objects.filter(letter__in=gone)
    later = returns.filter(kind=CAME_BACK)
    found.note_rows(letters, later.values_list("status", flat=True))

    reported = letters.filter(pk__in=returns.filter(kind=SPAM).values("letter"))
    by_readers = rows.filter(returns__kind=SPAM).values_list("pk", "reader__email")
    found.complaints = len(_mailboxes([*by_readers, *reported.values_list("pk", "address")]))
    return found


def _contents_of(campaign: int) -> list[int]:
    """Keys of all contents of a campaign, whatever became of them."""
    return list(Content.objects.filter(campaign=campaign).values_list("pk", flat=True))


def _mailboxes(reported: Iterable[tuple[int, str | None]]) -> set[str]:
    """The different mailboxes of (key of a mail, address it went to); who was erased since is one
    of their own with each mail.
    """
    return {address_key(address) if address else str(pk) for pk, address in reported}


@dataclass(frozen=True)
class PassedLimit:
    """A limit that was passed: so many of ``n`` mails, where ``limit`` percent was the most."""

    trouble: str
    found: int
    n: int
    limit: Decimal


def passed(troubles: Troubles, rules: MailRules, then: dict[str, list[int]]) -> PassedLimit | None:
    """The first limit that is passed, after what stood ``then``; None where all hold.

    A share that is the limit itself has passed it, where it is that of several.
    """
    limits = {Trouble.BOUNCES: rules.bounce_limit, Trouble.COMPLAINTS: rules.complaint_limit}
    for trouble, limit in limits.items():
        known, known_of = then.get(trouble, (0, 0))
        found, n = troubles.of(trouble)
        found, n = found - known, n - known_of
        if limit is None or n < rules.least_mails or found < SEVERAL:
            continue
        if found * 100 >= limit * n:
            return PassedLimit(trouble, found, n, limit)
    return None


class Watch:
    """What one run knows of its campaign's bounces: what stood at its beginning, and its own.

    Other runs may know of more, so it says only when to look; ``stop_where_passed`` decides.
    """

    def __init__(self, campaign: int):
        """``campaign`` is its key. Reads what stood after its last stop, and what there is now."""
        rules = rules_in_force()
        self.then = _then(campaign)
        self.troubles = troubles_of(campaign)
        self.is_alarmed = passed(self.troubles, rules, self.then) is not None
        # Asked after every mail, so in whole numbers: a limit is in hundredths of a percent.
        self.limit, self.least = rules.bounce_limit, rules.least_mails
        self.hundredths = round((self.limit or 0) * 100)
        self.known, self.known_of = self.then.get(Trouble.BOUNCES, (0, 0))

    def note(self, kind: str, reason: str) -> bool:
        """One more answer of a mail server; whether it is time to look."""
        self.troubles.note(kind, reason)
        found = self.troubles.permanent - self.known
        n = self.troubles.answered - self.known_of
        if self.limit is not None and n >= self.least:
            self.is_alarmed = found >= SEVERAL and found * 10_000 >= self.hundredths * n
        return self.is_alarmed


def _then(campaign: int) -> dict[str, list[int]]:
    """What stood when the campaign went on after its last stop; empty where none stopped it."""
    stop = last_stop(campaign)
    if stop is None:
        return {}
    return stop.then


@transaction.atomic
def stop_where_passed(campaign: int) -> LimitStop | None:
    """Pause what is being sent of a campaign whose limit is passed, with an audit row, and hold its
    letters to subscribers back; None where nothing is stopped. Who answers for it gets a letter by
    the next sweep (``tell_of_stops``).
    """
    # Of two runs that see it at once the second finds nothing that is being sent.
    stopped = Campaign.objects.select_for_update(of=("self",), no_key=True).get(pk=campaign)
    sending = Content.objects.filter(campaign=campaign, state=Content.State.SENDING)
    # Read now, since the update below leaves this query without rows.
    contents = list(sending.order_by("pk").values_list("pk", flat=True))
    if not contents:
        return None
    found = passed(troubles_of(campaign), rules_in_force(), _then(campaign))
    if found is None:
        return None

    # The new time of change is the version a run compiled: older runs claim nothing more.
    sending.update(state=Content.State.PAUSED, updated_at=timezone.now())
    claiming.hold_back(map(cause_of, _contents_of(campaign)), KIND)
    stop = LimitStop.objects.create(
        campaign=stopped,
        trouble=found.trouble,
        contents=contents,
        found=found.found,
        n=found.n,
        limit=found.limit,
    )
    audit.record(
        action=AuditAction.CAMPAIGN_LIMIT,
        by=None,
        on=stopped,
        trouble=str(found.trouble),
        limit=str(found.limit),
    )
    return stop


def stop_all_where_passed() -> None:
    """Stop every campaign of which something is being sent and whose limit is passed."""
    sending = Content.objects.filter(state=Content.State.SENDING)
    for campaign in sorted(set(sending.values_list("campaign", flat=True))):
        stop_where_passed(campaign)


def answerable(stop: LimitStop) -> list[User]:
    """Who owns the campaign or launched what was being sent, may sign in and has an address; each
    person once.
    """
    launched = Content.objects.filter(pk__in=stop.contents)
    people = {stop.campaign.owner_id, *launched.values_list("launched_by", flat=True)}
    return list(User.objects.filter(is_active=True, pk__in=people).exclude(email="").order_by("pk"))


def stop_in_words(stop: LimitStop, viewer: User) -> str:
    """What was found where, as ``viewer`` may be told it, and that a person decides."""
    ends = _("Nothing more is sent until somebody says why it goes on.")
    values = {"limit": number(stop.limit, 2), "n": number(stop.n), "share": percent(stop.share, 2)}
    # Whoever is told of one campus's readers could take these off the number of all; and who knows
    # of every reader, the readers off those of whom nobody is told.
    is_told = viewer.campus_id is None and not counts_subscribers(stop)
    kind = (stop.trouble, is_told)
    return f"{FOUND[kind] % values} {ends}"


def bounces_as_told(campaign: int, viewer: User) -> tuple[int, int] | None:
    """(mails that cannot be delivered, mails looked at) of a campaign since it went on after its
    last stop. Eleven statements at most.

    None where ``viewer`` may not be told, and where it is not known: of readers who were erased
    since the stop nothing is counted any more, so fewer may be there now than were then.
    """
    # As of a stop: the numbers are of all readers, and subscribers are nobody's to know exactly.
    writes_to_others = _wrote_to_subscribers().filter(campaign=campaign).exists()
    if viewer.campus_id is not None or writes_to_others:
        return None
    found, n = troubles_of(campaign).of(Trouble.BOUNCES)
    known, known_of = _then(campaign).get(Trouble.BOUNCES, (0, 0))
    if found < known or n < known_of:
        return None
    return found - known, n - known_of


def counts_subscribers(stop: LimitStop) -> bool:
    """Whether letters to people who are no readers are among the mails that a stop counted; their
    number is nobody's to know exactly.
    """
    return _wrote_to_subscribers().filter(campaign=stop.campaign_id).exists()


def stops_as_told() -> QuerySet[LimitStop]:
    """Stops by limits, the newest first, with ``counts_subscribers`` of each."""
    theirs = _wrote_to_subscribers().filter(campaign=OuterRef("campaign"))
    stops = LimitStop.objects.select_related("campaign", "resumed_by")
    return stops.annotate(counts_subscribers=Exists(theirs))


def _wrote_to_subscribers() -> QuerySet[Content]:
    """Launched contents that went to subscribers as well."""
    return Content.objects.filter(to_subscribers=True, launched_at__isnull=False)
