"""One small form for each test a rule can make."""

from datetime import date

from django import forms
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.days import PlausibleDay
from core.forms import DayInput
from core.localised import listed
from crm.readers.models import Activity, ContactChannel, Purpose, Reader
from crm.rfc.words import FIGURES
from crm.segments.builder.base import ChoiceCondition, ConditionForm, RangeCondition
from crm.segments.builder.typed import TYPED_VALUES, typed_text
from crm.segments.checks import MAX_TEXT
from crm.segments.rule import ANY, MAX_COUNT, MAX_DAYS, MAX_YEAR, MIN_YEAR


class KindCondition(ChoiceCondition):
    test, title, choices = "kind", _("Kind of reader"), Reader.Kind.choices


class StageCondition(ChoiceCondition):
    test, title, choices = "stage", _("Stage of a student"), Reader.Stage.choices


class CampusCondition(ChoiceCondition):
    test, title, register = "campus", _("Campus"), "campuses"


class CollegeCondition(ChoiceCondition):
    test, title, register = "college", _("College"), "colleges"


class LanguageCondition(ChoiceCondition):
    test, title, choices = "language", _("Language"), settings.LANGUAGES


class StateCondition(ChoiceCondition):
    test, title, choices = "state", _("State"), Reader.State.choices


class CohortCondition(RangeCondition):
    test, title = "cohort", _("Entry year")

    def end_field(self, label):
        """A year from MIN_YEAR to MAX_YEAR."""
        return forms.IntegerField(
            label=label, required=False, min_value=MIN_YEAR, max_value=MAX_YEAR
        )


class EntersCondition(CohortCondition):
    test, title = "enters", _("Year in which studies begin")


class GraduatesCondition(CohortCondition):
    test, title = "graduates", _("Year of graduation")


class DayField(forms.DateField):
    """A day from the first one of MIN_YEAR to the last one of ``core.days``; may stay empty."""

    def __init__(self, label):
        # Readers may have registered long before there was anything to plan here.
        plausible = PlausibleDay(first=date(MIN_YEAR, 1, 1))
        super().__init__(label=label, required=False, widget=DayInput, validators=[plausible])

    def clean(self, value) -> str | None:
        """The day in ISO, since a rule is stored as JSON, which knows no days; None for none."""
        day = super().clean(value)
        if day is None:
            return None
        return day.isoformat()


class RegisteredCondition(RangeCondition):
    test, title = "registered", _("Registered")

    def end_field(self, label):
        """A day, see ``DayField``."""
        return DayField(label)


class ActivityCondition(ConditionForm):
    """How often a reader did something, ever or within a number of days."""

    test, title = "activity", _("Activity")

    kind = forms.ChoiceField(
        label=_("what"), choices=[(ANY, _("anything")), *Activity.Kind.choices]
    )
    cmp = forms.ChoiceField(
        label=_("how often"),
        choices=[("ge", _("at least")), ("le", _("at most")), ("never", _("never"))],
    )
    n = forms.IntegerField(label=_("times"), required=False, min_value=0, max_value=MAX_COUNT)
    days = forms.IntegerField(
        label=_("in the last days (empty: ever)"),
        required=False,
        min_value=1,
        max_value=MAX_DAYS,
    )

    def clean(self):
        """A number of times, unless "never" is one."""
        # "Never" is a word of the form only; in a rule it is "at most 0 times".
        if self.cleaned_data.get("cmp") == "never":
            self.cleaned_data |= {"cmp": "le", "n": 0}
        elif self.cleaned_data.get("n") is None and "n" not in self.errors:
            self.add_error("n", _("How many times?"))
        return self.cleaned_data

    @staticmethod
    def initial_of(condition):
        """The condition, with "at most 0 times" told as "never"."""
        is_never = (condition["cmp"], condition["n"]) == ("le", 0)
        if is_never:
            return condition | {"cmp": "never", "n": None}
        return condition


class BorrowedCondition(ConditionForm):
    """Whether a reader borrowed something of a listed collection, ever or since a day."""

    test, title = "borrowed", _("Loan from a list")

    def add_fields(self, registers):
        """``list``, one of the listed collections, and the first day, which may stay empty."""
        self.fields["list"] = forms.TypedChoiceField(
            label=_("collection"), choices=registers.collections, coerce=int
        )
        self.fields["since"] = DayField(_("since (empty: ever)"))


class SeenCondition(ConditionForm):
    """Whether a reader was seen within a number of days."""

    test, title = "seen", _("Last seen, by the file of readers")

    cmp = forms.ChoiceField(
        label=_("when"), choices=[("within", _("within")), ("before", _("not within"))]
    )
    days = forms.IntegerField(label=_("the last days"), min_value=1, max_value=MAX_DAYS)


class ScoreCondition(ConditionForm):
    """Brackets of recency, frequency and contribution; a figure without a tick is not asked for."""

    test, title = "rfc", _("Recency, frequency, contribution")

    def add_fields(self, registers):
        """A field of boxes for each figure, with what each bracket means."""
        for figure, label in FIGURES.items():
            self.fields[figure] = forms.TypedMultipleChoiceField(
                label=label,
                choices=registers.brackets[figure],
                coerce=int,
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )

    @staticmethod
    def initial_of(condition):
        """Every figure with its brackets, none where the condition does not name it."""
        return {figure: condition.get(figure, []) for figure in FIGURES}

    def clean(self):
        """At least one bracket of one figure; a condition without any would find everybody."""
        if not any(self.cleaned_data.values()):
            raise forms.ValidationError(_("Tick at least one bracket."))
        return self.cleaned_data

    def condition(self):
        """In ascending order, as a rule is read; what was left empty is no key of it."""
        condition = {"test": self.test}
        for figure, brackets in self.cleaned_data.items():
            if brackets:
                condition[figure] = sorted(brackets)
        return condition


class TraitCondition(ConditionForm):
    """What an imported attribute of a reader is compared with."""

    test, title = "trait", _("Trait")

    name = forms.CharField(label=_("name"), max_length=MAX_TEXT)
    cmp = forms.ChoiceField(
        label=_("comparison"),
        choices=[
            ("eq", _("is")),
            ("in", _("is one of (commas between)")),
            ("ge", _("at least")),
            ("le", _("at most")),
            ("exists", _("is known")),
        ],
    )
    value = forms.CharField(label=_("value"), required=False, max_length=2000)

    def add_fields(self, registers):
        """Both fields offer what exists; whatever is typed is taken as well."""
        self.names = list(registers.traits)
        self.values = registers.traits.get(self["name"].value() or "", [])
        names, values = self.fields["name"].widget.attrs, self.fields["value"].widget.attrs
        names |= {"list": self.names_id, "autocomplete": "off"}
        # The values of another name are asked for as soon as it is chosen.
        names |= {
            "hx-get": reverse("crm:segment-trait-values"),
            "hx-trigger": "change",
            "hx-target": f"#{self.values_id}",
            "hx-params": self.add_prefix("name"),
        }
        values |= {"list": self.values_id, "autocomplete": "off"}

    @property
    def names_in_words(self) -> str:
        """The names of traits that readers have, as one list."""
        return listed(self.names)

    @property
    def names_id(self) -> str:
        """The id of the element in which the browser finds names of traits."""
        return f"names-{self.prefix}"

    @property
    def values_id(self) -> str:
        """The id of the element in which the browser finds values of the trait."""
        return f"values-{self.prefix}"

    def clean(self):
        """``value`` as the comparison wants it: a text, a list, a number, or "" for "is known"; an
        error at ``value`` where what was typed is none of that.
        """
        # Without a comparison that is known, the value is a text like another.
        parse_value = TYPED_VALUES.get(self.cleaned_data.get("cmp"), typed_text)
        typed = self.cleaned_data.get("value", "").strip()
        try:
            self.cleaned_data["value"] = parse_value(typed)
        except forms.ValidationError as error:
            self.add_error("value", error)
        return self.cleaned_data

    @staticmethod
    def initial_of(condition):
        """The condition, with a list of values as one text with commas between."""
        value = condition.get("value", "")
        if isinstance(value, list):
            value = ", ".join(value)
        return condition | {"value": value}


class ConsentCondition(ConditionForm):
    """Whether a reader allows a channel, or can be reached by it."""

    test, title = "consent", _("Channel")

    channel = forms.ChoiceField(label=_("channel"), choices=ContactChannel.choices)

    def add_fields(self, registers):
        """``purpose``, which may stay empty for anything, and ``is``."""
        purposes = [("", _("for anything")), *Purpose.choices]
        self.fields["purpose"] = forms.ChoiceField(
            label=_("purpose"), choices=purposes, required=False
        )
        choices = [("reachable", _("can be reached")), ("allowed", _("has allowed it"))]
        self.fields["is"] = forms.ChoiceField(label=_("state"), choices=choices)


class NestedCondition(ConditionForm):
    """Whether a reader is in another segment."""

    test, title = "segment", _("Another segment")

    def add_fields(self, registers):
        """``id`` of another segment, never the one whose rule is being built."""
        self.fields["id"] = forms.TypedChoiceField(
            label=_("segment"), choices=registers.segments, coerce=int
        )


#: Forms by the test they stand for, in the order in which they are offered.
CONDITIONS: dict[str, type[ConditionForm]] = {
    "kind": KindCondition,
    "stage": StageCondition,
    "activity": ActivityCondition,
    "borrowed": BorrowedCondition,
    "seen": SeenCondition,
    "rfc": ScoreCondition,
    "consent": ConsentCondition,
    "campus": CampusCondition,
    "college": CollegeCondition,
    "cohort": CohortCondition,
    "enters": EntersCondition,
    "graduates": GraduatesCondition,
    "registered": RegisteredCondition,
    "language": LanguageCondition,
    "trait": TraitCondition,
    "segment": NestedCondition,
    "state": StateCondition,
}
