"""What the forms of single tests have in common: one condition, a list of choices, a range.

A form's field names are the keys of the condition. Two of those keys ("in", "from") are Python
keywords and cannot be attributes, so their fields are added in ``add_fields``.
"""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import Form
from crm.segments.builder.registers import Registers
from crm.segments.rule import Rule


class ConditionField(forms.BoundField):
    """A field that is described by the faults of its condition, which are drawn anew while somebody
    types; what it says of itself would stay until the whole page is sent.
    """

    def build_widget_attrs(self, attrs, widget=None):
        """Ties the field to its condition's faults, which stand above it as one list."""
        attrs = super().build_widget_attrs(attrs, widget)
        attrs.pop("aria-invalid", None)
        attrs["aria-describedby"] = self.form.faults_id
        return attrs


class ConditionForm(Form):
    """One condition. ``condition()`` is what the rule says, ``initial_of`` the way back."""

    bound_field_class = ConditionField
    test = ""
    title = ""

    @property
    def faults_id(self) -> str:
        """The id of what the page says is wrong with it."""
        return f"faults-{self.prefix}"

    def __init__(self, *args, registers: Registers, **kwargs):
        """``registers``: what the fields of the condition are chosen from."""
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
        """One field, ``in``; a choice that the database offers is asked for now."""
        choices = self.choices
        if self.register:
            choices = getattr(registers, self.register)
        self.fields["in"] = forms.MultipleChoiceField(
            label=self.title, choices=choices, widget=forms.CheckboxSelectMultiple
        )


class RangeCondition(ConditionForm):
    """Tests with the keys ``from`` and ``to``, of which one is enough."""

    def end_field(self, label) -> forms.Field:
        """The field of one end, not required."""
        raise NotImplementedError

    def add_fields(self, registers):
        """Both ends, ``from`` and ``to``."""
        self.fields["from"] = self.end_field(_("from"))
        self.fields["to"] = self.end_field(_("to"))

    def clean(self):
        """At least one end, and the two in their order; else ValidationError of the whole."""
        # What is asked for is a year or a day, and neither is 0.
        ends = list(filter(None, map(self.cleaned_data.get, ("from", "to"))))
        # An end that could not be read is no missing one.
        if not ends and not self.errors:
            raise forms.ValidationError(_("Give at least one end."))
        if ends != sorted(ends):
            raise forms.ValidationError(_("The end lies before the beginning."))
        return self.cleaned_data
