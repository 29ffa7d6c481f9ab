"""Two records beside each other, in words."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.holds import registered
from core.localised import listed
from core.numbers import number
from crm.merges.models import JoinedRecord
from crm.readers.bearers import numbers_of
from crm.readers.models import Reader
from crm.readers.profile import activity_counts
from crm.readers.queries import PORTAL
from crm.readers.words import allowed_in_words, day_of, system_in_words

#: Why two records are suggested.
ALIKE = {
    "address": gettext_lazy("same e-mail address"),
    "telephone": gettext_lazy("same telephone number"),
    "number": gettext_lazy("same number in another writing"),
    "person": gettext_lazy("same name, year of birth and college"),
}
#: What one chooses between, by the attribute that says it.
CHOICES = {
    "name": (gettext_lazy("Name"), "name"),
    "kind": (gettext_lazy("Kind"), "get_kind_display"),
    "campus": (gettext_lazy("Campus"), "campus"),
    "college": (gettext_lazy("College"), "college"),
    "cohort": (gettext_lazy("Entry year"), "cohort"),
    "birth_year": (gettext_lazy("Year of birth"), "birth_year"),
    "email": (gettext_lazy("E-mail"), "email"),
    "phone": (gettext_lazy("Telephone"), "phone"),
    "wechat": (gettext_lazy("WeChat"), "wechat"),
    "language": (gettext_lazy("Language"), "get_language_display"),
}


@dataclass(frozen=True)
class Compared:
    """One line of the comparison: the name of the choice, empty where there is none to make."""

    name: str
    label: str
    kept: str
    gone: str


def compared(kept: Reader, gone: Reader) -> list[Compared]:
    """What the two say, line by line; a choice only where they differ.

    Two values that read alike count as the same, whatever stands behind them.
    """
    lines = []
    for name, (label, attribute) in CHOICES.items():
        one, other = _said(kept, attribute), _said(gone, attribute)
        lines.append(Compared(name if one != other else "", str(label), one, other))
    return lines


def _said(reader: Reader, attribute: str) -> str:
    """The value of an attribute, or of a method without arguments, as text; empty for none."""
    value = getattr(reader, attribute)
    if callable(value):
        value = value()
    return str(value or "")


def of_both(kept: Reader, gone: Reader) -> list[Compared]:
    """What comes together and is not chosen; each line is without the name of a choice."""
    lines = []
    for label, say in (
        (_("Numbers"), _numbers),
        (_("Account"), _account),
        (_("What is allowed"), allowed_in_words),
        (_("What was done"), _deeds),
    ):
        lines.append(Compared("", label, say(kept), say(gone)))
    return lines


def _numbers(reader: Reader) -> str:
    """All numbers of the reader, the first one first, each with its system in brackets."""
    said = []
    for system, code in numbers_of(reader):
        values = {"number": code, "system": system_in_words(system)}
        said.append(_("%(number)s (%(system)s)") % values)
    return listed(said)


def _account(reader: Reader) -> str:
    """ "yes" or "none"; whose account it is, is not said."""
    return _("yes") if reader.user_id is not None else _("none")


def _deeds(reader: Reader) -> str:
    """How many activities of each kind are stored of the reader, folded months among them; empty
    where there are none.
    """
    said = []
    for row in activity_counts(reader):
        said.append(_("%(kind)s %(n)s") % {"kind": row.label, "n": number(row.n)})
    return listed(said)


def alike_in_words(why: list[str]) -> list[str]:
    """Why two records are suggested, by the codes of ``Pair.why``; an unknown one as it is."""
    return [str(ALIKE.get(code, code)) for code in why]


def kept_first(one: Reader, other: Reader) -> tuple[Reader, Reader]:
    """(the record to be kept unless somebody says otherwise, the other one).

    One of the library's before one that an account made of itself; else as they are handed in, and
    pairs come with the older one first.
    """
    if one.source == PORTAL and other.source != PORTAL:
        return other, one
    return one, other


def merge_in_words(merge: JoinedRecord) -> str:
    """How a joining stands: what came of it, and by whom.

    The number of the record that went is said only while the two are one.
    """
    gone = _("somebody whose account is gone")
    values = {
        "number": merge.number,
        "who": str(merge.by or gone),
        "why": merge.get_why_display(),
        "parted_by": str(merge.taken_apart_by or gone),
    }
    if merge.parted_at is not None:
        values["day"] = day_of(merge.parted_at)
        return (
            _("joined by %(who)s (%(why)s), and taken apart again by %(parted_by)s on %(day)s")
            % values
        )
    return _("record %(number)s, joined by %(who)s (%(why)s)") % values


def brought_in_words(merge: JoinedRecord) -> str:
    """What came along with the record that went: "3 activities, 1 letter", the most first; still
    told when the two are apart again. Empty where nothing did, and of joinings of before it was
    counted.
    """
    counts = merge.history.get("rows", {})
    models = {f"{hold.model}.{hold.field}": hold.model_class() for hold in registered()}
    said = []
    # A room that is not there any more had rows as well, which nobody can name.
    for name in sorted(counts.keys() & models.keys(), key=lambda one: (-counts[one], one)):
        values = {"what": models[name]._meta.verbose_name_plural, "n": number(counts[name])}
        said.append(_("%(what)s: %(n)s") % values)
    return listed(said)
