"""What the conditions of the builder choose from, as the database has it."""

from django.utils.functional import cached_property

from crm.collections.models import ListedCollection
from crm.rfc.queries import brackets_in_force, last_run
from crm.rfc.words import FIGURES, choices_of
from crm.segments.models import Segment
from crm.segments.traits import offered_traits
from crm.staff.models import Campus, College


class Registers:
    """Choices from the database, asked once per page and only when a condition shows them."""

    def __init__(self, segment: Segment | None = None):
        """``segment``: the one whose rule is built; None for a new one."""
        self.segment = segment

    @cached_property
    def campuses(self) -> list[tuple[str, str]]:
        """(code, name), as a rule holds the code."""
        return [(campus.code, str(campus)) for campus in Campus.objects.all()]

    @cached_property
    def colleges(self) -> list[tuple[str, str]]:
        """(code, name), as a rule holds the code."""
        return [(college.code, str(college)) for college in College.objects.all()]

    @cached_property
    def traits(self) -> dict[str, list[str]]:
        """{name: values} that many readers bear."""
        return offered_traits()

    @cached_property
    def brackets(self) -> dict[str, list[tuple[int, str]]]:
        """(bracket, what it means) of each figure, by the edges of the last run, or by those in
        force before the first one.
        """
        edges = last_run() or brackets_in_force()
        return {figure: choices_of(figure, edges) for figure in FIGURES}

    @cached_property
    def collections(self) -> list[tuple[int, str]]:
        """(id, name) of all listed collections, by name."""
        return list(ListedCollection.objects.values_list("pk", "name"))

    @cached_property
    def segments(self) -> list[tuple[int, str]]:
        """(id, name) of all segments but the one whose rule is being built, by name."""
        others = Segment.objects.all()
        if self.segment:
            others = others.exclude(pk=self.segment.pk)
        return list(others.values_list("pk", "name"))
