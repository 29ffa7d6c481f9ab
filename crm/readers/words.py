"""What is stored of a person, said to people."""

from collections import Counter
from collections.abc import Callable, Collection
from datetime import date, datetime
from functools import partial
from operator import attrgetter
from typing import Any

from django.conf import settings
from django.db.models import TextChoices
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.localised import label_of, listed
from core.numbers import number
from crm.readers.models import Activity, ContactChannel, NumberSystem, Purpose, permission
from crm.readers.parts import Exchange, Interaction, interaction_kinds


def label_in(choices: type[TextChoices]) -> Callable[[Any], str]:
    """A function from a stored code to its label in the current language; a code of another version
    stays as it is.
    """
    return partial(label_of, choices)


def yes_or_no(value: bool | None) -> str:
    """An answer in words, in the current language; empty where nothing was answered."""
    if value is None:
        return ""
    return _("yes") if value else _("no")


#: Sources of consent that begin like this are files; what has another one, a person said.
FROM_A_FILE = "import"
#: A consent that ended because another address was written in the place of the one it was given
#: for: by hand, or by a file. Nobody withdrew anything.
OTHER_ADDRESS = "address"
OTHER_ADDRESS_IN_FILE = f"{FROM_A_FILE}.address"
#: What holds since two records of one person were joined.
JOINED = "merge"
#: Where a consent was said, by the code that the ledger keeps.
THROUGH = {
    "address": gettext_lazy("ended: it was given for another address"),
    "api": gettext_lazy("over the API"),
    "guardian": gettext_lazy("by a guardian, at the desk"),
    "import.address": gettext_lazy("ended: a file brought another address"),
    "merge": gettext_lazy("two records of the reader were joined"),
    "portal": gettext_lazy("on their own page"),
    "restored": gettext_lazy("withdrawn before, again after data was restored from a backup"),
    "staff": gettext_lazy("at the desk"),
    "spam report": gettext_lazy("by reporting a letter as spam"),
    "unsubscribe page": gettext_lazy("by the link in a letter"),
}


def through(source: str) -> str:
    """Where a consent was said, in words; the name of another system as it is."""
    if source in THROUGH:
        return str(THROUGH[source])
    if source.startswith(FROM_A_FILE):
        return _("by an imported file")
    return source_in_words(source)


#: Who gave a number, and where an activity is known from, by the codes that rows keep.
SOURCES = {
    "portal": gettext_lazy("this portal"),
    "survey": gettext_lazy("a survey here"),
    "click": gettext_lazy("a link in a letter"),
    "synthetic": gettext_lazy("sample data of the demonstration"),
}


def source_in_words(code: str) -> str:
    """Where something is known from, in words; the code of another system as it is."""
    return str(SOURCES.get(code, code))


def system_in_words(code: str) -> str:
    """What a system of numbers is called; one that is not listed by
    ``source_in_words``. One query.
    """
    system = NumberSystem.objects.filter(code=code).first()
    if system is None:
        return source_in_words(code)
    return str(system)


def language_in_words(code: str) -> str:
    """A language by its own name; a code that is no language of the portal as it is."""
    return str(dict(settings.LANGUAGES).get(code, code))


def nothing_done(reader) -> str:
    """Why nothing stands under what the person has done: analytics are off, or nothing was
    recorded.
    """
    if not reader.analytics:
        return _("Nothing is recorded here, since analytics about you are switched off.")
    return _(
        "Nothing is recorded here so far: no visit, no loan, no survey answered under your name,"
        " no link followed."
    )


def audit_codes() -> dict[str, dict]:
    """{name of a detail: {code: words}} of what readers allow."""
    return {
        "channel": dict(ContactChannel.choices),
        "purpose": dict(Purpose.choices),
        "purposes": dict(Purpose.choices),
        "source": THROUGH,
    }


AUDIT_CODES = [audit_codes]


def facts_in_words(reader) -> list[str]:
    """What stands under the name of a reader: kind, college, campus and number, and the state where
    it is not the usual one. What is not known is left out.
    """
    said = [kind_in_words(reader), reader.college, reader.campus, reader.number]
    if reader.state != reader.State.ACTIVE:
        said.append(reader.get_state_display())
    return list(map(str, filter(None, said)))


def kind_in_words(reader) -> str:
    """What a reader is, and how far a student is: "Undergraduate, final year"."""
    if not reader.stage or reader.stage == reader.kind:
        return reader.get_kind_display()
    return _("%(kind)s, %(stage)s") % {
        "kind": reader.get_kind_display(),
        "stage": reader.get_stage_display(),
    }


def in_month(first: date) -> str:
    """ "March 2026" of its first day."""
    return date_format(first, "YEAR_MONTH_FORMAT")


def day_of(moment: datetime) -> str:
    """The day of a moment on the library's clock, as the current language writes it."""
    return date_format(timezone.localtime(moment), "DATE_FORMAT")


def purposes_in_words(purposes: list[str]) -> str:
    """ "Notices, Surveys"; empty where there is none."""
    labels = [str(Purpose(purpose).label) for purpose in purposes]
    return listed(labels)


def allowed_in_words(reader) -> str:
    """What a reader allows: "E-mail (Notices, Surveys), WeChat (Notices)"; empty for nothing."""
    return permissions_in_words(reader.consents)


def permissions_in_words(allowed: Collection[str]) -> str:
    """The same of permissions as a reader's row holds them: "email:events".

    A channel without a purpose is left out; empty where nothing is allowed.
    """
    said = []
    for channel, label in ContactChannel.choices:
        of_channel = [one for one in Purpose.values if permission(channel, one) in allowed]
        purposes = purposes_in_words(of_channel)
        if purposes:
            said.append(_("%(channel)s (%(purposes)s)") % {"channel": label, "purposes": purposes})
    return listed(said)


def kind_labels() -> dict[str, str]:
    """What is said of each kind of what happened: kinds of activities, and those that rooms add."""
    labels = dict(Activity.Kind.choices)
    for kind in interaction_kinds():
        if kind.label:
            labels[kind.code] = kind.label
    return {code: str(label) for code, label in labels.items()}


def sorted_kinds(counts: Counter[str]) -> list[tuple[str, int]]:
    """(kind, how often), the most frequent first, and of two as frequent always the same; none that
    never happened.
    """
    return sorted((+counts).items(), key=lambda pair: (-pair[1], pair[0]))


def times_in_words(kind: str, n: int) -> str:
    """ "Visit 7" """
    return _("%(kind)s %(n)s") % {"kind": kind_labels().get(kind, kind), "n": number(n)}


def kinds_in_words(counts: Counter[str]) -> str:
    """ "Visit 7, Loan 2", the most frequent first."""
    return listed(times_in_words(kind, n) for kind, n in sorted_kinds(counts))


def kind_in_month(kind: str, n: int, dayless: int) -> str:
    """ "Visit 7", and how many of them are known by their month alone, where any are."""
    told = times_in_words(kind, n)
    if not dayless:
        return told
    # More has no day than is told where two sources count the same.
    return _("%(told)s; of %(n)s of them the month is known, and no longer when and where") % {
        "told": told,
        "n": number(min(dayless, n)),
    }


# --- the head of a reader's page ------------------------------------------------------------------
def called(reader) -> str:
    """How a sentence names a reader: by their name, else by the number."""
    if reader.name:
        return reader.name
    return _("reader %(number)s") % {"number": reader.number}


def gave_in_words(reader, gave: list[Exchange], *, of_campus: bool = False) -> str:
    """What a reader has given the library, in one sentence.

    ``of_campus``: to somebody who may not see what was said to another campus.
    """
    values = {"name": called(reader), "what": listed(map(attrgetter("said"), gave))}
    if gave:
        return _given(of_campus) % values
    return _nothing_given(of_campus) % values


def _given(of_campus: bool) -> str:
    """The sentence with room for a name, and for what was given."""
    if of_campus:
        return _(
            "%(name)s has given the library %(what)s; what was said to another campus is not"
            " counted."
        )
    return _("%(name)s has given the library %(what)s.")


def _nothing_given(of_campus: bool) -> str:
    """The sentence with room for a name, where nothing was given."""
    if of_campus:
        return _(
            "At your campus nothing is recorded so far that %(name)s has said, written or sent in."
        )
    return _("Nothing is recorded so far that %(name)s has said, written or sent in.")


def contact_in_words(last: Interaction | None, newest: tuple[date, Counter[str]] | None) -> str:
    """When reader and library last heard of each other, and by what.

    ``newest``: the first day of the newest month in which anything is recorded, and how often
    which kind; told where neither wrote to the other. Empty where there is neither.
    """
    if last is None:
        return _month_in_words(newest)
    said = {"day": day_of(last.at), "what": last.text}
    if last.is_ours:
        return _("They last heard from us on %(day)s: %(what)s.") % said
    return _("We last heard from them on %(day)s: %(what)s.") % said


def _month_in_words(newest: tuple[date, Counter[str]] | None) -> str:
    """What is recorded of the newest month; empty where nothing is recorded at all."""
    if newest is None:
        return ""
    month, counts = newest
    return _("The newest that is recorded is of %(month)s: %(kinds)s.") % {
        "month": in_month(month),
        "kinds": kinds_in_words(counts),
    }


def nothing_waits(*, of_campus: bool = False) -> str:
    """That nothing of a reader waits; ``of_campus`` as above."""
    if of_campus:
        return _("No work and no correction of this reader waits, and no word to your campus.")
    return _("No word, no work and no correction of this reader waits.")


def nothing_exchanged(*, of_campus: bool = False) -> str:
    """That nothing was given, or got; ``of_campus`` as above."""
    if of_campus:
        return _("Nothing of this kind is recorded at your campus")
    return _("Nothing of this kind is recorded")


def nothing_happened(*, of_campus: bool = False) -> str:
    """That nothing of a reader is recorded; ``of_campus`` as above."""
    if of_campus:
        return _("Nothing is recorded at your campus.")
    return _("Nothing is recorded.")


def year_in_words(months: list[date]) -> str:
    """From which month to which, of first days in their order."""
    return _("%(first)s to %(last)s") % {
        "first": in_month(months[0]),
        "last": in_month(months[-1]),
    }
