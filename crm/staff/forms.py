from django.utils.translation import gettext_lazy as _

from core.forms import ModelForm
from crm.staff.models import User


class UserForm(ModelForm):
    class Meta:
        model = User
        fields = ["role", "campus", "is_active"]
        labels = {"campus": _("Campus"), "is_active": _("May sign in")}
        help_texts = {"campus": _("Empty means the whole library."), "is_active": ""}
