"""What every API view shares: rights, strict bodies, counts of persons as they may be shown."""

import io
import re
from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import APIException, ParseError
from rest_framework.pagination import PageNumberPagination
from rest_framework.parsers import JSONParser
from rest_framework.permissions import BasePermission

from core.disclosure import ABOUT, SHOWN, Count, Missing
from core.forms import without_blanks

#: A rule of sixty conditions is a few kilobytes.
MOST_BYTES = 256 * 1024
#: Half of a surrogate pair. JSON can say it, and neither a statement nor an answer can hold it.
HALF_A_PAIR = re.compile("[\ud800-\udfff]")


class Needs(BasePermission):
    """403 unless the user's role holds ``view.needs`` and the key of the request opens the view.

    That is one permission for all actions of the view, or a dict with one for each action named
    and, under "", one for all others.
    """

    def has_permission(self, request, view):
        """True for somebody signed in who holds the view's permission.

        Both must allow it: the key of the request, which may be a narrow one, and the role of its
        owner. KeyError where ``view.needs`` names a permission that no role holds.
        """
        if not request.user.is_authenticated:
            return False
        return _key_opens(request, view) and request.user.can(_permission_for(view))


def _key_opens(request, view) -> bool:
    """Whether the key was made for such a request; a browser's session has none.

    A view that narrow keys are made for names itself as ``view.door``.
    """
    if request.auth is None:
        return True
    return request.auth.opens(request.method, getattr(view, "door", ""))


def _permission_for(view) -> str:
    """What ``view`` asks for: one permission, or one by action with "" for all others."""
    if isinstance(view.needs, str):
        return view.needs
    # An OPTIONS request and a method that the view does not have come without an action.
    action = view.action or ""
    return view.needs.get(action, view.needs[""])


class SmallJSONParser(JSONParser):
    """JSON of a reasonable size and depth; everything else is a 400."""

    most_bytes = MOST_BYTES

    def parse(self, stream, media_type=None, parser_context=None):
        """Raises ParseError, a 400, for a body that is too long or nested too deeply."""
        # One byte more than allowed tells a body that is too long without reading all of it.
        body = stream.read(self.most_bytes + 1)
        if len(body) > self.most_bytes:
            raise ParseError(_("The body is larger than %(n)s bytes.") % {"n": self.most_bytes})
        try:
            return super().parse(io.BytesIO(body), media_type, parser_context)
        except RecursionError:
            # How Python's parser answers brackets in brackets in brackets.
            raise ParseError(_("The JSON is nested too deeply.")) from None


class StrictSerializer(serializers.Serializer):
    """A body whose every key is known; a misspelt one is an error instead of being passed over."""

    def to_internal_value(self, data):
        """Raises ValidationError that names every unknown field."""
        # What is no object at all is refused by the serializer itself.
        if not isinstance(data, dict):
            return super().to_internal_value(data)

        unknown = sorted(set(data) - set(self.fields), key=str)
        if unknown:
            faults = {named(key): [_("Unknown field.")] for key in unknown}
            raise serializers.ValidationError(faults)
        halved = self.fields_with_half_a_pair(data)
        if halved:
            faults = {key: [_("Half of a surrogate pair is no character.")] for key in halved}
            raise serializers.ValidationError(faults)
        # What leaves no mark is refused where a text is needed, as in every form.
        return super().to_internal_value(without_blanks(data))

    def fields_with_half_a_pair(self, data: dict) -> list[str]:
        """Names of the fields that hold one anywhere, be it in a list, in the order of ``data``;
        fields that are bodies of their own say so themselves, with the place in them. Every name in
        ``data`` is a field's.
        """
        found = []
        for name, value in data.items():
            is_body = isinstance(self.fields[name], serializers.BaseSerializer)
            if not is_body and any(map(HALF_A_PAIR.search, texts_in(value))):
                found.append(name)
        return found


class StrictBoolean(serializers.BooleanField):
    """``true`` or ``false``; 1, "true" and "yes" are refused, since not everybody reads them so."""

    def to_internal_value(self, data):
        """The value itself. Raises ValidationError for what is no JSON boolean."""
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


def texts_in(value) -> Iterator[str]:
    """All texts of a JSON value, names in its objects among them, in no order. Not by a call for
    each depth: what could just be read might be nested too deeply for that.
    """
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            yield one
        elif isinstance(one, list):
            waiting.extend(one)
        elif isinstance(one, dict):
            waiting.extend(one)
            waiting.extend(one.values())


def named(key) -> str:
    """The beginning of a name that was sent; half of a surrogate pair could not be answered.

    At most 40 characters, so that an answer does not repeat whatever was sent.
    """
    return str(key)[:40].encode("utf-8", "replace").decode()


class CountField(serializers.IntegerField):
    """A ``core.disclosure.Count``: its number, or null; ``CountStateField`` beside it says why.

    Anything else, a plain number above all, is a TypeError: nobody decided whether it may be shown.
    An exact count is protected here, whoever asks.
    """

    def __init__(self, **kwargs):
        """Read only, and null for every reason why there is no number."""
        kwargs.setdefault("help_text", _("Null when it may not be shown or is not known."))
        super().__init__(read_only=True, allow_null=True, **kwargs)

    def get_attribute(self, instance):
        """The Count itself; TypeError where the field holds another kind of number."""
        value = super().get_attribute(instance)
        # The serializer writes null for None without asking to_representation.
        return must_be_count(value, self.field_name)

    def to_representation(self, value):
        """What everybody may be told, None where there is no number; TypeError for no Count."""
        return must_be_count(value, self.field_name).public_number


class CountStateField(serializers.ChoiceField):
    """Which of the five states the count named by ``source`` is in."""

    def __init__(self, **kwargs):
        """Read only; the choices are the states that ``Count.state`` names."""
        states = [SHOWN, ABOUT, *(reason.value for reason in Missing)]
        super().__init__(choices=states, read_only=True, **kwargs)

    def get_attribute(self, instance):
        """The Count under the field's source; TypeError, naming the field, for anything else."""
        return must_be_count(super().get_attribute(instance), self.field_name)

    def to_representation(self, value):
        """The state of the Count: one of the choices above."""
        return must_be_count(value, self.field_name).state


def must_be_count(value, name: str) -> Count:
    """``value`` itself; TypeError, naming the field, for everything that is no Count."""
    if not isinstance(value, Count):
        raise TypeError(f"{name} is about persons and must be a Count, not {type(value).__name__}.")
    return value


class Pages(PageNumberPagination):
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 500


class NotNow(APIException):
    """The answer would take too long; a narrower question may be answered."""

    status_code = 503
    default_code = "too_slow"
