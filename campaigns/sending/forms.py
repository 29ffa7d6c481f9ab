"""Launching a content."""

from datetime import datetime, timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.contents.models import Content
from campaigns.plan.models import Campaign


def next_sending_hour(campaign: Campaign, now: datetime | None = None) -> datetime:
    """The next time the campaign's hour of sending strikes, local time."""
    local = timezone.localtime(now)
    today = local.replace(hour=campaign.send_hour, minute=0, second=0, microsecond=0)
    if today > local:
        return today
    return today + timedelta(days=1)


class LaunchForm(forms.Form):
    NOW, HOUR, SET = "now", "hour", "set"
    when = forms.ChoiceField(label=_("When"), widget=forms.RadioSelect)

    def __init__(self, *args, content: Content, **kwargs):
        super().__init__(*args, **kwargs)
        # The choices hold the times, so that what is chosen is what was shown.
        self.times = {self.NOW: None, self.HOUR: next_sending_hour(content.campaign)}
        labels = {self.NOW: _("At once"), self.HOUR: _("At the campaign's hour of sending: %s")}
        if content.due_at and content.due_at > timezone.now():
            self.times[self.SET] = content.due_at
            labels[self.SET] = _("At the time set in the content: %s")
        self.fields["when"].choices = [
            (key, labels[key] % f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else labels[key])
            for key, at in self.times.items()
        ]
        self.initial.setdefault("when", self.SET if self.SET in self.times else self.NOW)

    @property
    def due_at(self) -> datetime:
        return self.times[self.cleaned_data["when"]] or timezone.now()
