"""Forms for the reader list, one reader and what a reader allows."""

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.listing import any_of
from crm.readers.models import ContactChannel, Reader
from crm.readers.queries import segments_to_filter_by
from crm.staff.models import Campus, User

SIZES = [(25, "25"), (50, "50"), (100, "100"), (200, "200")]
SORTS = ("number", "name", "kind", "campus", "last_seen_on", "registered_on")


class ReaderFilter(forms.Form):
    """Filters of the reader list.

    An unknown value in the address filters nothing instead of failing.
    """

    q = forms.CharField(label=_("Number, name or e-mail"), required=False, max_length=120)
    kind = forms.ChoiceField(
        label=_("Kind"), choices=any_of(_("All kinds")) + Reader.Kind.choices, required=False
    )
    campus = forms.ModelChoiceField(
        Campus.objects.all(), label=_("Campus"), required=False, empty_label=_("All campuses")
    )
    reach = forms.ChoiceField(
        label=_("Reachable by"),
        choices=[*any_of(_("Any")), *ContactChannel.choices, ("none", _("Not reachable"))],
        required=False,
    )
    state = forms.ChoiceField(
        label=_("State"), choices=any_of(_("Any")) + Reader.State.choices, required=False
    )
    segment = forms.ModelChoiceField(
        segments_to_filter_by(), label=_("Segment"), required=False, empty_label=_("All readers")
    )

    def filter(self, readers):
        """``readers`` (a ReaderQuerySet) narrowed to what was asked for."""
        self.is_valid()
        asked = self.cleaned_data
        if q := asked.get("q", "").replace("\0", "").strip():
            readers = readers.filter(
                Q(number__startswith=q) | Q(name__icontains=q) | Q(email__istartswith=q)
            )
        for name in ("kind", "campus", "state"):
            if asked.get(name):
                readers = readers.filter(**{name: asked[name]})
        if asked.get("segment"):
            readers = readers.filter(memberships__segment=asked["segment"])
        if asked.get("reach") == "none":
            readers = readers.unreachable()
        elif asked.get("reach"):
            readers = readers.reachable(asked["reach"])
        return readers


class ReaderForm(forms.ModelForm):
    """What staff may correct by hand; number and source stay, they are the identity."""

    class Meta:
        model = Reader
        fields = [
            "name",
            "kind",
            "campus",
            "college",
            "cohort",
            "email",
            "phone",
            "language",
            "state",
        ]

    email = forms.EmailField(label=_("E-mail"), required=False, max_length=254)

    def __init__(self, *args, by: User, **kwargs):
        super().__init__(*args, **kwargs)
        # Staff of one campus can neither send a reader to another nor out of their own sight.
        self.fields["campus"].required = bool(by.campus_id)
        if by.campus_id:
            self.fields["campus"].queryset = Campus.objects.filter(pk=by.campus_id)


class ConsentForm(forms.Form):
    """A member of staff writes down what a reader said."""

    channel = forms.ChoiceField(label=_("Channel"), choices=ContactChannel.choices)
    granted = forms.TypedChoiceField(
        label=_("The reader"),
        choices=[("yes", _("agrees")), ("no", _("does not agree any more"))],
        coerce=lambda said: said == "yes",
    )
    wording = forms.CharField(
        label=_("How we know"),
        max_length=200,
        help_text=_("For example: said so at the desk on 3 March."),
    )


class OwnConsentForm(forms.Form):
    channel = forms.ChoiceField(choices=ContactChannel.choices)
    granted = forms.TypedChoiceField(
        choices=[("yes", "yes"), ("no", "no")], coerce=lambda said: said == "yes"
    )
