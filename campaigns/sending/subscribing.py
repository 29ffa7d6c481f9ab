"""A content to people who are no readers: single letters beside the deliveries (docs/adr/0040).

They stand in no segment, no evaluation and no figure of readers; whether their links are followed
is not counted.
"""

from collections.abc import Iterator

from django.conf import settings

from campaigns.contents.models import Content
from campaigns.sending.mail import Mail, Recipient, WrittenMail, new_test_number, read_back
from campaigns.sending.models import Delivery
from core.addresses import address_key
from core.disclosure import Count
from crm.letters.drafts import LetterDraft
from crm.letters.models import Letter, LetterKind
from crm.letters.skeleton import own_host
from crm.readers.models import Reader
from crm.subscribers import keys
from crm.subscribers.letters import LIST_ID, list_id
from crm.subscribers.models import Subscriber
from crm.subscribers.queries import reachable
from crm.subscribers.words import way_out_url

KIND = LetterKind.PROMOTION_SUBSCRIBERS
#: In these states a reader's mailbox gets the mail, or was drawn to get none.
HAS_ITS_SHARE = (Delivery.State.PENDING, Delivery.State.HOLDOUT)
#: Stands in the model letter of a language, where each subscriber's own address goes.
SOMEBODY = "somebody@example.org"


def subscribers_asked(content: Content) -> Count | None:
    """How many subscribers a launch would write to, before readers with the same mailbox are taken
    out; None where the content is not for them.
    """
    if not content.to_subscribers:
        return None
    return Count.of(len(reachable(content.purpose)))


def drafts_for(content: Content) -> list[LetterDraft]:
    """A letter for every subscriber of the purpose whose mailbox no reader of the audience reads;
    none where the content is not for subscribers. Asked once the deliveries are frozen.
    """
    if not content.to_subscribers:
        return []
    taken = _mailboxes_of_readers(content)
    wanted = [one for one in reachable(content.purpose) if address_key(one.address) not in taken]
    return list(_drafts(content, wanted))


def letters_to_subscribers(content: Content) -> Count | None:
    """How many letters of a launched content were mailed to subscribers; None where none was
    written.
    """
    letters = Letter.objects.filter(about=cause_of(content), kind=KIND)
    if not letters.exists():
        return None
    return Count.of(letters.filter(state=Letter.State.SENT).count())


def cause_of(content: Content) -> str:
    """What the letters name as their cause."""
    return f"campaigns.content:{content.pk}"


def _mailboxes_of_readers(content: Content) -> set[str]:
    """Mailboxes of readers who get the mail, or are held out of it: one mailbox has one share."""
    share = Reader.objects.filter(deliveries__content=content, deliveries__state__in=HAS_ITS_SHARE)
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
