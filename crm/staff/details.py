"""What stands beside a row of the audit trail, in words. Rows keep names and codes as stored.

Rooms above say in ``AUDIT_CODES`` of their ``words.py`` what their codes mean; settings list them.
"""

from collections.abc import Mapping
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db.models import Model
from django.utils.text import capfirst
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from core.localised import labelled, listed
from core.moments import stored_day_or_moment
from core.numbers import plain
from core.rooms import said_by
from core.terms import registered

#: What the names of details are called; one that is not listed is shown as it is.
NAMES = {
    "address": pgettext_lazy("audit", "address"),
    "adjustments": pgettext_lazy("audit", "proposals"),
    "after": pgettext_lazy("audit", "afterwards"),
    "allowed": pgettext_lazy("audit", "allowed"),
    "amount": pgettext_lazy("audit", "amount"),
    "away": pgettext_lazy("audit", "put away"),
    "before": pgettext_lazy("audit", "before"),
    "breaks": pgettext_lazy("audit", "breaks in the chain"),
    "by_api": pgettext_lazy("audit", "over the API"),
    "changed": pgettext_lazy("audit", "changed"),
    "channel": pgettext_lazy("audit", "channel"),
    "choice": pgettext_lazy("audit", "what was said"),
    "closed": pgettext_lazy("audit", "closed"),
    "code": pgettext_lazy("audit", "code"),
    "colour": pgettext_lazy("audit", "colour"),
    "columns": pgettext_lazy("audit", "columns"),
    "counted": pgettext_lazy("audit", "counted again"),
    "cost": pgettext_lazy("audit", "cost"),
    "entered": pgettext_lazy("audit", "joined"),
    "failed": pgettext_lazy("audit", "failed"),
    "created": pgettext_lazy("audit", "new"),
    "day": pgettext_lazy("audit", "day"),
    "days": pgettext_lazy("audit", "days"),
    "decided": pgettext_lazy("audit", "decided"),
    "deleted": pgettext_lazy("audit", "deleted"),
    "done": pgettext_lazy("audit", "done"),
    "element": pgettext_lazy("audit", "element"),
    "en": pgettext_lazy("audit", "in English"),
    "factor": pgettext_lazy("audit", "with"),
    "factors": pgettext_lazy("audit", "with"),
    "field": pgettext_lazy("audit", "field"),
    "fields": pgettext_lazy("audit", "fields"),
    "filters": pgettext_lazy("audit", "filters"),
    "figures": pgettext_lazy("audit", "figures"),
    "form": pgettext_lazy("audit", "form of the file"),
    "format": pgettext_lazy("audit", "format"),
    "frequent": pgettext_lazy("audit", "left out because they had enough mails"),
    "granted": pgettext_lazy("audit", "agreed"),
    "heads": pgettext_lazy("audit", "heads"),
    "held_out": pgettext_lazy("audit", "kept back for comparison"),
    "host": pgettext_lazy("audit", "host"),
    "include": pgettext_lazy("audit", "taken in"),
    "into": pgettext_lazy("audit", "goes on as"),
    "items": pgettext_lazy("audit", "items"),
    "kept": pgettext_lazy("audit", "left alone"),
    "kind": pgettext_lazy("audit", "kind"),
    "language": pgettext_lazy("audit", "language of letters"),
    "last_day": pgettext_lazy("audit", "last day"),
    "left": pgettext_lazy("audit", "left"),
    "left_out": pgettext_lazy("audit", "left out"),
    "limit": pgettext_lazy("audit", "limit"),
    "mailed": pgettext_lazy("audit", "mailed"),
    "metric": pgettext_lazy("audit", "figure"),
    "name": pgettext_lazy("audit", "name"),
    "need": pgettext_lazy("audit", "need"),
    "note": pgettext_lazy("audit", "note"),
    "notices": pgettext_lazy("audit", "sender of notices"),
    "number": pgettext_lazy("audit", "number"),
    "part": pgettext_lazy("audit", "part"),
    "passed": pgettext_lazy("audit", "left to a later import"),
    "placement": pgettext_lazy("audit", "placement"),
    "previous": pgettext_lazy("audit", "the round before"),
    "promotion": pgettext_lazy("audit", "sender of everything else"),
    "proposed": pgettext_lazy("audit", "proposed"),
    "purpose": pgettext_lazy("audit", "purpose"),
    "purposes": pgettext_lazy("audit", "purposes"),
    "rate": pgettext_lazy("audit", "cost of an hour"),
    "reader": pgettext_lazy("audit", "reader"),
    "readers": pgettext_lazy("audit", "readers"),
    "reason": pgettext_lazy("audit", "reason"),
    "refused": pgettext_lazy("audit", "refused"),
    "reply": pgettext_lazy("audit", "where answers go"),
    "back": pgettext_lazy("audit", "where mail comes back to"),
    "restored": pgettext_lazy("audit", "put back"),
    "rhythm": pgettext_lazy("audit", "a file comes"),
    "rows": pgettext_lazy("audit", "rows"),
    "strangers": pgettext_lazy("audit", "numbers of no reader"),
    "seals": pgettext_lazy("audit", "seals"),
    "segment": pgettext_lazy("audit", "segment"),
    "segments": pgettext_lazy("audit", "segments"),
    "subscribers": pgettext_lazy("audit", "subscribers"),
    "sessions": pgettext_lazy("audit", "sessions"),
    "rules": pgettext_lazy("audit", "version of the rules"),
    "sha256": pgettext_lazy("audit", "fingerprint"),
    "share": pgettext_lazy("audit", "share"),
    "shares": pgettext_lazy("audit", "shares"),
    "shown": pgettext_lazy("audit", "shown to everybody"),
    "size": pgettext_lazy("audit", "size"),
    "source": pgettext_lazy("audit", "source"),
    "state": pgettext_lazy("audit", "state"),
    "strength": pgettext_lazy("audit", "strength"),
    "survey": pgettext_lazy("audit", "survey"),
    "system": pgettext_lazy("audit", "number system"),
    "target": pgettext_lazy("audit", "target"),
    "task": pgettext_lazy("audit", "task"),
    "template": pgettext_lazy("audit", "template"),
    "tokens": pgettext_lazy("audit", "tokens"),
    "trouble": pgettext_lazy("audit", "what the mail server said"),
    "unchanged": pgettext_lazy("audit", "unchanged"),
    "up": pgettext_lazy("audit", "up"),
    "value": pgettext_lazy("audit", "value"),
    "version": pgettext_lazy("audit", "version"),
    "weight": pgettext_lazy("audit", "weight"),
    "zh": pgettext_lazy("audit", "in Chinese"),
}
#: What somebody signed in with.
FACTORS = {
    "code": pgettext_lazy("audit", "second factor"),
    "mail_link": pgettext_lazy("audit", "link of a sign-in mail"),
    "password": pgettext_lazy("audit", "password"),
    "password_reset": pgettext_lazy("audit", "link of a reset mail"),
    "recovery_codes": pgettext_lazy("audit", "recovery code"),
    "totp": pgettext_lazy("audit", "authenticator app"),
}
#: Details that name columns of the row's own model.
OF_COLUMNS = {"field", "fields", "changed"}
#: Details that are decimal numbers, kept as they are typed: "2511.0".
AMOUNTS = {"target"}
#: Of a fingerprint so much is shown: enough to compare by eye.
FINGERPRINT = 12
NOTHING = (None, "", [], {})
#: What names a program; the page of the object says it in words.
FOR_PROGRAMS = {("crm.job", "kind")}


class Details:
    """The words for the rows of one page: codes are asked for once, however many rows there are."""

    @cached_property
    def codes(self) -> dict[str, Mapping[str, Any]]:
        """{name of a detail: {code: words}} of this room and of all that settings list.

        Made once for each object. Where two rooms name the same code, the later one's words count.
        """
        kinds = {term.code: term.title for term in registered()}
        found = {"factor": FACTORS, "factors": FACTORS, "kind": kinds}
        for codes in said_by(settings.ROOMS_WITH_AUDIT_CODES, "words", "AUDIT_CODES"):
            for name, words in codes().items():
                found[name] = {**found.get(name, {}), **words}
        return found

    def in_words(self, detail: Mapping[str, Any], object_type: str = "") -> list[str]:
        """A text "name: value" for every detail that says something.

        In the order in which they were stored. Left out: what is empty, and what only programs
        need.
        """
        model = model_of(object_type)
        said = []
        for name, value in detail.items():
            if value not in NOTHING and (object_type, name) not in FOR_PROGRAMS:
                said.append(labelled(NAMES.get(name, name), self.value(name, value, model)))
        return said

    def value(self, name: str, value: Any, model: type[Model] | None) -> str:
        """A stored value for people; ``name`` says whether it is a code.

        Lists with their members in words; of a dictionary its own details. A code that nobody knows
        stays as it is.
        """
        if isinstance(value, bool):
            return str(_("yes") if value else _("no"))
        if isinstance(value, list):
            return listed(self.value(name, one, model) for one in value)
        if isinstance(value, dict):
            return listed(self.in_words(value))
        return self.plain_value(name, value, model)

    def plain_value(self, name: str, value: Any, model: type[Model] | None) -> str:
        """The same of a text or a number, which may be a fingerprint, a column's name or a code.

        Of a fingerprint (``sha256``) its first characters.
        """
        if name == "sha256":
            return f"{value[:FINGERPRINT]}…"
        if name in OF_COLUMNS:
            return column_in_words(model, value)

        if name in AMOUNTS or isinstance(value, float):
            return plain(Decimal(str(value)))

        # A column of the object knows its own codes best; else those that the rooms list.
        own = choices_of(model, name)
        of_rooms = self.codes.get(name, {})
        said = own.get(value) or of_rooms.get(value, value)
        return stored_day_or_moment(str(said))


def model_of(object_type: str) -> type[Model] | None:
    """The model of a row's object; None where there is none, or none any more.

    ``object_type`` is "app.model", as the audit trail keeps it.
    """
    try:
        return apps.get_model(object_type)
    except (LookupError, ValueError):
        return None


def choices_of(model: type[Model] | None, name: str) -> dict[Any, Any]:
    """{code: words} of a column of the model that has a fixed list of them.

    {} where the model has no such column, or one without choices.
    """
    field = field_of(model, name)
    if field is None:
        return {}
    return dict(field.flatchoices)


def column_in_words(model: type[Model] | None, name: str) -> str:
    """What a column is called on the form where it is changed.

    The column's own name where the model does not have it any more.
    """
    field = field_of(model, name)
    if field is None:
        return name
    return str(field.verbose_name)


def field_of(model: type[Model] | None, name: str):
    """The model's column of that name, or None.

    None for no model, too. Only columns of the model itself.
    """
    if model is None:
        return None
    return next((field for field in model._meta.fields if field.name == name), None)


def thing_in_words(object_type: str, key: str) -> str:
    """ "crm.reader", "7" → "Reader 7"; a kind that no longer exists as it is.

    In the present language; "" for an event that is about nothing.
    """
    if not object_type:
        return ""
    model = model_of(object_type)
    if model is None:
        return f"{object_type} {key}"
    kind = capfirst(str(model._meta.verbose_name))
    return gettext("%(kind)s %(key)s") % {"kind": kind, "key": key}
