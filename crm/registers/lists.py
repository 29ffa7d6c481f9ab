"""What each register holds and takes: its rows, its form, how a row is said."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.db.models import Model, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from crm.registers import words
from crm.registers.forms import (
    AccountForm,
    DaysForm,
    DaysPaste,
    FollowersForm,
    FollowersPaste,
    PasteForm,
    PlaceForm,
    TeachingTermForm,
    TermsPaste,
)
from crm.registers.models import (
    Department,
    FollowedAccount,
    FollowerCount,
    SpecialDays,
    TeachingTerm,
)
from crm.staff.models import Campus, College, Lasting

#: The newest rows of a register that grows day by day.
MOST = 400


@dataclass(frozen=True)
class Register:
    """One register. ``paste`` is its form for lines, where it takes any; a register of places may
    be looked at as it was on a day.
    """

    key: str
    title: str | Promise
    lead: str | Promise
    model: type[Model]
    form: type
    says: Callable[[Model], list[str]]
    paste: type[PasteForm] | None = None
    #: Who may open and change it.
    right: str = "settings.edit"
    #: Whether rows are a campus's, which its own staff keep.
    is_of_campuses: bool = False

    def form_for(self, user, *args, **kwargs):
        """Its form as ``user`` may fill it in. The other arguments are those of the form: what was
        sent, None for an empty one, and ``initial``.
        """
        if self.is_of_campuses:
            kwargs["by"] = user
        return self.form(*args, **kwargs)

    def paste_for(self, user, *args):
        """The same of its form for lines. Not to be asked of a register that takes none."""
        if self.is_of_campuses:
            return self.paste(*args, by=user)
        return self.paste(*args)

    def may_change(self, user, row: Model) -> bool:
        """Whether ``user`` keeps this row: staff of one campus only those of theirs, not those of
        all; in registers that are of no campus everybody whom the page lets in.
        """
        return not self.is_of_campuses or user.campus_id in (None, row.campus_id)

    @property
    def has_places(self) -> bool:
        """Whether its rows were there on some days, and may have gone on as others: departments,
        colleges and campuses are so.
        """
        return issubclass(self.model, Lasting)

    def rows(self, day: date | None) -> QuerySet:
        """Its rows, those of places as they were on ``day``, or all without one; of a register
        without places the first MOST in its own order. With them is read what their words need.
        """
        rows = self.model.objects.all()
        if not self.has_places:
            related = RELATED.get(self.model, ())
            return rows.select_related(*related)[:MOST]
        if day:
            rows = rows.on(day)
        return rows.select_related("successor").prefetch_related("predecessors")


#: What a row's words need of other tables.
RELATED = {SpecialDays: ("campus",), FollowerCount: ("account",)}
PLACES_LEAD = _(
    "With the days on which each was there. What was merged stays readable; its records are found "
    "under the successor."
)
REGISTERS = {
    register.key: register
    for register in (
        Register(
            "departments",
            _("Departments"),
            PLACES_LEAD,
            Department,
            PlaceForm,
            words.place_in_words,
        ),
        Register("colleges", _("Colleges"), PLACES_LEAD, College, PlaceForm, words.place_in_words),
        Register("campuses", _("Campuses"), PLACES_LEAD, Campus, PlaceForm, words.place_in_words),
        Register(
            "terms",
            _("Terms"),
            _("Teaching weeks are counted from the Monday of the first day."),
            TeachingTerm,
            TeachingTermForm,
            words.term_in_words,
            TermsPaste,
        ),
        Register(
            "days",
            _("Closed days and holidays"),
            _("On a closed day nothing is missing: no visit and no loan is expected."),
            SpecialDays,
            DaysForm,
            words.days_in_words,
            DaysPaste,
            right="readers.import",
            is_of_campuses=True,
        ),
        Register(
            "accounts",
            _("Accounts with followers"),
            _("WeChat, Weibo and others, of which followers are counted."),
            FollowedAccount,
            AccountForm,
            words.account_in_words,
        ),
        Register(
            "followers",
            _("Followers"),
            _(
                "Counts only. A follower is no reader and is never counted as one; only readers "
                "themselves link their own account."
            ),
            FollowerCount,
            FollowersForm,
            words.count_in_words,
            FollowersPaste,
        ),
    )
}
