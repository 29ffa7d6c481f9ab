"""Writing a content, launching it, placing a link, and filtering deliveries."""

from datetime import datetime, timedelta

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.contents.models import Content
from campaigns.plan.models import Campaign
from campaigns.sending.models import Delivery


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


class DeliveryFilterForm(forms.Form):
    q = forms.CharField(label=_("Search"), required=False)
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("All")), *Delivery.State.choices]
    )
    clicked = forms.BooleanField(label=_("Followed a link"), required=False)

    ORDERS = {
        "sent": "sent_at",
        "-sent": "-sent_at",
        "clicked": "clicked_at",
        "-clicked": "-clicked_at",
    }

    def filter(self, deliveries, sort: str = ""):
        """Narrow and order a Delivery queryset by what was chosen."""
        chosen = self.cleaned_data if self.is_valid() else {}
        if chosen.get("state"):
            deliveries = deliveries.filter(state=chosen["state"])
        if chosen.get("clicked"):
            deliveries = deliveries.filter(clicked_at__isnull=False)
        if q := chosen.get("q"):
            deliveries = deliveries.filter(Q(reader__number=q) | Q(reader__name__icontains=q))
        order = self.ORDERS.get(sort)
        return deliveries.order_by(*([order] if order else []), "pk")
