from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from campaigns.contents import targets
from campaigns.contents.models import Content
from campaigns.contents.tags import taken_out
from campaigns.experiments.models import Arm
from campaigns.hosts.known import check_hosts
from core import bodies, texts
from core.characters import is_blank
from core.forms import ModelForm, MomentInput
from core.markup import bounded
from core.refusals import Refused
from crm.library.forms import PictureForm

#: Headers of a mail and what stands in lists: a line break in them would begin a header of its own.
ONE_LINE = ("title", "subject", "preheader", "sender_name")


class ContentForm(ModelForm):
    class Meta:
        model = Content
        fields = Content.TYPED
        widgets = {
            "body": forms.Textarea(attrs={"rows": 16, "spellcheck": "true"}),
            "due_at": MomentInput,
        }
        help_texts = {
            "title": _("Only you and your colleagues see this."),
            "subject": _("{name} stands for the reader's name."),
            "preheader": _("The line that mail programs show after the subject."),
            "body": _(
                "Plain text with a blank line between paragraphs, or simple HTML: paragraphs, "
                "headings, lists, links. {name}, {campus} and {kind} are "
                "filled in for each reader, {unsubscribe} is their way out; anything else in "
                "braces stays as it is. Every link is counted by its place. A path of this site "
                "such as /s/welcome/ also tells that page who follows it."
            ),
            "arm": _("Readers of the other arms do not get it. Nobody who is held out does."),
            "sender_name": _("Empty: the library's name."),
        }

    def __init__(self, *args, **kwargs):
        """What a content is for can be chosen only while it is a draft."""
        super().__init__(*args, **kwargs)
        #: What cleaning took out of a valid form's text, in words.
        self.taken_out = ""
        # Its audience was frozen for one purpose; the text may change, what it is for may not.
        for name in ("purpose", "to_subscribers", "arm"):
            self.fields[name].disabled = not self.instance.is_draft
        self._offer_arms()

    def _offer_arms(self) -> None:
        """The arms of its own campaign; nothing to choose where there is one, or none."""
        arms = Arm.objects.filter(experiment__campaign=self.instance.campaign)
        if len(arms) < 2:
            del self.fields["arm"]
            return
        self.fields["arm"].queryset = arms
        self.fields["arm"].empty_label = _("All arms")

    def clean_body(self):
        """The cleaned HTML that is stored, paragraphs made of plain text. ValidationError where it
        is too large, leads where no link may, or has nothing to read.

        Links are judged as typed, so that a refused one is named instead of silently dropped by the
        cleaning.
        """
        try:
            typed = bounded(texts.without_controls(self.cleaned_data["body"]))
        except Refused as refusal:
            raise ValidationError(str(refusal)) from None
        found = targets.check_links(typed)
        check_hosts(target for target, _label in found)
        body = bodies.clean_body(bodies.with_paragraphs(typed))
        self.taken_out = taken_out(typed, body)
        if is_blank(bodies.plain_text_of(body)):
            raise ValidationError(_("There is nothing to read in it."))
        return body

    def clean(self):
        """What stands in a header has one line: breaks in it become spaces."""
        cleaned = super().clean()
        for name in ONE_LINE:
            # A field with an error of its own is not among the cleaned ones.
            if name in cleaned:
                cleaned[name] = texts.one_line(cleaned[name])
        return cleaned


class ContentPictureForm(PictureForm):
    """The picture above a letter's text: drawn to twice the 600 pixels that a letter is wide."""

    longest = 1200
