from django import forms
from django.utils.translation import gettext_lazy as _

from crm.staff.models import User


class UserForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ["role", "campus", "is_active"]
        labels = {"campus": _("Campus"), "is_active": _("May sign in")}
        help_texts = {"campus": _("Empty means the whole library."), "is_active": ""}
