"""The addresses mail comes from: which records their domains need, and what a test mail showed."""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_address

from django.conf import settings
from django.utils.translation import gettext as _

from crm.letters.models import Letter, LetterKind
from crm.library.chosen import notices_sender, promotion_sender, reply_address, return_address
from crm.setup.queries import tested

#: The kinds of test mails; one for each sender.
TESTS = (LetterKind.SENDER_TEST, LetterKind.PROMOTION_TEST)
#: Machines that no record can name: the mail server's public name is not known to the portal.
OWN_MACHINES = {"localhost", "127.0.0.1", "::1", "mail", ""}


@dataclass(frozen=True)
class DomainRecord:
    """A record in the domain name system to ask the network people for."""

    name: str
    kind: str
    value: str
    why: str


def domain_of(address: str) -> str:
    """What stands behind the @, in small letters; all of a text that has none."""
    return address.rpartition("@")[2].lower()


def records() -> list[DomainRecord]:
    """The records that the domains of both senders need, each once. Nothing is looked up.

    Of SPF, DKIM and DMARC for each domain; SPF alone for the domain that mail comes back to, where
    it is another one.
    """
    domains = dict.fromkeys(map(domain_of, (notices_sender(), promotion_sender())))
    found: list[DomainRecord] = []
    for domain in domains:
        found += _of_domain(domain)
    # What comes back goes to a domain of its own, whose mail servers check SPF there.
    way_back = domain_of(return_address())
    if way_back and way_back not in domains:
        found.append(_spf(way_back))
    return found


def _of_domain(domain: str) -> Iterator[DomainRecord]:
    """SPF, DKIM and DMARC of one domain that mail is sent from."""
    yield _spf(domain)
    yield DomainRecord(
        f"huixiang._domainkey.{domain}",
        "TXT",
        _("v=DKIM1; k=rsa; p=… (the public key that the mail server shows)"),
        _("DKIM: the mail server signs each letter, and this key proves that nobody changed it."),
    )
    yield DomainRecord(
        f"_dmarc.{domain}",
        "TXT",
        # p=none asks for reports alone: a stricter one loses letters while SPF or DKIM are wrong.
        f"v=DMARC1; p=none; rua=mailto:{reply_address()}",
        _("DMARC: what others do with letters that only pretend to be yours; they report here."),
    )


def _spf(domain: str) -> DomainRecord:
    """Which machine may send letters that name this domain as the one to return them to."""
    return DomainRecord(
        domain,
        "TXT",
        # With -all some servers would refuse letters that a mailbox passes on to another one.
        f"v=spf1 {_mail_server()} ~all",
        _("SPF: which machine may send letters of this domain."),
    )


def _mail_server() -> str:
    """How SPF names the machine that letters leave from; a gap where the portal cannot know it."""
    host = settings.EMAIL_HOST or ""
    if host in OWN_MACHINES:
        return _("a:NAME-OF-YOUR-MAIL-SERVER")
    try:
        address = ip_address(host)
    except ValueError:
        return f"a:{host}"
    return f"ip{address.version}:{address}"


@dataclass(frozen=True)
class SenderTest:
    """One sender, and the newest test mail from it; None where none was asked for."""

    kind: str
    address: str
    title: str
    letter: Letter | None

    @property
    def said(self) -> str:
        """What became of the test, in a sentence of the current language."""
        if self.letter is None:
            return _("Not tried yet.")
        return said_of(self.letter)

    @property
    def is_on_its_way(self) -> bool:
        """Whether more is going to be known in a moment; never where none was asked for."""
        return self.letter is not None and self.letter.state in WAITING


#: States of a letter of which more is going to be known.
WAITING = (Letter.State.PENDING, Letter.State.INFLIGHT)


def said_of(letter: Letter) -> str:
    """What became of a test mail, in a sentence; of one that failed also what to do.

    Of one that waits why, where it was tried already.
    """
    if letter.state == Letter.State.SENT:
        return _(
            "Your mail server took it. Look into your mailbox: is it there, and not among the"
            " unwanted mail?"
        )
    if letter.state in WAITING:
        if letter.reason:
            return _("It waits: %(reason)s. It is tried again by itself.") % {
                "reason": letter.reason_in_words
            }
        return _("It is on its way. A worker has to run for it: seconds, as a rule.")
    return _("It did not go: %(reason)s. Show this to whoever keeps the mail server.") % {
        "reason": letter.reason_in_words
    }


def sender_tests(user) -> list[SenderTest]:
    """The senders there are, each with the newest test that ``user`` asked for.

    One, where everything comes from the sender of notices; else two. One statement for each. A test
    of an address that is the sender no more is none of it.
    """
    found = [_test_of(LetterKind.SENDER_TEST, notices_sender(), _("Notices"), user)]
    if promotion_sender() != notices_sender():
        said = _("Everything else")
        found.append(_test_of(LetterKind.PROMOTION_TEST, promotion_sender(), said, user))
    return found


def some_wait(tests: list[SenderTest]) -> bool:
    """Whether more is going to be known of one of them in a moment, so that the page asks again."""
    return any(test.is_on_its_way for test in tests)


def _test_of(kind: str, address: str, title: str, user) -> SenderTest:
    """One sender with the newest test of ``user`` from this very address."""
    asked = Letter.objects.filter(kind=kind, about=tested(address), by=user)
    return SenderTest(kind, address, title, asked.order_by("-pk").first())
