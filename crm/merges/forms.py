"""Forms for joining two records of one person."""

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from core.addresses import normal_number
from core.forms import Form
from crm.merges.words import Compared

KEPT, GONE = "kept", "gone"
SIDES = [(KEPT, _("of the record that stays")), (GONE, _("of the record that goes"))]


class JoinForm(Form):
    """Whose value stays, for each line in which the two differ."""

    def __init__(self, *args, lines: list[Compared], suggested: set[str], **kwargs):
        """``lines`` as compared; ``suggested``: the names that come of the record that goes."""
        super().__init__(*args, **kwargs)
        for line in lines:
            if line.name:
                self.fields[line.name] = forms.ChoiceField(
                    label=line.label,
                    choices=SIDES,
                    initial=GONE if line.name in suggested else KEPT,
                    widget=forms.RadioSelect,
                )

    def choice_of(self, line: Compared) -> BoundField | None:
        """The field in which one chooses for the line; None where the two say the same, and where
        what both say comes together.
        """
        if not line.name:
            return None
        return self[line.name]

    def taken(self) -> set[str]:
        """The names of what comes of the record that goes; of a valid form only."""
        return {name for name, side in self.cleaned_data.items() if side == GONE}


class OtherNumberForm(Form):
    """The number of another record that may be of the same person."""

    number = forms.CharField(label=_("Number of the other record"), max_length=64)

    def clean_number(self) -> str:
        """Digits of any script as 0 to 9, nothing invisible: as numbers of readers are stored."""
        return normal_number(self.cleaned_data["number"])
