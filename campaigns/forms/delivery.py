"""Writing a content, launching it, placing a link, and filtering deliveries."""

from datetime import datetime, timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns import html, links
from campaigns.models import Campaign, Channel, Content, Delivery


def next_sending_hour(campaign: Campaign, now: datetime | None = None) -> datetime:
    """The next time the campaign's hour of sending strikes, local time."""
    local = timezone.localtime(now)
    today = local.replace(hour=campaign.send_hour, minute=0, second=0, microsecond=0)
    return today if today > local else today + timedelta(days=1)


class ContentForm(forms.ModelForm):
    class Meta:
        model = Content
        fields = Content.TYPED
        widgets = {
            "body": forms.Textarea(attrs={"rows": 16, "spellcheck": "true"}),
            "due_at": forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        }
        help_texts = {
            "title": _("Only you and your colleagues see this."),
            "subject": _("{name} stands for the reader's name."),
            "preheader": _("The line that mail programs show after the subject."),
            "body": _(
                "Simple HTML: paragraphs, headings, lists, links. {name}, {campus} and {kind} are filled in for each "
                "reader, {unsubscribe} is their way out; anything else in braces stays as it is. Every link is counted "
                "by its place. A path of this site such as /s/welcome/ also tells that page who follows it."
            ),
            "sender_name": _("Empty: the library's name."),
        }

    def clean_title(self):
        return html.one_line(self.cleaned_data["title"])

    def clean_subject(self):
        return html.one_line(self.cleaned_data["subject"])

    def clean_preheader(self):
        return html.one_line(self.cleaned_data["preheader"])

    def clean_sender_name(self):
        return html.one_line(self.cleaned_data["sender_name"])

    def clean_body(self):
        """Links are judged as typed, so that a refused one is named instead of silently dropped by the cleaning."""
        typed = html.plain(self.cleaned_data["body"])
        links.check_links(typed)
        body = html.clean(typed)
        if not html.text(body).strip():
            raise ValidationError(_("There is nothing to read in it."))
        return body


class LaunchForm(forms.Form):
    NOW, HOUR, SET = "now", "hour", "set"
    when = forms.ChoiceField(label=_("When"), widget=forms.RadioSelect)

    def __init__(self, *args, content: Content, **kwargs):
        super().__init__(*args, **kwargs)
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


class LinkForm(forms.Form):
    """A placement outside the mails: a poster, a post, a display board."""

    placement = forms.CharField(
        label=_("Placement"), max_length=120, help_text=_("For example: poster at the south gate")
    )
    channel = forms.ModelChoiceField(
        label=_("Channel"), queryset=Channel.objects.filter(contact=""), empty_label=_("Choose one")
    )
    target = forms.CharField(
        label=_("Leads to"), max_length=500, help_text=_("https://… or a path of this site such as /s/welcome/")
    )

    def clean_placement(self):
        return html.one_line(self.cleaned_data["placement"])

    def clean_target(self):
        return links.check_target(self.cleaned_data["target"])


class LinkFilterForm(forms.Form):
    q = forms.CharField(label=_("Search"), required=False)
    campaign = forms.ModelChoiceField(
        label=_("Campaign"), queryset=Campaign.objects.all(), required=False, empty_label=_("All")
    )
    channel = forms.ModelChoiceField(
        label=_("Channel"), queryset=Channel.objects.all(), required=False, empty_label=_("All")
    )

    ORDERS = {"placement": "placement", "-placement": "-placement", "clicks": "clicks", "-clicks": "-clicks"}

    def filter(self, found, sort: str = ""):
        """Narrow and order a TrackedLink queryset by what was chosen."""
        chosen = self.cleaned_data if self.is_valid() else {}
        for name in ("campaign", "channel"):
            if chosen.get(name):
                found = found.filter(**{name: chosen[name]})
        if q := chosen.get("q"):
            found = found.filter(Q(placement__icontains=q) | Q(target__icontains=q) | Q(code=q))
        return found.order_by(self.ORDERS.get(sort, "-created_at"), "-pk")


class DeliveryFilterForm(forms.Form):
    q = forms.CharField(label=_("Search"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("All")), *Delivery.State.choices])
    clicked = forms.BooleanField(label=_("Followed a link"), required=False)

    ORDERS = {"sent": "sent_at", "-sent": "-sent_at", "clicked": "clicked_at", "-clicked": "-clicked_at"}

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


class MailboxSearchForm(forms.Form):
    q = forms.CharField(label=_("Search"), required=False, help_text=_("Receiver or subject"))
