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
    # A day on the clock, not 24 hours: the hour stays the same where the clocks are changed.
    return today + timedelta(days=1)


class LaunchForm(forms.Form):
    NOW, HOUR, SET = "now", "hour", "set"
    when = forms.ChoiceField(label=_("When"), widget=forms.RadioSelect)

    def __init__(self, *args, content: Content, **kwargs):
        super().__init__(*args, **kwargs)
        # The choices hold the times, so that what is chosen is what was shown.
        self.times = {self.HOUR: next_sending_hour(content.campaign)}
        choices = [
            (self.NOW, _("At once")),
            (
                self.HOUR,
                _("At the campaign's hour of sending: %s") % minute_of(self.times[self.HOUR]),
            ),
        ]
        proposed = self.NOW
        # A time that has passed is no choice: it would mean at once, and say something else.
        if content.due_at and content.due_at > timezone.now():
            self.times[self.SET] = content.due_at
            label = _("At the time set in the content: %s") % minute_of(content.due_at)
            choices.append((self.SET, label))
            proposed = self.SET
        self.fields["when"].choices = choices
        self.initial.setdefault("when", proposed)

    @property
    def due_at(self) -> datetime:
        """When the mails of a valid form may go; for "at once" this moment."""
        chosen = self.cleaned_data["when"]
        if chosen == self.NOW:
            return timezone.now()
        return self.times[chosen]


def minute_of(at: datetime) -> str:
    """2026-11-26 17:05, local time."""
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}"
