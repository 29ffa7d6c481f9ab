"""What is held of the account a person signs in with, and what the audit trail says of them."""

from datetime import datetime

from django.db.models import Case, CharField, F, Func, JSONField, Min, Q, QuerySet, Value, When
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.holds import AccountHold, Erase, Shown, Unknowable
from crm.staff import guesses
from crm.staff.models import AuditEvent, GuessCounter, User
from crm.staff.words import AuditAction, in_words, suspicion_in_words

ACCESS = _("so that only the person themself gets in")
TRACE = _("to be able to say who did what")
SERVICE = _("service to readers")
DUTY = _("legal duty")


def account_of(reader) -> QuerySet:
    """The account, with since when it asks for a second factor."""
    found = User.objects.filter(pk=reader.user_id)
    return found.annotate(second_factor=Min("authenticator__created_at"))


def wrong_entries_of(reader) -> QuerySet:
    """The counters of wrong entries about the account.

    Those about passwords and codes, and those after a reset mail; none for a reader without an
    account.
    """
    if reader.user is None:
        return GuessCounter.objects.none()
    keys = [guesses.key_of(reader.user), guesses.key_after_reset(reader.user)]
    return GuessCounter.objects.filter(key__in=keys)


def events_of(reader) -> QuerySet:
    """What the person did and what others did about them or their account.

    ``actor``: who did it, as ``done_by`` says it. ``said`` is the detail without keys of readers,
    which say nothing to anybody, and in the trail of staff would be other people's.
    """
    # Also under the keys of records that were joined with theirs.
    keys = reader.keys()
    about = Q(object_type="crm.reader", object_id__in=list(map(str, keys)))
    about |= Q(detail__reader__in=keys)
    own = Q(pk__in=[])
    if reader.user_id is not None:
        own = Q(user=reader.user_id)
        about |= Q(object_type="crm.user", object_id=str(reader.user_id))
    at_the_door = Q(user=None, action__in=[AuditAction.SIGN_IN_FAILED, AuditAction.SIGN_IN_LOCKED])
    actor = Case(
        When(own, then=Value("me")),
        # Whoever typed it: nobody was signed in, so nobody knows who it was.
        When(at_the_door, then=Value("door")),
        default=Value("library"),
        output_field=CharField(),
    )
    said = Func(
        F("detail"),
        Value("reader"),
        template="(%(expressions)s)",
        arg_joiner=" - ",
        output_field=JSONField(),
    )
    return AuditEvent.objects.filter(own | about).annotate(actor=actor, said=said)


def done_by(actor: str) -> str:
    """Who did it: the person, the library, or somebody who was not signed in.

    ``actor`` as the person's list has it: "me", "door", or anything else for the library. In the
    present language.
    """
    said = {"me": gettext("by me"), "door": gettext("by somebody at the sign-in page")}
    return said.get(actor, gettext("by the library"))


def since_or_none(moment: datetime | None) -> datetime | str:
    """When a second factor was set up; that there is none is worth saying.

    In the present language where there is none.
    """
    return moment or gettext("none is set up")


def role_in_words(code: str) -> str:
    """The role in the current language; ValueError for an unknown one.

    ``code`` as it is stored with the account.
    """
    return str(User.Role(code).label)


ACCOUNTS = [
    AccountHold(
        "crm.User",
        "id",
        # The row stays, closed, since others' rows name it; nothing of the person stays in it.
        Erase.DETACH,
        title=_("My account"),
        shown=(
            Shown(_("user name"), "username"),
            Shown(_("name shown"), "display_name"),
            Shown(_("first name"), "first_name"),
            Shown(_("family name"), "last_name"),
            Shown(_("e-mail"), "email"),
            Shown(_("role"), "role", role_in_words),
            Shown(_("campus"), "campus__name_zh"),
            Shown(_("works here, or once did"), "was_staff"),
            Shown(_("opened"), "date_joined"),
            Shown(_("last sign-in"), "last_login"),
            Shown(_("may sign in"), "is_active"),
            Shown(_("second factor since"), "second_factor", since_or_none, says_nothing=True),
            Shown(_("why what is sent in is looked at first"), "suspected", suspicion_in_words),
        ),
        purpose=ACCESS,
        basis=SERVICE,
        find=account_of,
        alone=True,
    ),
    AccountHold(
        "crm.GuessCounter",
        "key",
        Erase.DELETE,
        title=_("Wrong entries at my sign-in"),
        shown=(
            Shown(_("last"), "at"),
            Shown(_("how many"), "tries"),
            Shown(_("of which wrong for certain"), "wrong"),
            Shown(_("locked until"), "locked_until"),
        ),
        purpose=ACCESS,
        basis=SERVICE,
        order="-at",
        find=wrong_entries_of,
    ),
    AccountHold(
        "crm.AuditEvent",
        "user",
        Erase.TOKEN,
        title=_("What the audit trail says of me"),
        shown=(
            Shown(_("when"), "at"),
            Shown(_("what"), "action", in_words),
            Shown(_("by whom"), "actor", done_by),
            Shown(_("in detail"), "said", for_programs=True),
            Shown(_("from the network address"), "address"),
        ),
        purpose=TRACE,
        basis=DUTY,
        order="-at",
        find=events_of,
    ),
]
UNKNOWABLE = [
    Unknowable(
        "crm.Bucket",
        _("Counters that slow programs down"),
        _("They hold keyed hashes of networks and browsers, and forget within a day."),
        _("to slow down programs that guess"),
    )
]
