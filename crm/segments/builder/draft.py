"""A rule while it is being built: groups and conditions, each with its form."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from core.forms import Form
from core.listing import whole_number
from crm.segments.builder.conditions import CONDITIONS
from crm.segments.builder.registers import Registers
from crm.segments.models import Segment
from crm.segments.rule import MAX_NODES, Rule

#: Stands for a group where a condition has the name of its test.
GROUP = "group"
#: What a group asks of its parts; a rule knows no "none", it is written there as not(or(…)).
GROUP_CHOICES = [
    ("and", _("all of these hold")),
    ("or", _("at least one holds")),
    ("none", _("none of these holds")),
]
#: By what a group asks, the operator between its parts.
OPERATORS = {"and": "and", "or": "or", "none": "or"}
#: The length a whole mark may have; its two numbers are limited by ``whole_number``.
MAX_MARK = 39


class GroupForm(Form):
    """What one group asks of its parts."""

    op = forms.ChoiceField(label=_("Of these conditions"), choices=GROUP_CHOICES)


@dataclass(frozen=True)
class Mark:
    """What the page says of a node in a hidden field: ``NUMBER PARENT TEST``."""

    number: int
    parent: int
    test: str

    @classmethod
    def read(cls, text: str) -> "Mark | None":
        """The mark, or None for what no page of ours has written."""
        if len(text) > MAX_MARK:
            return None
        number_text, _space, rest = text.partition(" ")
        parent_text, _space, test = rest.partition(" ")

        number = whole_number(number_text, None)
        parent = whole_number(parent_text, None)
        if number is None or parent is None:
            return None
        return cls(number, parent, test)

    def __str__(self):
        return f"{self.number} {self.parent} {self.test}"


@dataclass(frozen=True)
class FieldFault:
    """What one field of a node lacks: the id it has on the page, its label, and the words."""

    id: str
    label: str
    message: str


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
        """Whether conditions hang below it."""
        return self.test == GROUP

    @property
    def key(self) -> str:
        """``id`` as text: the template filter ``add`` joins no number to a text."""
        return str(self.id)

    @property
    def faults(self) -> list[FieldFault]:
        """What is wrong with its fields; a fault of the whole leads to its first field."""
        form = self.form
        first = next(iter(form.visible_fields()))
        found = [FieldFault(first.auto_id, "", error) for error in form.non_field_errors()]
        for shown in form.visible_fields():
            for error in shown.errors:
                found.append(FieldFault(shown.auto_id, str(shown.label), error))
        return found

    @property
    def mark(self) -> str:
        """What the hidden field of the node holds."""
        return str(Mark(self.id, self.parent, self.test))


class Draft:
    """A rule while it is being built, perhaps not yet complete. Node 0 is the outermost group."""

    def __init__(self, registers: Registers):
        self.registers = registers
        self.nodes: dict[int, Node] = {}
        #: Whether the page says what is wrong: not while somebody is still putting it together.
        self.says_faults = False

    # --- making one -------------------------------------------------------------------------------
    @classmethod
    def of_segment(cls, segment: Segment | None) -> "Draft":
        """The stored rule of a segment, or an empty one."""
        rule = {}
        if segment:
            rule = segment.rule
        return cls.of_rule(rule, Registers(segment))

    @classmethod
    def of_rule(cls, rule: Rule, registers: Registers) -> "Draft":
        """A stored rule, which may be empty."""
        draft = cls(registers)
        draft._add_rule(_with_outer_group(rule), 0)
        return draft

    @classmethod
    def of_post(cls, data: QueryDict, registers: Registers) -> "Draft":
        """What was submitted; marks that do not fit together are left out, and those beyond
        MAX_NODES + 1. Always has its outermost group.
        """
        draft = cls(registers)
        # One more than a rule may have: the outermost group need not be a part of the rule.
        for text in data.getlist("node")[: MAX_NODES + 1]:
            mark = Mark.read(text)
            if mark:
                draft._add_node(mark.number, mark.parent, mark.test, data=data)

        if 0 not in draft.nodes:
            draft._add_node(0, 0, GROUP)
        return draft

    # --- changing it ------------------------------------------------------------------------------
    def change(self, do: str, data: QueryDict) -> None:
        """Do what a button of the tree says.

        ``add:ID`` adds the condition chosen beside the button to group ID, ``group:ID`` an empty
        group, ``remove:ID`` takes a node out with all its parts. Anything else changes nothing.
        """
        verb, _colon, number = do.partition(":")
        target = self._node_numbered(number)
        if target is None:
            return

        match verb:
            case "remove" if target is not self.root:
                self._remove(target)
            case "add":
                self._add(target, data.get(f"new-{target.id}", ""))
            case "group":
                self._add(target, GROUP)

    def _node_numbered(self, number: str) -> Node | None:
        """The node with this mark, None for one that is not there or for what is no number."""
        return self.nodes.get(whole_number(number, None))

    def _add(self, group: Node, test: str) -> None:
        """Add an empty condition or group, while there is room for one more."""
        if not group.is_group or len(self.nodes) > MAX_NODES:
            return
        number = max(self.nodes) + 1
        self._add_node(number, group.id, test)

    def _remove(self, node: Node) -> None:
        """Take a node out, and all its parts with it."""
        # A copy: each part takes itself out of the list.
        for part in list(node.parts):
            self._remove(part)
        self.nodes[node.parent].parts.remove(node)
        del self.nodes[node.id]

    # --- reading it -------------------------------------------------------------------------------
    @property
    def root(self) -> Node:
        """The group that holds all the others."""
        return self.nodes[0]

    @property
    def unfinished(self) -> list[Node]:
        """The conditions with faults, in the order of the page; said from now on beside each."""
        self.says_faults = True
        return list(filter(attrgetter("form.errors"), self._in_order(self.root)))

    @property
    def conditions(self) -> list[Node]:
        """All but the groups, in the order of the page."""
        return [node for node in self._in_order(self.root) if not node.is_group]

    def _in_order(self, node: Node) -> Iterator[Node]:
        """A node and all below it, from the top of the page to its end."""
        yield node
        for part in node.parts:
            yield from self._in_order(part)

    def is_valid(self) -> bool:
        """True when every form is; empty groups count as not there."""
        # Every one is asked, so that each shows its own errors.
        answers = [node.form.is_valid() for node in self.nodes.values()]
        return all(answers)

    def rule(self) -> Rule:
        """The rule of a valid draft; a group of one says what its part says. Empty without
        conditions, which means every current reader.
        """
        return self._rule_of(self.root) or {}

    def _rule_of(self, node: Node) -> Rule | None:
        """What a node says; None for a group without parts."""
        if not node.is_group:
            return node.form.condition()

        parts = []
        for part in node.parts:
            rule = self._rule_of(part)
            if rule:
                parts.append(rule)
        if not parts:
            return None
        return _group_rule(node.form.cleaned_data["op"], parts)

    # --- nodes ------------------------------------------------------------------------------------
    def _add_rule(self, rule: Rule, parent: int) -> None:
        """Add a stored rule as nodes under ``parent``, groups before their parts."""
        number = len(self.nodes)
        if "test" in rule:
            test = rule["test"]
            self._add_node(number, parent, test, initial=CONDITIONS[test].initial_of(rule))
            return

        choice, parts = _choice_and_parts(rule)
        self._add_node(number, parent, GROUP, initial={"op": choice})
        for part in parts:
            self._add_rule(part, number)

    def _add_node(self, number: int, parent: int, test: str, **values: Any) -> None:
        """Add a node under ``parent``; what does not fit into the tree is left out.

        ``values`` are the ``data`` or ``initial`` of its form.
        """
        if number in self.nodes or not self._has_group_for(number, parent):
            return
        form = self._form_of(number, test, values)
        if form is None:
            return

        # A browser would refuse to send an incomplete condition, and so every button of the tree.
        form.use_required_attribute = False
        node = Node(number, parent, test, form)
        self.nodes[number] = node
        if node is not self.root:
            self.nodes[parent].parts.append(node)

    def _has_group_for(self, number: int, parent: int) -> bool:
        """Whether a node would stand below a group; node 0 stands below none."""
        if number == 0:
            return True
        group = self.nodes.get(parent)
        return group is not None and group.is_group

    def _form_of(self, number: int, test: str, values: dict[str, Any]) -> forms.Form | None:
        """The form of a node; None where there is no such test."""
        if test == GROUP:
            return GroupForm(prefix=f"g{number}", **values)
        # Node 0 is a group, whatever a page made up by hand says.
        if number == 0 or test not in CONDITIONS:
            return None

        condition_form = CONDITIONS[test]
        return condition_form(prefix=f"c{number}", registers=self.registers, **values)


def _with_outer_group(rule: Rule) -> Rule:
    """The rule as a group, which the page always begins with."""
    if not rule:
        return {"op": "and", "of": []}
    if "op" in rule:
        return rule
    return {"op": "and", "of": [rule]}


def _group_rule(choice: str, parts: list[Rule]) -> Rule:
    """The rule that a group with this choice and these parts stands for."""
    rule = {"op": OPERATORS[choice], "of": parts}
    if len(parts) == 1:
        rule = parts[0]
    if choice == "none":
        return {"op": "not", "of": [rule]}
    return rule


def _choice_and_parts(group: Rule) -> tuple[str, list[Rule]]:
    """The way back from ``_group_rule``: what the group on the page asks, and of which parts."""
    if group["op"] != "not":
        return group["op"], group["of"]

    # not(or(…)) is how "none of these" was written: its parts stand in one group again.
    denied = group["of"][0]
    if denied.get("op") == "or":
        return "none", denied["of"]
    return "none", group["of"]
