"""Filters and tags shared by all templates: rights, numbers for people, query strings."""

from dataclasses import dataclass
from itertools import repeat
from secrets import token_hex

from django import template
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from core import access, addresses, charts, labelled_tables, moments, numbers, provenance
from core.explained import TERMS
from core.forms import CLIENT_ID, client_id_for
from core.localised import localised
from core.measures import marked, measure_of

register = template.Library()

#: The icons of img/icons.svg beside messages; every other level has "info".
MESSAGE_ICONS = {"success": "ok", "warning": "warning", "error": "warning"}

#: How figures are printed stands in core/numbers.py; templates call it by these names.
duration = register.filter("duration", numbers.duration)
missing = register.filter("missing", numbers.missing)
figure = register.filter("figure", numbers.plain)
#: ``{{ activity.at|moment }}``: what a file said of a day alone has no time.
moment = register.filter("moment", moments.day_or_moment)
#: ``{{ reader.email|breakable }}``: a line that is too short for it ends after its @.
breakable = register.filter("breakable", addresses.breakable)
#: ``{{ slot|labelled }}``: a table whose cells say which column is theirs.
labelled = register.filter("labelled", labelled_tables.labelled)
#: ``{% if user|can:"readers.import" %}``; False for visitors.
can = register.filter("can", access.may)
#: ``{{ told|reading }}``: a figure by its name (``core.measures``), with its marks and its rows.
reading = register.filter("reading", marked)


@register.simple_tag
def named(value, key: str, kind: str = "", of="") -> str:
    """``{% named segment.persons "segment.size" "segment" segment.pk %}``: a value as the figure of
    that key, about the row of that kind.

    KeyError for a key no room names, TypeError for None.
    """
    about = f"{kind}:{of}" if kind else ""
    return marked(measure_of(key).read(value, about=about))


@register.filter
def number(value, decimals: int = 0) -> str:
    """``{{ n|number }}`` or ``{{ n|number:1 }}``.

    With separators; "not measured" for None (``core.numbers.number``).
    """
    return numbers.number(value, int(decimals))


@register.filter
def faults(errors) -> int:
    """``{{ form.errors|faults }}``: how many sentences a form says."""
    return sum(map(len, errors.values()))


@register.filter
def faults_by_field(form) -> list[tuple]:
    """``{% for field, error in form|faults_by_field %}``: every sentence a form says, in order.

    With the field it belongs to, or None: for what is said of the form as a whole, which comes
    first, and of hidden fields, which come last, since no link leads to them.
    """
    told = list(zip(repeat(None), form.non_field_errors()))

    for field in form.visible_fields():
        told += zip(repeat(field), field.errors)
    for field in form.hidden_fields():
        told += zip(repeat(None), field.errors)

    return told


@register.filter
def icon_of(message) -> str:
    """``{{ message|icon_of }}``: the icon beside what came of the last step, by its level.

    The name of one of img/icons.svg (``MESSAGE_ICONS``).
    """
    return MESSAGE_ICONS.get(message.level_tag, "info")


@register.filter
def percent(share: float | None, decimals: int = 1) -> str:
    """``{{ share|percent }}`` of a share between 0 and 1, or ``{{ share|percent:0 }}``.

    "not measured" for None (``core.numbers.percent``).
    """
    return numbers.percent(share, int(decimals))


@register.filter
def money(value, symbol: str = "¥") -> str:
    """``{{ amount|money }}`` without small change."""
    return numbers.money(value, symbol=symbol)


@register.filter
def small_svg(points, name: str) -> str:
    """``{{ points|small_svg:label }}`` of (label, value or None) each: a drawing beside words."""
    return charts.small_svg(points, name)


@register.filter
def beside(heads, cells) -> list[tuple]:
    """``{% for head, cell in heads|beside:row %}``: each cell of a row with the head above it.

    ValueError where there are more of the one than of the other.
    """
    return list(zip(heads, cells, strict=True))


@register.filter
def local(texts, fallback: str = "") -> str:
    """A text stored in both languages; a plain text as it is, ``fallback`` where there is none.

    In the language of the page, or in the other one where that has none (``localised``).
    """
    if not isinstance(texts, dict):
        return texts or fallback
    return localised(texts) or fallback


@register.filter
def published_case(row) -> str:
    """``{{ work.call|published_case }}``: that a row stands for one; empty for others."""
    return provenance.published_case(row.provenance)


@register.simple_tag
def dotted(*facts) -> str:
    """``{% dotted work.title work.pen_name %}``: facts with a dot between each two.

    What is empty or None is left out; a zero is a fact.
    """
    told = [(fact,) for fact in facts if fact is not None and str(fact)]
    return format_html_join(" · ", "{}", told)


@register.simple_tag
def classes(*names: str) -> str:
    """``class="{% classes "card" tone %}"``: the names that there are, with spaces between."""
    return " ".join(filter(None, names))


@register.simple_tag
def attributes(**values) -> str:
    """``<form{% attributes action=url data_draft=name novalidate=True %}>``: those with a value.

    "_" in a name is "-"; True is an attribute without a value; None, False and "" leave it out.
    A space stands before each, so that a tag without one is as if nothing had been written.
    """
    given = {}
    for name, value in values.items():
        if value not in (None, ""):
            given[name.replace("_", "-")] = value
    # Each value is escaped by flatatt, which begins with a space.
    return mark_safe(flatatt(given))


@register.simple_tag
def current(name, shown, word: str = "page") -> str:
    """``<a href="…"{% current item.key nav_current %}>``: marks the link to what is open.

    ``aria-current="page"`` where the two are the same, nothing elsewhere. ``word`` is "true" for
    what is open and no page.
    """
    if name != shown:
        return ""
    return attributes(aria_current=word)


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

    # urlencode leaves nothing that HTML minds but the & between two parameters.
    in_html = query.urlencode().replace("&", "&amp;")
    return mark_safe(f"?{in_html}")


@register.simple_tag(takes_context=True)
def client_id(context) -> str:
    """``{% client_id %}``: the hidden field by which a form that is sent twice is kept once."""
    value = client_id_for(context.get("request"))
    return format_html('<input type="hidden" name="{}" value="{}">', CLIENT_ID, value)


@register.simple_tag(takes_context=True)
def term(context, code: str, label: str = "") -> str:
    """``{% term "lift" %}``, or with the page's own words ``{% term "interval" name %}``.

    A button that opens what the term means (``core.explained``), without a script. A page explains
    a term once: at its second mention the words stand alone. KeyError for an unknown code.
    """
    explained = TERMS[code]
    words = label or explained.name
    request = context.get("request")
    if not is_first_mention(request, code):
        return format_html("{}", words)
    return format_html(
        '<dfn class="term"><button type="button" popovertarget="{place}">{words}</button></dfn>'
        '<span class="term-says" id="{place}" popover>{says}</span>',
        place=place_of_term(request, code),
        words=words,
        says=explained.says,
    )


@register.simple_tag(takes_context=True)
def metric(context, code: str, label: str) -> str:
    """``{% metric standard.metric name %}``: the name of a metric, explained where it is a term."""
    if code not in TERMS:
        return label
    return term(context, code, label)


@register.simple_tag(takes_context=True)
def measure(context, key: str) -> str:
    """``{% measure "evaluation.reach" %}``: what a figure is called, explained where it is a term.

    It bears ``data-measure-label``, the measure's key. KeyError for a key no room names.
    """
    named = measure_of(key)
    words = named.label
    if named.term:
        words = term(context, named.term, str(named.label))
    return format_html('<span data-measure-label="{}">{}</span>', key, words)


def place_of_term(request, code: str) -> str:
    """The id under which a term is explained: "term-lift".

    A fragment comes into a page that may explain the term already, so its ids are its own.
    """
    place = f"term-{code}"
    if getattr(request, "htmx", False):
        return f"{place}-{token_hex(4)}"
    return place


def is_first_mention(request, code: str) -> bool:
    """Whether this page has not explained the term yet; it counts as explained from now on.

    Always True where there is no request, as in a test of one template.
    """
    if request is None:
        return True
    mentioned = request.__dict__.setdefault("terms_explained", set())
    if code in mentioned:
        return False
    mentioned.add(code)
    return True


@dataclass(frozen=True)
class PageLink:
    """What the pager prints at one place: a way to ``page``, or words alone where that is 0.

    ``spoken`` is what a screen reader says instead of ``text``; ``current`` and ``hidden`` are the
    values of aria-current and aria-hidden. Whatever is empty is no attribute.
    """

    text: str
    page: int = 0
    rel: str = ""
    spoken: str = ""
    current: str = ""
    hidden: str = ""


@register.simple_tag
def page_links(page) -> list[PageLink]:
    """``{% page_links page as links %}``: ← 1 … 4 5 6 … 20 →, without an arrow to nowhere.

    In the order in which they are printed; ``page`` is one of a paginator.
    """
    links = [link_to(number, page.number) for number in page_numbers(page)]

    if page.has_previous():
        before = page.previous_page_number()
        links.insert(0, PageLink("←", before, rel="prev", spoken=_("Previous page")))

    if page.has_next():
        after = page.next_page_number()
        links.append(PageLink("→", after, rel="next", spoken=_("Next page")))

    return links


def link_to(number: int | None, shown: int) -> PageLink:
    """How one number stands in the pager: as a way there, or as the page that is shown.

    None stands for the numbers that are left out.
    """
    if number is None:
        return PageLink("…", hidden="true")
    if number == shown:
        return PageLink(str(number), current="page")
    return PageLink(str(number), number)


def page_numbers(page, around: int = 2) -> list[int | None]:
    """Page numbers to print, None where some are left out: 1 … 4 5 6 … 20."""
    last = page.paginator.num_pages
    first_near = max(1, page.number - around)
    last_near = min(last, page.number + around)
    shown = {1, last, *range(first_near, last_near + 1)}

    numbers: list[int | None] = []
    before = 0
    for number in sorted(shown):
        if number > before + 1:
            numbers.append(None)
        numbers.append(number)
        before = number
    return numbers


class CaptureNode(template.Node):
    def __init__(self, nodelist, name):
        """``name``: where in the context the text of ``nodelist`` is put."""
        self.nodelist, self.name = nodelist, name

    def render(self, context):
        """Puts what its nodes say into the context under a name; nothing is printed here."""
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
