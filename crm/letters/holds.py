"""What single letters hold of a person."""

from django.db.models import Case, F, QuerySet, TextField, Value, When
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from core.addresses import address_key
from core.holds import AccountHold, AddressHold, Erase, Hold, Shown
from crm.letters.models import Letter, LetterKind, LetterPurpose, LetterState


def kind_in_words(code: str) -> str:
    """What caused a letter; a kind of another version by its code."""
    words = dict(LetterKind.choices)
    return str(words.get(code, code))


def state_in_words(code: str) -> str:
    """The state in the current language; ValueError for an unknown one.

    ``code`` as it is stored with the letter.
    """
    return str(LetterState(code).label)


HOLDS = [
    Hold(
        "crm.Letter",
        "reader",
        # A letter holds an address and what was written to it.
        Erase.DELETE,
        title=_("Single letters to me"),
        shown=(
            Shown(_("when"), "created_at"),
            Shown(_("address"), "address"),
            Shown(_("subject"), "subject"),
            Shown(_("text"), "text"),
            Shown(_("mailed"), "sent_at"),
        ),
        order="-created_at",
        purpose=_("to answer, and to be able to say that it was answered"),
        basis=_("service to readers"),
    ),
]
#: How ``about`` begins where it names a reader, or what is a reader's.
OF_A_READER = "crm."
#: Written to somebody without an account, or to an account: no key says whose they are. Headers
#: name the address again, and so do mail servers in their reasons. Letters past their term lose the
#: same.
NOTHING = dict.fromkeys(("address", "subject", "text", "html", "sender", "reason"), "''") | {
    "headers": "'{}'",
    "about": f"CASE WHEN about LIKE '{OF_A_READER}%' THEN '' ELSE about END",
    "state": f"CASE state WHEN '{LetterState.PENDING}' THEN '{LetterState.SKIPPED}' ELSE state END",
}
ADDRESSES = [AddressHold("crm.Letter", "address", NOTHING)]


def letters_of_account(reader) -> QuerySet:
    """Letters to an address that the person has shown to be theirs, in whichever writing.

    ``words`` is the text, and nothing where it may hold a secret that opens an account.
    """
    typed = set()
    if reader.user is not None:
        confirmed = reader.user.emailaddress_set.filter(verified=True)
        typed |= set(confirmed.values_list("email", flat=True))
    keys = {*map(str.lower, typed), *map(address_key, typed)}
    secret = When(purpose=LetterPurpose.ACCOUNT, then=Value(""))
    words = Case(secret, default=F("text"), output_field=TextField())
    found = Letter.objects.filter(reader=None).annotate(mailbox=Lower("address"), words=words)
    return found.filter(mailbox__in=keys)


ACCOUNTS = [
    AccountHold(
        "crm.Letter",
        "address",
        # That a letter went out stays in the figures of the desk; what it said goes.
        Erase.DETACH,
        title=_("Letters to my account's address"),
        shown=(
            Shown(_("when"), "created_at"),
            Shown(_("address"), "address"),
            Shown(_("kind"), "kind", kind_in_words),
            Shown(_("subject"), "subject"),
            Shown(_("text"), "words"),
            Shown(_("state"), "state", state_in_words),
            Shown(_("mailed"), "sent_at"),
        ),
        order="-created_at",
        purpose=_("so that the account can be used"),
        called=_("Single letters to addresses of accounts"),
        basis=_("service to readers"),
        find=letters_of_account,
    ),
]
