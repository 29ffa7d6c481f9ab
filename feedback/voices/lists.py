"""The desk's inbox of voices."""

from operator import methodcaller

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_filters import ChoiceFilter, FilterSet

from core.listing import (
    NOWRAP,
    CheckFilter,
    Column,
    DateColumn,
    List,
    Table,
    TemplateColumn,
    WordsFilter,
    only_if_checked,
)
from feedback.voices.models import Voice


class VoiceFilter(FilterSet):
    q = WordsFilter(label=_("Search"), lookups=("text__icontains", "reference__icontains"))
    state = ChoiceFilter(
        label=_("State"), choices=Voice.State.choices, empty_label=_("All"), method="in_state"
    )
    kind = ChoiceFilter(label=_("Kind"), choices=Voice.Kind.choices, empty_label=_("All"))
    category = ChoiceFilter(label=_("About"), choices=Voice.Category.choices, empty_label=_("All"))
    late = CheckFilter(label=_("Late only"), method="only_late")

    def filter_queryset(self, queryset):
        """What waits for a look, or was put aside, is listed only where it is asked for: by its
        state, or by words of it.
        """
        found = super().filter_queryset(queryset)
        asked = self.form.cleaned_data
        if asked.get("state") or asked.get("q"):
            return found
        return found.let_through()

    def in_state(self, voices, _name, state):
        """Voices in ``state``; what waits for a look also waits for that of a message that was
        written later.
        """
        if state == Voice.State.HELD:
            return voices.held()
        return voices.filter(state=state)

    def only_late(self, voices, _name, checked):
        """Voices whose promised day has passed without a reply; all of ``voices`` unless it is
        checked.
        """
        return only_if_checked(voices, checked, methodcaller("late"))


class VoiceTable(Table):
    reference = Column(_("Reference"), linkify=True, attrs=NOWRAP)
    text = TemplateColumn(
        template_name="feedback/voices/_voice_text.html",
        context_object_name="voice",
        verbose_name=_("What was said"),
    )
    kind = Column(_("Kind"), attrs=NOWRAP)
    state = TemplateColumn(
        template_name="feedback/voices/_voice_state.html",
        context_object_name="voice",
        verbose_name=_("State"),
        attrs=NOWRAP,
    )
    assigned_to = Column(_("With whom"))
    received_at = DateColumn(pgettext_lazy("time", "Received"), format="DATE_FORMAT")


class VoiceList(List):
    filters = VoiceFilter
    table_class = VoiceTable
    order = ("-received_at", "-pk")
    size = 25


class OwnVoiceList(List):
    """What one reader said, for themselves."""

    order = ("-received_at", "-pk")
    size = 20
