from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.listing import any_of
from crm.staff.models import User


class UserForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ["role", "campus", "is_active"]
        labels = {"is_active": _("May sign in")}
        help_texts = {"campus": _("Empty means the whole library."), "is_active": ""}


class UserFilter(forms.Form):
    q = forms.CharField(label=_("Name or e-mail"), required=False, max_length=120)
    role = forms.ChoiceField(
        label=_("Role"), choices=any_of(_("All roles")) + User.Role.choices, required=False
    )

    def filter(self, users):
        self.is_valid()
        if q := self.cleaned_data.get("q", "").replace("\0", "").strip():
            users = users.filter(
                Q(username__icontains=q) | Q(display_name__icontains=q) | Q(email__istartswith=q)
            )
        if self.cleaned_data.get("role"):
            users = users.filter(role=self.cleaned_data["role"])
        return users


class AuditFilter(forms.Form):
    action = forms.CharField(label=_("Action begins with"), required=False, max_length=60)
    who = forms.CharField(label=_("User name"), required=False, max_length=150)
    since = forms.DateField(
        label=_("From day"), required=False, widget=forms.DateInput({"type": "date"})
    )
    until = forms.DateField(
        label=_("To day"), required=False, widget=forms.DateInput({"type": "date"})
    )

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
