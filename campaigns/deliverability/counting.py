"""What became of the mails of the last days, by sender and by domain, as numbers."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

import idna
from django.db import connection

from campaigns.returns.models import ReturnedMail, ReturnKind
from campaigns.sending.models import Delivery
from core.addresses import address_key, ascii_domain
from crm.letters.models import Letter, LetterKind, LetterPurpose
from crm.letters.outcomes import Outcome, outcome_of, outcome_of_status
from crm.readers.models import ContactChannel, Purpose

State = Delivery.State
#: Mails of campaigns that a mail server has answered since a moment, each in the domain of the
#: address it went to: a reader may have another one by now. ``status`` is that of a bounce that
#: came back later, null where none did.
MAILS = f"""
SELECT c.purpose <> '{Purpose.NOTICES}' AS promotion,
       lower(split_part(coalesce(former.address, r.email, ''), '@', 2)) AS domain,
       d.reader_id,
       CASE WHEN d.state = '{State.SENT}' THEN '' ELSE d.reason END AS reason,
       bounce.status,
       complaint.id IS NOT NULL AS complained,
       coalesce(d.sent_at >= %(measured)s, false) AS measured
FROM campaigns_delivery d
JOIN campaigns_content c ON c.id = d.content_id
LEFT JOIN crm_reader r ON r.id = d.reader_id
LEFT JOIN campaigns_returnedmail bounce
    ON bounce.delivery_id = d.id AND bounce.kind = '{ReturnKind.BOUNCE}'
LEFT JOIN campaigns_returnedmail complaint
    ON complaint.delivery_id = d.id AND complaint.kind = '{ReturnKind.COMPLAINT}'
LEFT JOIN LATERAL (
    SELECT f.address
    FROM crm_formeraddress f
    WHERE f.reader_id = d.reader_id
      AND f.channel = '{ContactChannel.EMAIL}'
      AND f.until > coalesce(d.sent_at, d.due_at)
    ORDER BY f.until
    LIMIT 1
) former ON true
WHERE (c.finished_at IS NULL OR c.finished_at >= %(since)s)
  AND coalesce(d.sent_at, d.due_at) >= %(since)s
  AND (d.state IN ('{State.SENT}', '{State.FAILED}')
       OR d.state = '{State.PENDING}' AND d.attempts > 0)
  AND (%(campus)s::integer IS NULL OR r.campus_id = %(campus)s::integer)
"""
#: A server's words name the address, so there may be as many groups as refusals, and no more.
GROUPED = f"""
SELECT promotion, domain, reason, status, complained, measured, count(*)
FROM ({MAILS}) mails
GROUP BY 1, 2, 3, 4, 5, 6
"""
#: How many readers got mail in each domain: one of too few has no line on the page.
PERSONS = f"SELECT domain, count(DISTINCT reader_id) FROM ({MAILS}) mails GROUP BY 1"
#: Letters to people who are no readers, and to those who have just asked to be subscribers.
TO_SUBSCRIBERS = (LetterKind.PROMOTION_SUBSCRIBERS, LetterKind.ACCOUNT_SUBSCRIPTION)
#: How a mail that a server answered may stand in the row of a letter.
ANSWERED = [Letter.State.SENT, Letter.State.FAILED, Letter.State.PENDING]


@dataclass
class MailCounts:
    """Mails of one sender or domain: by what came of them, reported as spam, and accepted since it
    is known what is reported. ``persons``: how many got them.
    """

    outcomes: dict[Outcome, int] = field(default_factory=lambda: dict.fromkeys(Outcome, 0))
    complaints: int = 0
    measured: int = 0
    persons: int = 0

    @property
    def sent(self) -> int:
        """Mails that were handed over and answered, whatever the answer: all outcomes together."""
        return sum(self.outcomes.values())

    def add(self, mail: "Mails") -> None:
        """Count mails that are alike; complaints only where it is known what came back."""
        self.outcomes[mail.outcome] += mail.n
        if mail.measured:
            self.measured += mail.n
            self.complaints += mail.n * mail.complained

    def join(self, other: "MailCounts") -> None:
        """Take another one's numbers in; persons are taken for different ones."""
        for outcome, n in other.outcomes.items():
            self.outcomes[outcome] += n
        self.complaints += other.complaints
        self.measured += other.measured
        self.persons += other.persons


@dataclass(frozen=True)
class Mails:
    """``n`` mails that are alike. ``measured``: accepted, and it is known what came back of it.
    ``to_subscribers``: to people who are no readers.
    """

    promotion: bool
    domain: str
    outcome: Outcome
    complained: bool
    measured: bool
    n: int
    to_subscribers: bool = False


@dataclass(frozen=True)
class CountedMails:
    """By sender (True: promotion) and by domain in ASCII; an empty one is of erased readers.

    ``with_subscribers``: letters to people who are no readers are among them, so that nobody may
    open everybody who is counted.
    """

    senders: dict[bool, MailCounts]
    domains: dict[str, MailCounts]
    with_subscribers: bool = False


def count_mails(
    since: datetime, measured: datetime | None, campus: int | None = None
) -> CountedMails:
    """What became of the mails that went since; of the readers of one ``campus`` where one is
    given. ``measured``: since when it is known what comes back, None where it never was.

    Exact numbers, not yet fit for anybody's eyes. Domains of no answered mail are left out. Takes
    five statements.
    """
    asked = {"since": since, "measured": measured, "campus": campus}
    # Both are there even without mails, in the order in which the page names them.
    senders = {False: MailCounts(), True: MailCounts()}
    domains: dict[str, MailCounts] = defaultdict(MailCounts)
    written_to: dict[str, set[str]] = defaultdict(set)
    letters = list(_of_letters(asked, written_to))
    for mails in [*_of_campaigns(asked), *letters]:
        senders[mails.promotion].add(mails)
        domains[mails.domain].add(mails)
    for domain, persons in _persons(asked):
        # Two writings of one domain are two groups to SQL.
        domains[_domain_key(domain)].persons += persons
    for domain, addresses in written_to.items():
        # Whoever got a letter may have got a campaign's mail as well: never counted twice.
        domains[domain].persons = max(domains[domain].persons, len(addresses))
    return CountedMails(
        senders,
        {name: tally for name, tally in domains.items() if tally.sent},
        with_subscribers=any(mails.to_subscribers for mails in letters),
    )


def _of_campaigns(asked: dict) -> Iterator[Mails]:
    """Mails of campaigns, grouped by what came of them; without those that no server answered."""
    with connection.cursor() as cursor:
        cursor.execute(GROUPED, asked)
        rows = cursor.fetchall()
    for promotion, domain, reason, status, complained, measured, n in rows:
        outcome = _outcome(reason, status)
        if outcome is not None:
            yield Mails(promotion, _domain_key(domain), outcome, complained, measured, n)


def _persons(asked: dict) -> list[tuple[str, int]]:
    """(domain as it is written, how many readers got a campaign's mail there). One statement."""
    with connection.cursor() as cursor:
        cursor.execute(PERSONS, asked)
        return cursor.fetchall()


def _outcome(reason: str, status: str | None) -> Outcome | None:
    """Of one mail: accepted and nothing came back, came back later, or refused at once. None where
    no mail server answered it.
    """
    if reason:
        return outcome_of(reason)
    if status is None:
        return Outcome.ACCEPTED
    return outcome_of_status(status)


def _of_letters(asked: dict, written_to: dict[str, set[str]]) -> Iterator[Mails]:
    """Single letters, one by one: they are few. Each is the sender's that it left from.
    ``written_to`` takes their addresses in.
    """
    letters = Letter.objects.filter(created_at__gte=asked["since"], state__in=ANSWERED)
    if asked["campus"] is not None:
        letters = letters.filter(reader__campus=asked["campus"])
    returned = ReturnedMail.objects.filter(letter__isnull=False, at__gte=asked["since"])
    came_back = dict(returned.filter(kind=ReturnKind.BOUNCE).values_list("letter", "status"))
    complained = set(returned.filter(kind=ReturnKind.COMPLAINT).values_list("letter", flat=True))
    for pk, address, state, reason, sent_at, kind in letters.values_list(
        "pk", "address", "state", "reason", "sent_at", "kind"
    ):
        outcome = _outcome_of_letter(state, reason, came_back.get(pk))
        if outcome is None:
            continue
        # The last @ divides: a local part in quotes may hold another one.
        domain = _domain_key(address.rpartition("@")[2])
        written_to[domain].add(address_key(address))
        # Before returned mail was taken in, a report of spam went unseen: its absence says nothing.
        measured = None not in (sent_at, asked["measured"]) and sent_at >= asked["measured"]
        promotion = LetterKind.purpose_of(kind) == LetterPurpose.PROMOTION
        yield Mails(
            promotion, domain, outcome, pk in complained, measured, 1, kind in TO_SUBSCRIBERS
        )


def _outcome_of_letter(state: str, reason: str, status: str | None) -> Outcome | None:
    """As ``_outcome``, of a single letter: one that was sent has no reason that counts."""
    if state == Letter.State.SENT:
        return _outcome("", status)
    return outcome_of(reason)


def _domain_key(domain: str) -> str:
    """One domain in two writings is one: in ASCII, or in small letters where it has no such form.
    Empty for an address without one.
    """
    try:
        return ascii_domain(domain)
    except idna.IDNAError:
        return domain.lower()
