"""The rule of a segment as a tree of forms.

The builder works without scripts: every condition is a small form with its own prefix, every change
of the tree is a submit button, and the order of the ``node`` fields is the order on the page.
"""

from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.conf import settings
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from crm.readers.models import Activity, ContactChannel, Reader
from crm.segments.models import Segment
from crm.staff.models import Campus, College


# --- one form per test ----------------------------------------------------------------------------
def _boxes(label, choices):
    return forms.MultipleChoiceField(
        label=label, choices=choices, widget=forms.CheckboxSelectMultiple
    )


class ConditionForm(forms.Form):
    """One leaf of the tree. ``leaf()`` is what the rule says, ``initial_of`` the way back."""

    test = ""
    title = ""

    def __init__(self, *args, registers: "Registers", **kwargs):
        super().__init__(*args, **kwargs)
        self.fill(registers)

    def fill(self, registers: "Registers") -> None:
        """Choices that stand in the database."""

    def leaf(self) -> dict[str, Any]:
        given = {key: value for key, value in self.cleaned_data.items() if value not in (None, "")}
        return {"test": self.test} | given

    @staticmethod
    def initial_of(leaf: dict[str, Any]) -> dict[str, Any]:
        return {key: value for key, value in leaf.items() if key != "test"}


class ChoiceCondition(ConditionForm):
    """Tests whose only key is the list ``in``, which is no name for a Python attribute."""

    choices: Any = ()
    register = ""

    def fill(self, registers):
        choices = getattr(registers, self.register) if self.register else self.choices
        self.fields["in"] = _boxes(self.title, choices)


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
    """From and to, of which one is enough; "from" is no name for a Python attribute either."""

    def clean(self):
        low, high = self.cleaned_data.get("from"), self.cleaned_data.get("to")
        if not self.errors and low is None and high is None:
            raise forms.ValidationError(_("Give at least one end."))
        if low is not None and high is not None and low > high:
            raise forms.ValidationError(_("The end lies before the beginning."))
        return self.cleaned_data


class CohortCondition(RangeCondition):
    test, title = "cohort", _("Entry year")

    def fill(self, registers):
        for name, label in (("from", _("from")), ("to", _("to"))):
            self.fields[name] = forms.IntegerField(
                label=label, required=False, min_value=1900, max_value=2200
            )


class RegisteredCondition(RangeCondition):
    test, title = "registered", _("Registered")

    def fill(self, registers):
        for name, label in (("from", _("from")), ("to", _("to"))):
            widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
            self.fields[name] = forms.DateField(label=label, required=False, widget=widget)

    def leaf(self):
        return {
            key: value if key == "test" else value.isoformat()
            for key, value in super().leaf().items()
        }


class ActivityCondition(ConditionForm):
    test, title = "activity", _("Activity")

    kind = forms.ChoiceField(
        label=_("what"), choices=[("any", _("anything")), *Activity.Kind.choices]
    )
    cmp = forms.ChoiceField(
        label=_("how often"),
        choices=[("ge", _("at least")), ("le", _("at most")), ("never", _("never"))],
    )
    n = forms.IntegerField(label=_("times"), required=False, min_value=0, max_value=100_000)
    days = forms.IntegerField(
        label=_("in the last days (empty: ever)"), required=False, min_value=1, max_value=36525
    )

    def clean(self):
        if self.cleaned_data.get("cmp") == "never":
            self.cleaned_data |= {"cmp": "le", "n": 0}
        elif self.cleaned_data.get("n") is None and "n" not in self.errors:
            self.add_error("n", _("How many times?"))
        return self.cleaned_data

    @staticmethod
    def initial_of(leaf):
        never = {"cmp": "never", "n": None} if (leaf["cmp"], leaf["n"]) == ("le", 0) else {}
        return leaf | never


class SeenCondition(ConditionForm):
    test, title = "seen", _("Last seen")

    cmp = forms.ChoiceField(
        label=_("when"), choices=[("within", _("within")), ("before", _("not within"))]
    )
    days = forms.IntegerField(label=_("the last days"), min_value=1, max_value=36525)


class TraitCondition(ConditionForm):
    test, title = "trait", _("Trait")

    name = forms.CharField(label=_("name"), max_length=200)
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
        compare, value = self.cleaned_data.get("cmp"), self.cleaned_data.get("value", "").strip()
        if compare == "exists":
            self.cleaned_data["value"] = ""
        elif not value:
            self.add_error("value", _("Which value?"))
        elif compare in {"ge", "le"}:
            self._as_number(value)
        elif compare == "in":
            self._as_list(value)
        return self.cleaned_data

    def _as_list(self, value: str) -> None:
        parts = [part.strip() for part in value.replace("，", ",").split(",") if part.strip()]
        self.cleaned_data["value"] = parts
        if not parts:
            self.add_error("value", _("Which value?"))

    def _as_number(self, value: str) -> None:
        try:
            number = forms.FloatField().clean(value)
        except forms.ValidationError as error:
            self.add_error("value", error)
        else:
            self.cleaned_data["value"] = int(number) if number.is_integer() else number

    @staticmethod
    def initial_of(leaf):
        value = leaf.get("value", "")
        return leaf | {"value": ", ".join(value) if isinstance(value, list) else value}


class ConsentCondition(ConditionForm):
    test, title = "consent", _("Channel")

    channel = forms.ChoiceField(label=_("channel"), choices=ContactChannel.choices)

    def fill(self, registers):
        choices = [("reachable", _("can be reached")), ("allowed", _("has allowed it"))]
        self.fields["is"] = forms.ChoiceField(label=_("state"), choices=choices)


class NestedCondition(ConditionForm):
    test, title = "segment", _("Another segment")

    def fill(self, registers):
        self.fields["id"] = forms.TypedChoiceField(
            label=_("segment"), choices=registers.segments, coerce=int
        )


CONDITIONS: dict[str, type[ConditionForm]] = {
    form.test: form
    for form in (
        KindCondition,
        ActivityCondition,
        SeenCondition,
        ConsentCondition,
        CampusCondition,
        CollegeCondition,
        CohortCondition,
        RegisteredCondition,
        LanguageCondition,
        TraitCondition,
        NestedCondition,
        StateCondition,
    )
}


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
        own = self.segment.pk if self.segment else None
        return list(Segment.objects.exclude(pk=own).values_list("pk", "name"))


# --- the tree -------------------------------------------------------------------------------------
#: What a group asks of its parts; "none" is written as not(or(…)).
GROUP_CHOICES = [
    ("and", _("all of these hold")),
    ("or", _("at least one holds")),
    ("none", _("none of these holds")),
]
MOST_NODES = 60


class GroupForm(forms.Form):
    op = forms.ChoiceField(label=_("Of these conditions"), choices=GROUP_CHOICES)


@dataclass
class Node:
    """One group or condition on the page.

    ``id`` is its mark in field names and lasts as long as the page.
    """

    id: int
    parent: int
    test: str
    form: forms.Form
    parts: list["Node"] = field(default_factory=list)

    @property
    def is_group(self) -> bool:
        return self.test == "group"

    @property
    def key(self) -> str:
        return str(self.id)

    @property
    def mark(self) -> str:
        return f"{self.id} {self.parent} {self.test}"


class Draft:
    """A rule while it is being built, perhaps not yet complete. Node 0 is the outermost group."""

    def __init__(self, registers: Registers):
        self.registers = registers
        self.nodes: dict[int, Node] = {}

    @classmethod
    def of_rule(cls, rule: dict[str, Any], registers: Registers) -> "Draft":
        draft = cls(registers)
        if "op" not in rule:
            rule = {"op": "and", "of": [rule] if rule else []}
        draft._take(rule, 0)
        return draft

    @classmethod
    def of_post(cls, data, registers: Registers) -> "Draft":
        """What was submitted; marks that do not fit together are left out."""
        draft = cls(registers)
        for mark in data.getlist("node")[: MOST_NODES + 1]:
            number, _space, rest = mark.partition(" ")
            parent, _space, test = rest.partition(" ")
            if number.isdecimal() and parent.isdecimal() and len(mark) < 40:
                draft._put(int(number), int(parent), test, data=data)
        if 0 not in draft.nodes:
            draft._put(0, 0, "group")
        return draft

    def change(self, do: str, data) -> None:
        """``add:ID`` adds the condition chosen beside the button to group ID, ``group:ID`` a group,
        ``remove:ID``.
        """
        verb, _colon, number = do.partition(":")
        target = self.nodes.get(int(number)) if number.isdecimal() and len(number) < 10 else None
        if target is None or (
            verb in {"add", "group"} and not (target.is_group and len(self.nodes) <= MOST_NODES)
        ):
            return
        if verb == "remove" and target.id:
            self._remove(target)
        elif verb in {"add", "group"}:
            self._put(
                max(self.nodes) + 1,
                target.id,
                data.get(f"new-{target.id}", "") if verb == "add" else "group",
            )

    @property
    def root(self) -> Node:
        return self.nodes[0]

    def is_valid(self) -> bool:
        """True when every form is; empty groups count as not there."""
        # Every one is asked, so that each shows its own errors.
        answers = [node.form.is_valid() for node in self.nodes.values()]
        return all(answers)

    def rule(self) -> dict[str, Any]:
        """The rule of a valid draft; a group of one says what its part says."""
        return self._rule(self.root) or {}

    def _rule(self, node: Node) -> dict[str, Any] | None:
        if not node.is_group:
            return node.form.leaf()
        parts = [rule for part in node.parts if (rule := self._rule(part))]
        op = node.form.cleaned_data["op"]
        if not parts:
            return None
        together = (
            parts[0] if len(parts) == 1 else {"op": "or" if op == "none" else op, "of": parts}
        )
        return {"op": "not", "of": [together]} if op == "none" else together

    def _take(self, rule: dict[str, Any], parent: int) -> None:
        """Lay a stored rule out as nodes."""
        number = len(self.nodes)
        if "test" in rule:
            self._put(
                number, parent, rule["test"], initial=CONDITIONS[rule["test"]].initial_of(rule)
            )
            return
        op, parts = rule["op"], rule["of"]
        if op == "not":
            op = "none"
            parts = parts[0]["of"] if parts[0].get("op") == "or" else parts
        self._put(number, parent, "group", initial={"op": op})
        for part in parts:
            self._take(part, number)

    def _put(self, number: int, parent: int, test: str, **values) -> None:
        above = self.nodes.get(parent)
        if number in self.nodes or (number and (above is None or not above.is_group)):
            return
        if test == "group":
            form = GroupForm(prefix=f"g{number}", **values)
        elif test in CONDITIONS and number:
            form = CONDITIONS[test](prefix=f"c{number}", registers=self.registers, **values)
        else:
            return
        form.use_required_attribute = False
        self.nodes[number] = Node(number, parent, test, form)
        if number:
            above.parts.append(self.nodes[number])

    def _remove(self, node: Node) -> None:
        for part in list(node.parts):
            self._remove(part)
        self.nodes[node.parent].parts.remove(node)
        del self.nodes[node.id]
