"""Choosing how often, when and up to which limits campaigns mail."""

from decimal import Decimal

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from campaigns.limits.models import SEVERAL, MailRules
from core.forms import Form

#: More mails in a span, and longer spans, would be no limit.
MOST_MAILS = 100
MOST_DAYS = 365
#: A share of fewer mails says little: one of ten is ten percent.
LEAST_MAILS = 10
MOST_COUNTED = 1_000_000
SMALLEST_SHARE = Decimal("0.01")


class TimeInput(forms.TimeInput):
    """The browser's own picker of a time."""

    input_type = "time"

    def __init__(self, attrs=None):
        super().__init__(attrs, format="%H:%M")


def share_field(label) -> forms.DecimalField:
    """A limit in percent, from SMALLEST_SHARE to 100; empty for no limit, which is None."""
    return forms.DecimalField(
        label=label,
        min_value=SMALLEST_SHARE,
        max_value=100,
        decimal_places=2,
        required=False,
        help_text=_("Percent; empty: no such limit."),
    )


class MailRulesForm(Form):
    """The library's rules of mailing."""

    cap_mails = forms.IntegerField(
        label=_("At most so many promotional mails for each mailbox"),
        min_value=1,
        max_value=MOST_MAILS,
        required=False,
        help_text=_("Of all campaigns together, notices left out. Empty: any number."),
    )
    cap_days = forms.IntegerField(
        label=_("In so many days"),
        min_value=1,
        max_value=MOST_DAYS,
    )
    quiet_from = forms.TimeField(
        label=_("Quiet hours from"),
        required=False,
        widget=TimeInput,
        help_text=_("Local time. Promotional mail waits until they end; notices go at once."),
    )
    quiet_until = forms.TimeField(
        label=pgettext_lazy("quiet hours", "until"), required=False, widget=TimeInput
    )
    bounce_limit = share_field(_("A campaign stops when so many mails cannot be delivered"))
    complaint_limit = share_field(_("or so many are reported as spam"))
    least_mails = forms.IntegerField(
        label=_("of at least so many mails"),
        min_value=LEAST_MAILS,
        max_value=MOST_COUNTED,
        help_text=format_lazy(
            _("And at least {n} of them, or reports from {n} mailboxes: one is no share."),
            n=SEVERAL,
        ),
    )

    def __init__(self, *args, rules: MailRules, **kwargs):
        """The fields begin with what ``rules`` say."""
        initial = {name: getattr(rules, name) for name in MailRules.CHOSEN}
        super().__init__(*args, initial=initial, **kwargs)

    def clean(self) -> None:
        """Quiet hours have two ends that differ; said at the second.

        Nothing is said where both are empty, or while one of them cannot be read.
        """
        super().clean()
        ends = ("quiet_from", "quiet_until")
        hours = tuple(map(self.cleaned_data.get, ends))
        if any(map(self.has_error, ends)) or hours == (None, None):
            return
        if None in hours:
            self.add_error("quiet_until", _("Quiet hours have a beginning and an end."))
        elif hours[0] == hours[1]:
            self.add_error("quiet_until", _("They must end at another time than they begin."))
