"""Forms of sources and closed days."""

from datetime import date
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.forms import DayInput, Form
from crm.registers.forms import AsksBeforeClosing
from crm.registers.models import SpecialDays
from crm.sources.board import BoardLine
from crm.sources.models import DataSource
from crm.sources.months import DAY, MONTH, WEEK
from crm.sources.periods import read_runs
from crm.sources.words import runs_in_words
from crm.staff.models import Campus, User


def refuse_backwards(asked: dict) -> None:
    """ValidationError where the last of the days ``asked`` for is before the first. Nothing where
    one of them is missing: the field says what is wrong with it.
    """
    first, last = asked.get("first"), asked.get("last")
    if first and last and last < first:
        raise ValidationError(_("The last day is before the first."))


def refuse_half_a_period(asked: dict) -> None:
    """ValidationError where one day is given without the other, or the last is before the first."""
    if bool(asked.get("first")) != bool(asked.get("last")):
        raise ValidationError(_("Please give both days, or neither."))
    refuse_backwards(asked)


class RunsField(forms.CharField):
    """Runs of days, as ``written_runs`` writes them."""

    widget = forms.HiddenInput

    def to_python(self, value) -> list[tuple[date, date]]:
        """(first, last) of each; ValidationError for what is no day."""
        try:
            return read_runs(super().to_python(value))
        except ValueError as error:
            raise ValidationError(_("These days cannot be read.")) from error


class PlaceDaysForm(Form):
    """Days of one campus, or of the whole library for staff of all: one time, or the ``runs`` of a
    gap, between which other days lie.
    """

    first = forms.DateField(label=_("First day"), widget=DayInput)
    last = forms.DateField(label=_("Last day"), widget=DayInput)
    campus = forms.ModelChoiceField(
        Campus.objects.all(),
        label=_("Campus"),
        required=False,
        empty_label=_("The whole library"),
    )
    reason = forms.CharField(label=_("Why"), required=False, max_length=120)

    def __init__(self, *args, by: User, **kwargs):
        """``by``: who fills it in; staff of one campus say something of theirs alone."""
        super().__init__(*args, **kwargs)
        if by.campus_id is not None:
            own = Campus.objects.filter(pk=by.campus_id)
            self.fields["campus"] = forms.ModelChoiceField(own, label=_("Campus"))
        if self.data.get("runs"):
            del self.fields["first"], self.fields["last"]
            self.fields["runs"] = RunsField()

    @property
    def runs(self) -> list[tuple[date, date]]:
        """First and last day of each time that was asked for; of a valid form."""
        asked = self.cleaned_data
        return asked.get("runs") or [(asked["first"], asked["last"])]

    @property
    def days_named(self) -> str:
        """The runs in words, so that they are seen; "" where the days are fields of the form."""
        return runs_in_words(self.cleaned_data.get("runs", []))

    def clean(self):
        """What was asked for. ValidationError where the last day is before the first."""
        asked = super().clean()
        refuse_backwards(asked)
        return asked


class ClosedForm(AsksBeforeClosing, PlaceDaysForm):
    """Days on which nobody could come."""

    def clean(self):
        """What was asked for. Days on which something was recorded are asked about."""
        asked = super().clean()
        if not self.errors:
            self.ask_first(self.runs, asked["campus"])
        return asked

    def rows(self) -> list[dict]:
        """What was asked for, as rows of the register of closed days: one for each run."""
        asked = self.cleaned_data
        said = {"campus": asked["campus"], "kind": SpecialDays.Kind.CLOSED, "weekday": None}
        said["name"] = asked["reason"]
        return [said | {"starts_on": first, "ends_on": last} for first, last in self.runs]


class LostForm(PlaceDaysForm):
    """Days of a source that nobody recorded and of which no file will come."""

    source = forms.ModelChoiceField(DataSource.objects.all(), label=_("Source"))


class ShownForm(Form):
    """What of the board is shown: in months, weeks or days, of which source, of which place."""

    by = forms.ChoiceField(
        label=_("Shown by"),
        choices=[(MONTH, _("month")), (WEEK, _("week")), (DAY, _("day"))],
        required=False,
    )
    only = forms.ModelChoiceField(
        DataSource.objects.in_use(), label=_("Source"), required=False, empty_label=_("All sources")
    )
    at = forms.ModelChoiceField(
        Campus.objects.all(), label=_("Campus"), required=False, empty_label=_("All places")
    )
    lacks = forms.BooleanField(label=_("Only where something is missing"), required=False)

    @cached_property
    def asked(self) -> dict:
        """What was asked for; what is no choice is as if nothing was said."""
        self.full_clean()
        asked = {name: self.cleaned_data.get(name) for name in self.fields}
        return asked | {"by": asked["by"] or MONTH}

    def shows(self, line: BoardLine) -> bool:
        """Whether a line of the board is among those asked for."""
        if self.asked["lacks"] and not line.lacks_something:
            return False
        return self.asked["only"] in (None, line.source) and self.is_of_place(line)

    def is_of_place(self, line: BoardLine) -> bool:
        """Whether the line is of the place asked for; what is of the whole library is of each."""
        at = self.asked["at"]
        return at is None or line.place in (None, at)

    @property
    def kept(self) -> str:
        """What was asked for as the end of an address, beginning with "&"; "" for nothing."""
        said = {name: self.data[name] for name in self.fields if self.data.get(name)}
        if not said:
            return ""
        return f"&{urlencode(said)}"


class SourceForm(Form):
    """What a source is called and when its files come."""

    name = forms.CharField(label=pgettext_lazy("of a thing", "Name"), max_length=120)
    rhythm = forms.ChoiceField(
        label=_("A file comes"),
        choices=DataSource.Rhythm.choices,
        required=False,
        help_text=_(
            "At set times: every day from its first one on is expected. Else it counts on the days"
            " that it tells of."
        ),
    )
    due_after = forms.IntegerField(
        label=_("Days until it is missed"),
        min_value=0,
        max_value=365,
        help_text=_("Counted from the last day that the file is about."),
    )
    contact = forms.CharField(
        label=_("Who is asked for its files"),
        required=False,
        max_length=120,
        help_text=_("A person or a department, as it shall stand beside a file that did not come."),
    )
    until = forms.DateField(
        label=_("Taken out of service after"),
        required=False,
        widget=DayInput,
        help_text=_("From then on nothing of it is missing."),
    )
