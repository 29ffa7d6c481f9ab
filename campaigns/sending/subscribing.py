"""A content to people who are no readers: single letters beside the deliveries (docs/adr/0040).

They stand in no segment, no evaluation and no figure of readers; whether their links are followed
is not counted.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime

from django.conf import settings
from django.db.models import Case, Exists, OuterRef, Q, When
from django.utils import timezone

from campaigns.contents.models import Content
from campaigns.limits.models import LimitStop
from campaigns.limits.queries import rules_in_force
from campaigns.limits.quiet import out_of_quiet
from campaigns.sending import frequency
from campaigns.sending.letters import KIND, cause_of, content_of, letters_of
from campaigns.sending.mail import Mail, Recipient, WrittenMail, new_test_number, read_back
from core.addresses import address_key
from core.disclosure import Count
from crm.letters.claiming import LettersWait
from crm.letters.drafts import LetterDraft
from crm.letters.models import FailureCode, Letter
from crm.letters.skeleton import own_host
from crm.readers.models import Purpose, Reader
from crm.subscribers import keys
from crm.subscribers import letters as of_subscribers
from crm.subscribers.letters import LIST_ID, list_id
from crm.subscribers.models import Subscriber
from crm.subscribers.queries import reachable
from crm.subscribers.words import way_out_url

#: Stands in the model letter of a language, where each subscriber's own address goes.
SOMEBODY = "somebody@example.org"


def subscribers_asked(content: Content) -> Count | None:
    """How many subscribers a launch would write to now, before readers with the same mailbox are
    taken out; None where the content is not for them.
    """
    if not content.to_subscribers:
        return None
    due_at = content.due_at or timezone.now()
    return Count.of(len(_wanted(content, frequency.spent_mailboxes(content, due_at))))


def drafts_for(content: Content, due_at: datetime) -> list[LetterDraft]:
    """A letter for every subscriber of the purpose whose mailbox no reader of the audience reads,
    and has not had as many mails as the library sends around ``due_at``.

    None where the content is not for subscribers. Asked once the deliveries are frozen.
    """
    if not content.to_subscribers:
        return []
    taken = _mailboxes_of_readers(content) | frequency.spent_mailboxes(content, due_at)
    return list(_drafts(content, _wanted(content, taken)))


def _wanted(content: Content, taken: set[str]) -> list[Subscriber]:
    """Subscribers who asked for such letters and whose mailbox is none of these."""
    return [one for one in reachable(content.purpose) if address_key(one.address) not in taken]


def letters_to_subscribers(content: Content) -> Count | None:
    """How many letters of a launched content were mailed to subscribers; None where none was
    written.
    """
    letters = letters_of([content])
    if not letters.exists():
        return None
    return Count.of(letters.filter(state=Letter.State.SENT).count())


def why_not_mailed(letters: Iterable[Letter]) -> dict[int, str]:
    """{key of the letter: code of the reason} of those that may not be mailed (any more), judged
    just before they would leave; the settings name this function.

    Beside what holds for every letter: those of a content that is paused, or whose campaign a limit
    has stopped, wait for whoever goes on with it, and no mailbox gets more than the library sends.
    """
    judged = list(letters)
    reasons = of_subscribers.why_not_mailed(judged)
    for content, its_letters in _by_content(judged):
        addresses = {letter.pk: letter.address for letter in its_letters}
        found = dict.fromkeys(frequency.over_the_cap(content, addresses), FailureCode.FREQUENCY)
        # What may go on later is not at an end.
        if content.is_held:
            found |= dict.fromkeys(addresses, FailureCode.HELD_BACK)
        # A refusal of the person's own outranks what may change again.
        reasons = found | reasons
    return reasons


def _by_content(letters: list[Letter]) -> Iterator[tuple[Content, list[Letter]]]:
    """The letters to subscribers by their content, which knows whether it is held (``is_held``);
    letters of any other kind are left out. Takes one statement.
    """
    found: dict[int, list[Letter]] = defaultdict(list)
    for letter in letters:
        if letter.kind == KIND:
            found[content_of(letter)].append(letter)
    stops = LimitStop.objects.filter(campaign=OuterRef("campaign"), resumed_at__isnull=True)
    held = Case(When(Q(state=Content.State.PAUSED) | Exists(stops), then=True), default=False)
    for content in Content.objects.filter(pk__in=list(found)).annotate(is_held=held):
        yield content, found[content.pk]


def waits_now() -> LettersWait | None:
    """Which letters wait in quiet hours for their end: those of promotional contents. None at any
    other time; the settings name this function.
    """
    now = timezone.now()
    until = out_of_quiet(now, rules_in_force())
    if until == now:
        return None
    waiting = Letter.objects.filter(kind=KIND, state=Letter.State.PENDING)
    contents = set(map(content_of, waiting.order_by("about").distinct("about")))
    promotion = Content.objects.filter(pk__in=contents).exclude(purpose=Purpose.NOTICES)
    return LettersWait(KIND, list(map(cause_of, promotion.only("pk"))), until)


def _mailboxes_of_readers(content: Content) -> set[str]:
    """Mailboxes of readers for whom the launch wrote a row: they get the mail, are held out of it,
    or have had as many as the library sends. One mailbox has one share.
    """
    share = Reader.objects.filter(deliveries__content=content)
    return set(map(address_key, share.values_list("email", flat=True)))


def _drafts(content: Content, subscribers: list[Subscriber]) -> Iterator[LetterDraft]:
    """A letter for each of them: the model letter of the language with a way out of their own."""
    models: dict[str, tuple[WrittenMail, str]] = {}
    for one in subscribers:
        if one.language not in models:
            models[one.language] = _model_letter(content, one.language)
        yield _draft(content, one, *models[one.language])


def _model_letter(content: Content, language: str) -> tuple[WrittenMail, str]:
    """(what a mail in the language says to somebody without a name, the way out that it names)."""
    recipient = Recipient(
        pk=new_test_number(), email=SOMEBODY, name="", campus_id=None, kind="", language=language
    )
    mail = Mail(content, language, tracked=False).write(recipient)
    return read_back(mail), f"{settings.BASE_URL}/u/{recipient.way_out}/"


def _draft(content: Content, to: Subscriber, model: WrittenMail, way_out: str) -> LetterDraft:
    """The model letter for one subscriber, with their own way out wherever it has ``way_out``."""
    own_way_out = way_out_url(keys.way_out(bytes(to.digest)), content.purpose)
    headers = {name: said.replace(way_out, own_way_out) for name, said in model.headers.items()}
    return LetterDraft(
        to=to.address,
        language=to.language,
        subject=model.subject,
        text=model.text.replace(way_out, own_way_out),
        html=model.html.replace(way_out, own_way_out),
        sender=model.sender,
        headers={**headers, LIST_ID: list_id(content.purpose, own_host())},
        # Letters are unique by this, so one content never writes to a subscriber twice.
        once=f"subscriber/{content.pk}/{to.pk}",
    )
