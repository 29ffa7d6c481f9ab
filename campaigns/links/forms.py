from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaigns.contents import targets
from campaigns.plan.models import Campaign, Channel
from core import texts


class LinkForm(forms.Form):
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
        return texts.one_line(self.cleaned_data["placement"])

    def clean_target(self):
        return targets.check_target(self.cleaned_data["target"])


class LinkFilterForm(forms.Form):
    q = forms.CharField(label=_("Search"), required=False)
    campaign = forms.ModelChoiceField(
        label=_("Campaign"), queryset=Campaign.objects.all(), required=False, empty_label=_("All")
    )
    channel = forms.ModelChoiceField(
        label=_("Channel"), queryset=Channel.objects.all(), required=False, empty_label=_("All")
    )

    ORDERS = {
        "placement": "placement",
        "-placement": "-placement",
        "clicks": "clicks",
        "-clicks": "-clicks",
    }

    def filter(self, found, sort: str = ""):
        """Narrow and order a TrackedLink queryset by what was chosen."""
        chosen = self.cleaned_data if self.is_valid() else {}
        for name in ("campaign", "channel"):
            if chosen.get(name):
                found = found.filter(**{name: chosen[name]})
        if q := chosen.get("q"):
            found = found.filter(Q(placement__icontains=q) | Q(target__icontains=q) | Q(code=q))
        return found.order_by(self.ORDERS.get(sort, "-created_at"), "-pk")
