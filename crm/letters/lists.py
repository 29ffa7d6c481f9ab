"""The list of single letters and how each of them goes."""

from datetime import timedelta
from operator import methodcaller

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_filters import ChoiceFilter, FilterSet

from core.listing import (
    NOWRAP,
    CheckFilter,
    DateColumn,
    FigureColumn,
    List,
    Table,
    TemplateColumn,
    WordsFilter,
    only_if_checked,
)
from crm.letters.models import Letter, LetterKind

DAY, WEEK, OLDER = "day", "week", "older"
AGES = [
    (DAY, _("Of the last 24 hours")),
    (WEEK, _("Of the last seven days")),
    (OLDER, _("Older than seven days")),
]


class LetterFilter(FilterSet):
    q = WordsFilter(label=_("Search"), lookups=("address__icontains", "subject__icontains"))
    state = ChoiceFilter(label=_("State"), choices=Letter.State.choices, empty_label=_("All"))
    kind = ChoiceFilter(label=_("Kind"), choices=LetterKind.choices, empty_label=_("All"))
    age = ChoiceFilter(label=_("Age"), choices=AGES, empty_label=_("All"), method="only_of_age")
    late = CheckFilter(label=_("Waits too long"), method="only_late")

    def only_of_age(self, letters, _name, age):
        """Of the last day, of the last week, or older than that.

        By when they were written. ``age`` is one of the choices of the filter.
        """
        now = timezone.now()
        if age == DAY:
            return letters.filter(created_at__gte=now - timedelta(days=1))
        if age == WEEK:
            return letters.filter(created_at__gte=now - timedelta(days=7))
        return letters.filter(created_at__lt=now - timedelta(days=7))

    def only_late(self, letters, _name, checked):
        """Letters that should have gone out by now.

        All of them where the box is not checked.
        """
        return only_if_checked(letters, checked, methodcaller("late"))


class LetterTable(Table):
    subject = TemplateColumn(
        template_name="crm/letters/_letter_subject.html",
        context_object_name="letter",
        verbose_name=_("Letter"),
    )
    state = TemplateColumn(
        template_name="crm/letters/_letter_state.html",
        context_object_name="letter",
        verbose_name=_("State"),
    )
    created_at = DateColumn(
        pgettext_lazy("time", "Written"), format="DATETIME_FORMAT", attrs=NOWRAP
    )
    attempts = FigureColumn(_("Handed over"))


class LetterList(List):
    filters = LetterFilter
    table_class = LetterTable
    order = ("-created_at", "-pk")
