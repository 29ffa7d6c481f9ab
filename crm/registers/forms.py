"""Forms of the registers: one row, several merged into one, lines that are pasted."""

from collections import defaultdict
from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.days import PlausibleDay
from core.forms import DayInput, Form
from crm.registers.models import FollowedAccount, FollowerCount, SpecialDays, TeachingTerm
from crm.registers.pasting import WrongLine, cells_from, day_of, number_of, rows_of
from crm.registers.recorded import Runs, days_recorded
from crm.registers.words import recorded_in_words
from crm.staff.models import Campus, Lasting, User

#: A department may be older than anything that is planned here.
FIRST = date(1850, 1, 1)
#: What a list of a field that is added late says where nothing is chosen yet.
NOBODY_YET = _("Please choose")


class DatedForm(Form):
    """A form with a first and a last day, in their order; either may be missing, or lie long ago.

    ``first`` is the earliest day that can be meant; ``start`` and ``end`` are what the two are
    called.
    """

    first = FIRST
    start, end = _("From"), _("Until")
    open_end = _("Empty: no end is set.")

    def __init__(self, *args, **kwargs):
        """Add the two days, in the place that ``field_order`` gives them, else behind all other
        fields.
        """
        super().__init__(*args, **kwargs)
        # Added late: the days of other forms lie in this century.
        said = {
            "starts_on": (self.start, _("Empty: not recorded.")),
            "ends_on": (self.end, self.open_end),
        }
        for name, (label, help_text) in said.items():
            self.fields[name] = forms.DateField(
                label=label,
                help_text=help_text,
                required=False,
                widget=DayInput,
                validators=[PlausibleDay(first=self.first)],
            )
        self.order_fields(self.field_order)

    def clean(self):
        """What was typed. The last day does not lie before the first; said at the last day."""
        return in_order(self, super().clean())


def in_order(form: forms.Form, cleaned: dict) -> dict:
    """What was typed; the form says so where the last day lies before the first. Either may be
    missing or unreadable, and then nothing is said.
    """
    start, end = cleaned.get("starts_on"), cleaned.get("ends_on")
    if None not in (start, end) and end < start:
        form.add_error("ends_on", _("The last day lies before the first."))
    return cleaned


class PlaceForm(DatedForm):
    """A department, college or campus, with its days."""

    start, end = _("There since"), _("There until")
    open_end = _("Empty: it is there today.")

    code = forms.SlugField(
        label=_("Code in files"),
        max_length=40,
        help_text=_("Stays the same for good; files name it."),
    )
    name_zh = forms.CharField(label=_("Chinese name"), max_length=120)
    name_en = forms.CharField(label=_("English name"), max_length=120, required=False)


class MergeForm(Form):
    """Several that go on as one."""

    last_day = forms.DateField(label=_("Their last day"), widget=DayInput)

    def __init__(self, *args, model: type[Lasting], **kwargs):
        """``model``: the register whose rows are merged. Both choices are of rows without a last
        day; what has ended goes on as nothing else.
        """
        super().__init__(*args, **kwargs)
        there = model.objects.filter(ends_on__isnull=True)
        self.fields["parts"] = forms.ModelMultipleChoiceField(
            label=_("Which end"), queryset=there, widget=forms.CheckboxSelectMultiple
        )
        self.fields["into"] = forms.ModelChoiceField(
            label=_("They go on as"), queryset=there, empty_label=NOBODY_YET
        )
        self.order_fields(["parts", "into", "last_day"])

    def clean(self):
        """What was typed. What goes on is none of those that end; said at ``into``."""
        cleaned = super().clean()
        if cleaned.get("into") in (cleaned.get("parts") or []):
            self.add_error("into", _("It is one of those that end."))
        return cleaned


class MemberForm(DatedForm):
    """Who works in a department, from when, until when."""

    user = forms.ModelChoiceField(
        label=pgettext_lazy("of a department", "Who"), queryset=User.objects.none()
    )

    def __init__(self, *args, **kwargs):
        """Whom there is to choose from: all users but readers, by their names."""
        super().__init__(*args, **kwargs)
        staff = User.objects.exclude(role=User.Role.READER)
        self.fields["user"].queryset = staff.order_by("username")


class SetDaysForm(Form):
    """A form whose two days must be given, in their order."""

    starts_on = forms.DateField(label=_("First day"), widget=DayInput)
    ends_on = forms.DateField(label=_("Last day"), widget=DayInput)

    def clean(self):
        """What was typed. The last day does not lie before the first; said at the last day."""
        return in_order(self, super().clean())


class TeachingTermForm(SetDaysForm):
    """A term; its weeks are counted from the Monday before its first day."""

    code = forms.SlugField(
        label=_("Code in files"), max_length=40, help_text=_("For example: 2026-1")
    )
    name_zh = forms.CharField(label=_("Chinese name"), max_length=120)
    name_en = forms.CharField(label=_("English name"), max_length=120, required=False)
    field_order = ("code", "name_zh", "name_en", "starts_on", "ends_on")


class AsksBeforeClosing:
    """A form that closes days: of those on which something was recorded it asks first."""

    def ask_first(self, runs: Runs, campus: Campus | None) -> None:
        """Add a box that says so all the same, and an error while it is not ticked, where something
        was recorded on one of the days; nothing else.
        """
        recorded = days_recorded(runs, getattr(campus, "pk", None))
        if not recorded:
            return
        self.fields["sure"] = forms.BooleanField(
            label=_("It was closed all the same"), required=False
        )
        if not self.data.get("sure"):
            self.add_error("sure", recorded_in_words(len(recorded)))


class DaysForm(AsksBeforeClosing, SetDaysForm):
    """Days on which a campus is closed, or nobody is taught."""

    campus = forms.ModelChoiceField(
        label=_("Campus"), queryset=Campus.objects.all(), required=False, empty_label=_("All")
    )
    kind = forms.ChoiceField(
        label=pgettext_lazy("kind of day", "What"), choices=SpecialDays.Kind.choices
    )
    name = forms.CharField(label=_("Why"), max_length=120, required=False)
    weekday = forms.TypedChoiceField(
        label=_("Only on"),
        choices=[("", _("every day")), *SpecialDays.Weekday.choices],
        required=False,
        coerce=int,
        empty_value=None,
    )
    field_order = ("campus", "kind", "name", "starts_on", "ends_on", "weekday")

    def __init__(self, *args, by: User, **kwargs):
        """``by``: who fills it in; staff of one campus write down days of theirs alone, and find no
        other campus to choose.
        """
        super().__init__(*args, **kwargs)
        if by.campus_id is not None:
            own = forms.ModelChoiceField(
                label=_("Campus"),
                queryset=Campus.objects.filter(pk=by.campus_id),
                initial=by.campus_id,
                empty_label=None,
            )
            self.fields["campus"] = own
            self.order_fields(self.field_order)

    def clean(self):
        """What was typed. Closed days on which something was recorded are asked about."""
        cleaned = super().clean()
        if self.errors or cleaned["kind"] != SpecialDays.Kind.CLOSED:
            return cleaned
        days = SpecialDays(starts_on=cleaned["starts_on"], ends_on=cleaned["ends_on"])
        days.weekday = cleaned["weekday"]
        self.ask_first(days.runs, cleaned["campus"])
        return cleaned


class AccountForm(Form):
    """An account of the library's that people follow."""

    code = forms.SlugField(label=_("Code in files"), max_length=40)
    name_zh = forms.CharField(label=_("Chinese name"), max_length=120)
    name_en = forms.CharField(label=_("English name"), max_length=120, required=False)


class FollowersForm(Form):
    """How many follow one account on a day, as its platform says."""

    account = forms.ModelChoiceField(label=_("Account"), queryset=FollowedAccount.objects.all())
    day = forms.DateField(label=_("Day"), widget=DayInput)
    followers = forms.IntegerField(
        label=_("Followers in all"), min_value=0, max_value=2_000_000_000, required=False
    )
    came = forms.IntegerField(label=_("New"), min_value=0, max_value=2_000_000_000, required=False)
    went = forms.IntegerField(
        label=_("Gone"),
        min_value=0,
        max_value=2_000_000_000,
        required=False,
        help_text=_("Leave empty what the platform does not tell: empty is not 0."),
    )

    def clean(self):
        """What was typed, None for a number that was left empty. One number at least, and 0 is one;
        ValidationError of the whole form without any.
        """
        cleaned = super().clean()
        if not self.errors and all(cleaned[name] is None for name in ("followers", "came", "went")):
            raise ValidationError(_("Give at least one number."))
        return cleaned


class PasteForm(Form):
    """Lines of a table, read as ``read`` says."""

    lines = forms.CharField(
        label=_("Lines"), widget=forms.Textarea(attrs={"rows": 6}), max_length=100_000
    )
    help_text = ""

    def __init__(self, *args, **kwargs):
        """Puts ``help_text`` of the form, which says what a line holds, beside its lines."""
        super().__init__(*args, **kwargs)
        self.fields["lines"].help_text = self.help_text

    def read(self, cells: list[str]) -> dict:
        """The values of a row, {field: value}, from the cells of a line; ValueError says why not.
        Each form of lines has its own.
        """
        raise NotImplementedError

    def clean(self):
        """``rows`` of the lines, all or none: the first that cannot be read is named. An error too
        where no line holds a digit, so that nothing is taken for a paste that was taken in.
        """
        cleaned = super().clean()
        if "lines" in cleaned:
            try:
                cleaned["rows"] = rows_of(cleaned["lines"], self.read)
            except WrongLine as wrong:
                self.add_error("lines", str(wrong))
            else:
                if not cleaned["rows"]:
                    self.add_error("lines", _("No line holds a day."))
        return cleaned


def first_and_last(first: str, last: str) -> dict:
    """{"starts_on": day, "ends_on": day}, read by ``day_of``; ValueError for what is no day, and
    where the last lies before the first.
    """
    days = {"starts_on": day_of(first), "ends_on": day_of(last)}
    if days["ends_on"] < days["starts_on"]:
        raise ValueError(_("The last day lies before the first."))
    return days


class TermsPaste(PasteForm):
    model = TeachingTerm
    help_text = _("One line a term: name, first day, last day. The code is the month it begins in.")

    def read(self, cells):
        """A term with the month in which it begins as its code, "2026-09"; ValueError unless there
        are three cells, two of them days.
        """
        name, first, last = cells_from(cells, 3, 3)
        days = first_and_last(first, last)
        return days | {"code": f"{days['starts_on']:%Y-%m}", "name_zh": name[:120]}


#: What the last column of pasted days says.
OPEN, CLOSED = {"open", "开放", "开馆"}, {"", "closed", "闭馆"}


class DaysPaste(AsksBeforeClosing, PasteForm):
    model = SpecialDays
    help_text = _(
        "One line: first day, last day, why, campus (name or code; empty for all), "
        "“open” for a holiday on which the library is open."
    )

    def __init__(self, *args, by: User, **kwargs):
        """``by``: whose lines they are; those of staff of one campus are of theirs."""
        super().__init__(*args, **kwargs)
        self.own = by.campus

    @cached_property
    def campuses(self) -> dict[str, Campus]:
        """Every campus by its code and by either name, in one query, which is made when a line
        first names one. Of two with the same name the later one is meant.
        """
        found = {}
        for campus in Campus.objects.all():
            found |= dict.fromkeys((campus.code, campus.name_zh, campus.name_en), campus)
        return found

    def clean(self):
        """The rows of the lines. Closed days on which something was recorded are asked about."""
        cleaned = super().clean()
        runs_at = defaultdict(list)
        for row in cleaned.get("rows", []):
            if row["kind"] == SpecialDays.Kind.CLOSED:
                runs_at[row["campus"]].append((row["starts_on"], row["ends_on"]))
        for campus, runs in runs_at.items():
            self.ask_first(runs, campus)
        return cleaned

    def read(self, cells):
        """Closed days, or a holiday where the last of three to five cells says "open"; ValueError
        for a campus that is not known and for any other word there.
        """
        first, last, why, campus, opened = cells_from(cells, 3, 5)
        kind = SpecialDays.Kind.CLOSED
        if opened.lower() in OPEN:
            kind = SpecialDays.Kind.HOLIDAY
        elif opened.lower() not in CLOSED:
            raise ValueError(_("“%(text)s” is neither open nor closed.") % {"text": opened})
        values = first_and_last(first, last)
        return values | {
            "name": why[:120],
            "campus": self.campus(campus),
            "kind": kind,
            "weekday": None,
        }

    def campus(self, named: str) -> Campus | None:
        """The campus of that code or name; without a name the own of staff of one campus, else
        None for all. ValueError where there is none, or it is another one's.
        """
        if not named:
            return self.own
        if named not in self.campuses:
            raise ValueError(_("There is no campus “%(name)s”.") % {"name": named})
        if self.own not in (None, self.campuses[named]):
            raise ValueError(_("“%(name)s” is not your campus.") % {"name": named})
        return self.campuses[named]


class FollowersPaste(PasteForm):
    model = FollowerCount
    help_text = _("One line a day: day, followers in all, new, gone. Empty cells are not 0.")

    def __init__(self, *args, **kwargs):
        """Adds the account whose followers the lines count; it stands above them."""
        super().__init__(*args, **kwargs)
        self.fields["account"] = forms.ModelChoiceField(
            label=_("Account"), queryset=FollowedAccount.objects.all(), empty_label=NOBODY_YET
        )
        self.order_fields(["account", "lines"])

    def read(self, cells):
        """The numbers of one day of the account chosen in the form, None for what is not told;
        ValueError where no number is given. Without a valid account its value is None, and the form
        says why.
        """
        day, *numbers = cells_from(cells, 2, 4)
        followers, came, went = map(number_of, numbers)
        if followers is came is went is None:
            raise ValueError(_("No number is given."))
        return {
            "account": self.cleaned_data.get("account"),
            "day": day_of(day),
            "followers": followers,
            "came": came,
            "went": went,
        }
