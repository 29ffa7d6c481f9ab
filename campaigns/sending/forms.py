"""Launching a content."""

from datetime import datetime, timedelta

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from campaigns.contents.models import Content
from campaigns.contents.tags import fields_that_are_none, named_fields
from campaigns.plan.models import Campaign
from campaigns.sending.audience import sending_moment
from campaigns.sending.words import minute_of
from core import texts
from core.forms import Form


def next_sending_hour(campaign: Campaign, now: datetime | None = None) -> datetime:
    """The next time the campaign's hour of sending strikes, local time."""
    local = timezone.localtime(now)
    today = local.replace(hour=campaign.send_hour, minute=0, second=0, microsecond=0)
    if today > local:
        return today
    # A day on the clock, not 24 hours: the hour stays the same where the clocks are changed.
    return today + timedelta(days=1)


class MomentChoice(forms.ChoiceField):
    """One of several moments, each posted as its ISO time: what is chosen is what was shown.

    The choices are made anew when the form comes back, and the clock has gone on since.
    """

    default_error_messages = {
        "passed": _("This time has passed. Choose again."),
        "invalid_choice": _("This time is no longer offered. Choose again."),
    }

    def validate(self, value):
        """A time that was offered and has passed is refused in words of its own; any other that is
        not offered as by every list of choices.
        """
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            moment = None
        # One without a zone was never offered, and cannot be compared.
        is_comparable = moment is not None and timezone.is_aware(moment)
        if is_comparable and moment <= timezone.now():
            raise forms.ValidationError(self.error_messages["passed"], code="passed")
        super().validate(value)


class LimitResumeForm(Form):
    """Why a campaign goes on that a limit has stopped."""

    reason = forms.CharField(
        label=_("Why it goes on"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For example what was mended. It stays in the audit trail with your name."),
    )

    def clean_reason(self) -> str:
        """In one line: it stands in the audit trail."""
        return texts.one_line(self.cleaned_data["reason"])


class LaunchForm(Form):
    NOW = "now"
    when = MomentChoice(label=_("When"), widget=forms.RadioSelect)

    def __init__(self, *args, content: Content, **kwargs):
        """Times to choose from: at once, the campaign's hour, the content's own if still to come.

        Asks whether braces that are no field may stay, and whether mail may go out before the
        campaign's first day, where there is such a thing.
        """
        super().__init__(*args, **kwargs)
        self.content = content
        hour = next_sending_hour(content.campaign)
        labels = {
            self.NOW: self.label_of(_("At once"), timezone.now()),
            hour.isoformat(): self.label_of(
                _("At the campaign's hour of sending: %s") % minute_of(hour), hour
            ),
        }
        proposed = self.NOW
        # A time that has passed is no choice: it would mean at once, and say something else.
        if content.due_at and content.due_at > timezone.now():
            # In local time as the hour is: one moment is one choice.
            proposed = timezone.localtime(content.due_at).isoformat()
            said = _("At the time set in the content: %s") % minute_of(content.due_at)
            labels[proposed] = self.label_of(said, content.due_at)
        self.fields["when"].choices = list(labels.items())
        self.initial.setdefault("when", proposed)

        self.ask_about_fields(fields_that_are_none(content))
        self.starts_on = content.campaign.starts_on
        if self._is_early(timezone.now()):
            self.fields["early"] = forms.BooleanField(
                label=_("Yes, write to readers before the campaign's first day"),
                help_text=_("The campaign begins on %s.") % date_format(self.starts_on),
                required=False,
            )

    def label_of(self, said: str, moment: datetime) -> str:
        """A choice in words; one in quiet hours says until when its mail waits."""
        goes_at = sending_moment(self.content, moment)
        if goes_at == moment:
            return said
        return _("%(choice)s (quiet hours: the mail waits until %(time)s)") % {
            "choice": said,
            "time": minute_of(goes_at),
        }

    def ask_about_fields(self, found: list[str]) -> None:
        """A second yes where something looks like a field and is none."""
        if found:
            self.fields["literal"] = forms.BooleanField(
                label=_("Yes, mail it as it stands"), help_text=named_fields(found), required=False
            )

    def _is_early(self, moment: datetime) -> bool:
        """Whether the campaign has not begun on the day of ``moment``."""
        return self.starts_on is not None and timezone.localdate(moment) < self.starts_on

    def clean(self) -> None:
        """A mail before the campaign's first day needs a second yes; so do fields that are none.
        Each is said at its box, or of the whole form where there is none.
        """
        super().clean()
        if "literal" in self.fields and not self.cleaned_data.get("literal"):
            self.add_error(
                "literal",
                _("Nothing is filled in there. Mend the text, or say that it is meant so."),
            )
        if "when" not in self.cleaned_data or not self._is_early(self.due_at):
            return
        if not self.cleaned_data.get("early"):
            box = None
            if "early" in self.fields:
                box = "early"
            self.add_error(
                box,
                _("The mail would go out before the campaign's first day. Say that you mean it."),
            )

    @property
    def due_at(self) -> datetime:
        """When the mails of a valid form may go; for "at once" this moment."""
        chosen = self.cleaned_data["when"]
        if chosen == self.NOW:
            return timezone.now()
        return datetime.fromisoformat(chosen)
