"""Forms for the reader list, one reader, consents, users and the audit trail."""

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from crm.models import Campus, Job, Reader, Segment, User
from crm.models.people import ContactChannel

SIZES = [(25, "25"), (50, "50"), (100, "100"), (200, "200")]
SORTS = ("number", "name", "kind", "campus", "last_seen_on", "registered_on")


def any_of(label):
    return [("", label)]


class ReaderFilter(forms.Form):
    """Filters of the reader list; an unknown value in the address filters nothing instead of failing."""

    q = forms.CharField(label=_("Number, name or e-mail"), required=False, max_length=120)
    kind = forms.ChoiceField(label=_("Kind"), choices=any_of(_("All kinds")) + Reader.Kind.choices, required=False)
    campus = forms.ModelChoiceField(
        Campus.objects.all(), label=_("Campus"), required=False, empty_label=_("All campuses")
    )
    reach = forms.ChoiceField(
        label=_("Reachable by"),
        choices=[*any_of(_("Any")), *ContactChannel.choices, ("none", _("Not reachable"))],
        required=False,
    )
    state = forms.ChoiceField(label=_("State"), choices=any_of(_("Any")) + Reader.State.choices, required=False)
    segment = forms.ModelChoiceField(
        Segment.objects.all(), label=_("Segment"), required=False, empty_label=_("All readers")
    )

    def filter(self, readers):
        """``readers`` (a ReaderQuerySet) narrowed to what was asked for."""
        self.is_valid()
        asked = self.cleaned_data
        if q := asked.get("q", "").replace("\0", "").strip():
            readers = readers.filter(Q(number__startswith=q) | Q(name__icontains=q) | Q(email__istartswith=q))
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
        fields = ["name", "kind", "campus", "college", "cohort", "email", "phone", "language", "state"]

    email = forms.EmailField(label=_("E-mail"), required=False, max_length=254)

    def __init__(self, *args, by: User, **kwargs):
        super().__init__(*args, **kwargs)
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
        label=_("How we know"), max_length=200, help_text=_("For example: said so at the desk on 3 March.")
    )


class OwnConsentForm(forms.Form):
    channel = forms.ChoiceField(choices=ContactChannel.choices)
    granted = forms.TypedChoiceField(choices=[("yes", "yes"), ("no", "no")], coerce=lambda said: said == "yes")


class UserForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ["role", "campus", "is_active"]
        labels = {"is_active": _("May sign in")}
        help_texts = {"campus": _("Empty means the whole library."), "is_active": ""}


class UserFilter(forms.Form):
    q = forms.CharField(label=_("Name or e-mail"), required=False, max_length=120)
    role = forms.ChoiceField(label=_("Role"), choices=any_of(_("All roles")) + User.Role.choices, required=False)

    def filter(self, users):
        self.is_valid()
        if q := self.cleaned_data.get("q", "").replace("\0", "").strip():
            users = users.filter(Q(username__icontains=q) | Q(display_name__icontains=q) | Q(email__istartswith=q))
        if self.cleaned_data.get("role"):
            users = users.filter(role=self.cleaned_data["role"])
        return users


class AuditFilter(forms.Form):
    action = forms.CharField(label=_("Action begins with"), required=False, max_length=60)
    who = forms.CharField(label=_("User name"), required=False, max_length=150)
    since = forms.DateField(label=_("From day"), required=False, widget=forms.DateInput({"type": "date"}))
    until = forms.DateField(label=_("To day"), required=False, widget=forms.DateInput({"type": "date"}))

    def filter(self, events):
        self.is_valid()
        asked = self.cleaned_data
        if asked.get("action"):
            events = events.filter(action__startswith=asked["action"].replace("\0", ""))
        if asked.get("who"):
            events = events.filter(user__username=asked["who"].replace("\0", ""))
        if asked.get("since"):
            events = events.filter(at__date__gte=asked["since"])
        if asked.get("until"):
            events = events.filter(at__date__lte=asked["until"])
        return events


class JobFilter(forms.Form):
    state = forms.ChoiceField(label=_("State"), choices=any_of(_("Any")) + Job.State.choices, required=False)

    def filter(self, found):
        self.is_valid()
        return found.filter(state=self.cleaned_data["state"]) if self.cleaned_data.get("state") else found
