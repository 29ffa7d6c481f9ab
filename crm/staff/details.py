"""What stands beside a row of the audit trail, in words. Rows keep names and codes as stored."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy as word

from core.localised import labelled, listed

#: What the names of details are called; one that is not listed is shown as it is.
NAMES = {
    "address": word("audit", "address"),
    "adjustments": word("audit", "proposals"),
    "after": word("audit", "afterwards"),
    "allowed": word("audit", "allowed"),
    "amount": word("audit", "amount"),
    "before": word("audit", "before"),
    "by_api": word("audit", "over the API"),
    "changed": word("audit", "changed"),
    "channel": word("audit", "channel"),
    "columns": word("audit", "columns"),
    "cost": word("audit", "cost"),
    "days": word("audit", "days"),
    "done": word("audit", "done"),
    "element": word("audit", "element"),
    "en": word("audit", "in English"),
    "factor": word("audit", "with"),
    "factors": word("audit", "with"),
    "field": word("audit", "field"),
    "fields": word("audit", "fields"),
    "filters": word("audit", "filters"),
    "format": word("audit", "format"),
    "granted": word("audit", "agreed"),
    "held_out": word("audit", "kept back for comparison"),
    "host": word("audit", "host"),
    "include": word("audit", "taken in"),
    "kind": word("audit", "kind"),
    "mailed": word("audit", "mailed"),
    "metric": word("audit", "figure"),
    "name": word("audit", "name"),
    "need": word("audit", "need"),
    "number": word("audit", "number"),
    "part": word("audit", "part"),
    "placement": word("audit", "placement"),
    "previous": word("audit", "the round before"),
    "purpose": word("audit", "purpose"),
    "reader": word("audit", "reader"),
    "reason": word("audit", "reason"),
    "rows": word("audit", "rows"),
    "segment": word("audit", "segment"),
    "segments": word("audit", "segments"),
    "sessions": word("audit", "sessions"),
    "sha256": word("audit", "fingerprint"),
    "share": word("audit", "share"),
    "shares": word("audit", "shares"),
    "size": word("audit", "size"),
    "source": word("audit", "source"),
    "state": word("audit", "state"),
    "strength": word("audit", "strength"),
    "survey": word("audit", "survey"),
    "target": word("audit", "target"),
    "task": word("audit", "task"),
    "template": word("audit", "template"),
    "tokens": word("audit", "tokens"),
    "value": word("audit", "value"),
    "version": word("audit", "version"),
    "weight": word("audit", "weight"),
    "zh": word("audit", "in Chinese"),
}
#: What somebody signed in with.
FACTORS = {
    "code": word("audit", "second factor"),
    "password": word("audit", "password"),
    "password_reset": word("audit", "link of a reset mail"),
    "recovery_codes": word("audit", "recovery code"),
    "totp": word("audit", "authenticator app"),
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
