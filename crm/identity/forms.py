"""Forms for systems of numbers, and for the further numbers of one reader."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.addresses import normal_number
from core.forms import Form, ModelForm
from crm.readers.models import NumberSystem
from crm.readers.queries import PORTAL


class SystemForm(ModelForm):
    """A system that gives people numbers."""

    class Meta:
        model = NumberSystem
        fields = ["name_zh", "name_en", "example", "headers"]
        help_texts = {
            "example": _("Shown wherever the system is chosen, for example 2023110301."),
            "headers": _("Several names with a blank between them, for example 学号 studentid."),
        }


class ClaimForm(Form):
    """Somebody says which record is theirs, and shows it by the code from the desk."""

    number = forms.CharField(label=_("Number on your card"), max_length=64)
    code = forms.CharField(
        label=_("Code from the desk"),
        max_length=32,
        required=False,
        help_text=_(
            "Leave it empty to have a link sent to the address that the library holds of you."
        ),
    )

    def clean_number(self) -> str:
        """In the one form in which tries are counted and readers found."""
        return normal_number(self.cleaned_data["number"])


class NumberForm(Form):
    """A further number of one reader."""

    system = forms.ModelChoiceField(
        NumberSystem.objects.exclude(code=PORTAL),
        to_field_name="code",
        label=_("System that gave the number"),
    )
    number = forms.CharField(label=pgettext_lazy("of a system", "Number"), max_length=64)

    def clean_number(self) -> str:
        """Digits of any script as 0 to 9, nothing invisible: as numbers of readers are stored."""
        return normal_number(self.cleaned_data["number"])
