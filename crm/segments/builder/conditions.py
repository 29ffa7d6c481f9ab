"""One small form for each test a rule can make.

A form's field names are the keys of the condition. Two of those keys ("in", "from") are Python
keywords and cannot be attributes, so their fields are added in ``add_fields``.
"""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from crm.readers.models import Activity, ContactChannel, Reader
from crm.segments.checks import MAX_TEXT
from crm.segments.models import Segment
from crm.segments.rule import ANY, MAX_COUNT, MAX_DAYS, MAX_YEAR, MIN_YEAR, Rule
from crm.staff.models import Campus, College


class Registers:
    """Choices from the database, asked once per page and only when a condition shows them."""

    def __init__(self, segment: Segment | None = None):
        self.segment = segment

    @cached_property
    def campuses(self) -> list[tuple[str, str]]:
        return [(one.code, str(one)) for one in Campus.objects.all()]

    @cached_property
    def colleges(self) -> list[tuple[str, str]]:
        return [(one.code, str(one)) for one in College.objects.all()]

    @cached_property
    def segments(self) -> list[tuple[int, str]]:
        others = Segment.objects.all()
        if self.segment:
            others = others.exclude(pk=self.segment.pk)
        return list(others.values_list("pk", "name"))


class ConditionForm(forms.Form):
    """One condition. ``condition()`` is what the rule says, ``initial_of`` the way back."""

    test = ""
    title = ""

    def __init__(self, *args, registers: Registers, **kwargs):
        super().__init__(*args, **kwargs)
        self.add_fields(registers)

    def add_fields(self, registers: Registers) -> None:
        """Add the fields that cannot stand in the class."""

    def condition(self) -> Rule:
        """The condition of a valid form; what was left empty is no key of it."""
        condition = {"test": self.test}
        for key, value in self.cleaned_data.items():
            if value not in (None, ""):
                condition[key] = value
        return condition

    @staticmethod
    def initial_of(condition: Rule) -> dict[str, Any]:
        """What the form shows for a stored condition, by field; ``test`` has none."""
        return condition


class ChoiceCondition(ConditionForm):
    """Tests whose only key is the list ``in``: one box per choice.

    The choices are fixed, or those of ``register``, a property of Registers.
    """

    choices: Any = ()
    register = ""

    def add_fields(self, registers):
        choices = self.choices
        if self.register:
            choices = getattr(registers, self.register)
        self.fields["in"] = forms.MultipleChoiceField(
            label=self.title, choices=choices, widget=forms.CheckboxSelectMultiple
        )


class KindCondition(ChoiceCondition):
    test, title, choices = "kind", _("Kind of reader"), Reader.Kind.choices


class CampusCondition(ChoiceCondition):
    test, title, register = "campus", _("Campus"), "campuses"


class CollegeCondition(ChoiceCondition):
    test, title, register = "college", _("College"), "colleges"


class LanguageCondition(ChoiceCondition):
    test, title, choices = "language", _("Language"), settings.LANGUAGES


class StateCondition(ChoiceCondition):
    test, title, choices = "state", _("State"), Reader.State.choices


class RangeCondition(ConditionForm):
    """Tests with the keys ``from`` and ``to``, of which one is enough."""

    def end_field(self, label) -> forms.Field:
        """The field of one end, not required."""
        raise NotImplementedError

    def add_fields(self, registers):
        self.fields["from"] = self.end_field(_("from"))
        self.fields["to"] = self.end_field(_("to"))

    def clean(self):
        low, high = self.cleaned_data.get("from"), self.cleaned_data.get("to")
        if low is not None and high is not None:
            if low > high:
                raise forms.ValidationError(_("The end lies before the beginning."))
            return self.cleaned_data

        # An end that could not be read is no missing one.
        has_an_end = low is not None or high is not None
        if not has_an_end and not self.errors:
            raise forms.ValidationError(_("Give at least one end."))
        return self.cleaned_data


class CohortCondition(RangeCondition):
    test, title = "cohort", _("Entry year")

    def end_field(self, label):
        return forms.IntegerField(
            label=label, required=False, min_value=MIN_YEAR, max_value=MAX_YEAR
        )


class RegisteredCondition(RangeCondition):
    test, title = "registered", _("Registered")

    def end_field(self, label):
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        return forms.DateField(label=label, required=False, widget=widget)

    def condition(self):
        condition = super().condition()
        # A rule is stored as JSON, which knows no days.
        for end in ("from", "to"):
            if end in condition:
                condition[end] = condition[end].isoformat()
        return condition


class ActivityCondition(ConditionForm):
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
        label=_("in the last days (empty: ever)"), required=False, min_value=1, max_value=MAX_DAYS
    )

    def clean(self):
        # "Never" is a word of the form only; in a rule it is "at most 0 times".
        if self.cleaned_data.get("cmp") == "never":
            self.cleaned_data |= {"cmp": "le", "n": 0}
        elif self.cleaned_data.get("n") is None and "n" not in self.errors:
            self.add_error("n", _("How many times?"))
        return self.cleaned_data

    @staticmethod
    def initial_of(condition):
        if condition["cmp"] == "le" and condition["n"] == 0:
            return condition | {"cmp": "never", "n": None}
        return condition


class SeenCondition(ConditionForm):
    test, title = "seen", _("Last seen")

    cmp = forms.ChoiceField(
        label=_("when"), choices=[("within", _("within")), ("before", _("not within"))]
    )
    days = forms.IntegerField(label=_("the last days"), min_value=1, max_value=MAX_DAYS)


class TraitCondition(ConditionForm):
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

    def clean(self):
        comparison = self.cleaned_data.get("cmp")
        value = self.cleaned_data.get("value", "").strip()

        if comparison == "exists":
            self.cleaned_data["value"] = ""
        elif not value:
            self.add_error("value", _("Which value?"))
        elif comparison in {"ge", "le"}:
            self._take_number(value)
        elif comparison == "in":
            self._take_list(value)
        return self.cleaned_data

    def _take_list(self, value: str) -> None:
        # The Chinese comma is what a Chinese keyboard writes.
        typed = value.replace("，", ",").split(",")
        parts = list(filter(None, map(str.strip, typed)))
        self.cleaned_data["value"] = parts
        if not parts:
            self.add_error("value", _("Which value?"))

    def _take_number(self, value: str) -> None:
        try:
            number = forms.FloatField().clean(value)
        except forms.ValidationError as error:
            self.add_error("value", error)
            return

        # 4 stays 4: as 4.0 the rule would seem changed, and be a new version, each time it is
        # saved.
        if number.is_integer():
            number = int(number)
        self.cleaned_data["value"] = number

    @staticmethod
    def initial_of(condition):
        value = condition.get("value", "")
        if isinstance(value, list):
            value = ", ".join(value)
        return condition | {"value": value}


class ConsentCondition(ConditionForm):
    test, title = "consent", _("Channel")

    channel = forms.ChoiceField(label=_("channel"), choices=ContactChannel.choices)

    def add_fields(self, registers):
        choices = [("reachable", _("can be reached")), ("allowed", _("has allowed it"))]
        self.fields["is"] = forms.ChoiceField(label=_("state"), choices=choices)


class NestedCondition(ConditionForm):
    test, title = "segment", _("Another segment")

    def add_fields(self, registers):
        self.fields["id"] = forms.TypedChoiceField(
            label=_("segment"), choices=registers.segments, coerce=int
        )


#: Forms by the test they stand for, in the order in which they are offered.
CONDITIONS: dict[str, type[ConditionForm]] = {
    "kind": KindCondition,
    "activity": ActivityCondition,
    "seen": SeenCondition,
    "consent": ConsentCondition,
    "campus": CampusCondition,
    "college": CollegeCondition,
    "cohort": CohortCondition,
    "registered": RegisteredCondition,
    "language": LanguageCondition,
    "trait": TraitCondition,
    "segment": NestedCondition,
    "state": StateCondition,
}
