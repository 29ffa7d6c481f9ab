from django import forms
from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from campaigns.contents import targets
from campaigns.hosts.known import check_hosts
from campaigns.plan.models import Channel
from core import texts
from core.forms import Form


class LinkForm(Form):
    """A placement outside the mails: a poster, a post, a display board."""

    placement = forms.CharField(
        label=_("Placement"), max_length=120, help_text=_("For example: poster at the south gate")
    )
    channel = forms.ModelChoiceField(
        label=_("Channel"), queryset=Channel.objects.filter(contact=""), empty_label=_("Choose one")
    )
    target = forms.CharField(
        label=_("Leads to"),
        max_length=500,
        help_text=_("https://… or a path of this site such as /s/welcome/"),
    )

    def clean_placement(self):
        """In one line: it stands in lists and on posters."""
        return texts.one_line(self.cleaned_data["placement"])

    def clean_target(self):
        """An address that may be linked to; ValidationError names the host that may not, or why
        whoever reads a poster would not be let in.
        """
        target = targets.check_target(self.cleaned_data["target"])
        check_hosts([target])
        # Paper holds no key: what is there for some alone is known by a later room.
        why_not = import_string(settings.LINKS_JUDGED_BY)(target)
        if why_not:
            raise forms.ValidationError(why_not)
        return target
