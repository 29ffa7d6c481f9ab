"""Filters and tags shared by all templates: rights, numbers for people, query strings."""

from datetime import timedelta
from decimal import Decimal

from django import template
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, ngettext

from core.disclosure import Count, Missing

register = template.Library()


def _chinese() -> bool:
    return (get_language() or "zh").startswith("zh")


@register.filter
def can(user, permission: str) -> bool:
    """``{% if user|can:"readers.import" %}``; False for visitors."""
    return user.is_authenticated and user.can(permission)


def _is_missing(value) -> bool:
    return value is None or isinstance(value, Missing)


@register.filter
def number(value, decimals: int = 0) -> str:
    """3912 → 3,912; None → not measured."""
    return missing(value) if _is_missing(value) else f"{value:,.{int(decimals)}f}"


@register.filter
def people(n: int | Count | None) -> str:
    """A count of persons as it may be shown. Going away: a ``Count`` prints itself.

    A filter that is forgotten shows a number that should be hidden, so queries make a ``Count``
    and templates print ``{{ count }}``; see docs/disclosure.md.
    """
    return str(n if isinstance(n, Count) else Count.of(n))


@register.filter
def wan(value) -> str:
    """Large numbers by locale.

    275000 → 27.5万 in Chinese, 275,000 in English; below 10,000 with separators.
    """
    if _is_missing(value):
        return missing(value)
    if _chinese() and abs(value) >= 10_000:
        return f"{value / 10_000:.1f}".removesuffix(".0") + "万"
    return f"{value:,.0f}"


@register.filter
def percent(share: float | Missing | None, decimals: int = 1) -> str:
    """A share between 0 and 1 as a percentage: 0.123 → 12.3 %; None → not measured."""
    return missing(share) if _is_missing(share) else f"{share * 100:.{int(decimals)}f} %"


@register.filter
def duration(value) -> str:
    """Seconds or a timedelta in the largest sensible unit.

    40 seconds, 3 minutes, 5 hours, 12 days.
    """
    if _is_missing(value):
        return missing(value)
    seconds = int(value.total_seconds() if isinstance(value, timedelta) else value)
    if seconds < 90:
        return ngettext("%(n)d second", "%(n)d seconds", seconds) % {"n": seconds}
    if seconds < 90 * 60:
        minutes = round(seconds / 60)
        return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    if seconds < 48 * 3600:
        hours = round(seconds / 3600)
        return ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
    days = round(seconds / 86400)
    return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}


@register.filter
def money(value, symbol: str = "¥") -> str:
    """Money without small change: ¥18,000; None → not measured."""
    return missing(value) if _is_missing(value) else f"{symbol}{value:,.0f}"


@register.filter
def missing(value):
    """The value, or "not measured" where there is none: an absent figure is never printed as 0.

    A ``Missing`` says which of the three reasons it is.
    """
    if value is None or value == "":
        return str(Missing.NOT_MEASURED)
    return str(value) if isinstance(value, Missing) else value


@register.filter
def local(texts, fallback: str = "") -> str:
    """The current language's text of ``{"zh-hans".

    …, "en": …}``; the other one where it is missing.
    """
    if not isinstance(texts, dict):
        return texts or fallback
    first, second = ("zh-hans", "en") if _chinese() else ("en", "zh-hans")
    return texts.get(first) or texts.get(second) or fallback


@register.simple_tag(takes_context=True)
def qs(context, **changes) -> str:
    """The current query string with some parameters changed.

    None or "" removes one. ``{% qs page=2 %}``.
    """
    query = context["request"].GET.copy()
    for key, value in changes.items():
        if value in (None, ""):
            query.pop(key, None)
        else:
            query[key] = value
    return mark_safe("?" + query.urlencode().replace("&", "&amp;"))


@register.simple_tag
def page_numbers(page, around: int = 2) -> list[int | None]:
    """Page numbers to print, None where some are left out: 1 … 4 5 6 … 20."""
    last = page.paginator.num_pages
    shown = {1, last} | set(
        range(max(1, page.number - around), min(last, page.number + around) + 1)
    )
    numbers: list[int | None] = []
    for number in sorted(shown):
        if numbers and number - (numbers[-1] or 0) > 1:
            numbers.append(None)
        numbers.append(number)
    return numbers


class CaptureNode(template.Node):
    def __init__(self, nodelist, name):
        self.nodelist, self.name = nodelist, name

    def render(self, context):
        context[self.name] = mark_safe(self.nodelist.render(context).strip())
        return ""


@register.tag
def capture(parser, token):
    """``{% capture name %}…{% endcapture %}``.

    What a block says, usable twice in the base templates.
    """
    _tag, name = token.split_contents()
    nodelist = parser.parse(("endcapture",))
    parser.delete_first_token()
    return CaptureNode(nodelist, name)


@register.filter
def figure(value: Decimal) -> str:
    """A stored decimal without needless zeros: 3000.00 → 3,000, 4.30 → 4.3."""
    return f"{value.normalize():,f}"
