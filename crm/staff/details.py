"""What stands beside a row of the audit trail, in words. Rows keep names and codes as stored."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.localised import labelled, listed

#: What the names of details are called; one that is not listed is shown as it is.
NAMES = {
    "address": pgettext_lazy("audit", "address"),
    "adjustments": pgettext_lazy("audit", "proposals"),
    "after": pgettext_lazy("audit", "afterwards"),
    "allowed": pgettext_lazy("audit", "allowed"),
    "amount": pgettext_lazy("audit", "amount"),
    "before": pgettext_lazy("audit", "before"),
    "by_api": pgettext_lazy("audit", "over the API"),
    "changed": pgettext_lazy("audit", "changed"),
    "channel": pgettext_lazy("audit", "channel"),
    "columns": pgettext_lazy("audit", "columns"),
    "cost": pgettext_lazy("audit", "cost"),
    "days": pgettext_lazy("audit", "days"),
    "done": pgettext_lazy("audit", "done"),
    "element": pgettext_lazy("audit", "element"),
    "en": pgettext_lazy("audit", "in English"),
    "factor": pgettext_lazy("audit", "with"),
    "factors": pgettext_lazy("audit", "with"),
    "field": pgettext_lazy("audit", "field"),
    "fields": pgettext_lazy("audit", "fields"),
    "filters": pgettext_lazy("audit", "filters"),
    "format": pgettext_lazy("audit", "format"),
    "granted": pgettext_lazy("audit", "agreed"),
    "held_out": pgettext_lazy("audit", "kept back for comparison"),
    "host": pgettext_lazy("audit", "host"),
    "include": pgettext_lazy("audit", "taken in"),
    "kind": pgettext_lazy("audit", "kind"),
    "mailed": pgettext_lazy("audit", "mailed"),
    "metric": pgettext_lazy("audit", "figure"),
    "name": pgettext_lazy("audit", "name"),
    "need": pgettext_lazy("audit", "need"),
    "number": pgettext_lazy("audit", "number"),
    "part": pgettext_lazy("audit", "part"),
    "placement": pgettext_lazy("audit", "placement"),
    "previous": pgettext_lazy("audit", "the round before"),
    "purpose": pgettext_lazy("audit", "purpose"),
    "reader": pgettext_lazy("audit", "reader"),
    "reason": pgettext_lazy("audit", "reason"),
    "rows": pgettext_lazy("audit", "rows"),
    "segment": pgettext_lazy("audit", "segment"),
    "segments": pgettext_lazy("audit", "segments"),
    "sessions": pgettext_lazy("audit", "sessions"),
    "sha256": pgettext_lazy("audit", "fingerprint"),
    "share": pgettext_lazy("audit", "share"),
    "shares": pgettext_lazy("audit", "shares"),
    "size": pgettext_lazy("audit", "size"),
    "source": pgettext_lazy("audit", "source"),
    "state": pgettext_lazy("audit", "state"),
    "strength": pgettext_lazy("audit", "strength"),
    "survey": pgettext_lazy("audit", "survey"),
    "target": pgettext_lazy("audit", "target"),
    "task": pgettext_lazy("audit", "task"),
    "template": pgettext_lazy("audit", "template"),
    "tokens": pgettext_lazy("audit", "tokens"),
    "value": pgettext_lazy("audit", "value"),
    "version": pgettext_lazy("audit", "version"),
    "weight": pgettext_lazy("audit", "weight"),
    "zh": pgettext_lazy("audit", "in Chinese"),
}
#: What somebody signed in with.
FACTORS = {
    "code": pgettext_lazy("audit", "second factor"),
    "password": pgettext_lazy("audit", "password"),
    "password_reset": pgettext_lazy("audit", "link of a reset mail"),
    "recovery_codes": pgettext_lazy("audit", "recovery code"),
    "totp": pgettext_lazy("audit", "authenticator app"),
}
#: Details whose values are codes, with the words for them.
CODES = {"factor": FACTORS, "factors": FACTORS}
NOTHING = (None, "", [], {})


def detail_in_words(detail: Mapping[str, Any]) -> list[str]:
    """A text "name: value" for every detail that says something."""
    said = []
    for name, value in detail.items():
        if value not in NOTHING:
            said.append(labelled(NAMES.get(name, name), value_in_words(name, value)))
    return said


def value_in_words(name: str, value: Any) -> str:
    """A stored value for people; ``name`` says whether it is a code."""
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, list):
        return listed(value_in_words(name, one) for one in value)
    if isinstance(value, dict):
        return listed(detail_in_words(value))
    return str(CODES.get(name, {}).get(value, value))
