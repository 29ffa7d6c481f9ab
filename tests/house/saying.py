"""What a response says, and what it was given to say it: groups of persons known by their size, and
whole numbers that stand beside the columns of a row.
"""

import csv
import dataclasses
import io
import json
import re
import zipfile
from html.parser import HTMLParser

from django.core.paginator import Page
from django.db.models import Model, QuerySet
from django.utils.functional import Promise

#: How many persons stand behind what. No two sums or differences are alike.
SIZES = {
    "members": 137,
    "sent": 263,
    "responded": 173,
    "failed": 109,
    "held out": 157,
    "answered": 151,
    "flagged": 113,
    "voices": 139,
    "works": 127,
}
NAMES = {size: name for name, size in SIZES.items()}


# --- reading what came back -----------------------------------------------------------------------
class Words(HTMLParser):
    """What a page says: its texts, its charts' data, its bars and the labels of its parts."""

    SAID = {"title", "aria-label", "alt"}

    def __init__(self):
        super().__init__()
        self.said: list[str] = []
        self.skipped = 0

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        is_code = tag == "style" or (tag == "script" and given.get("type") != "application/json")
        self.skipped += is_code
        self.said += [given[name] or "" for name in self.SAID & given.keys()]
        if tag in {"progress", "meter"}:
            self.said += [given.get("value") or "", given.get("max") or ""]

    def handle_endtag(self, tag):
        if self.skipped and tag in {"script", "style"}:
            self.skipped -= 1

    def handle_data(self, data):
        if not self.skipped:
            self.said.append(data)


def found_in_text(text: str) -> set[str]:
    """Groups whose size stands in a text as a number of its own."""
    found = set()
    for size, name in NAMES.items():
        # Of letters only those that could belong to a key: 137名读者 is a number of persons.
        if re.search(rf"(?<![A-Za-z0-9_.,:/#-]){size}(?![A-Za-z0-9_:/-]|[.,][0-9])", text):
            found.add(name)
    return found


def found_in_html(html: str) -> set[str]:
    words = Words()
    words.feed(html)
    return set().union(*map(found_in_text, words.said))


def found_in_json(node) -> set[str]:
    """Groups whose size is a value."""
    if isinstance(node, dict):
        return set().union(*map(found_in_json, node.values()))
    if isinstance(node, list):
        return set().union(*map(found_in_json, node))
    if isinstance(node, str):
        return found_in_text(node)
    if isinstance(node, bool) or node not in NAMES:
        return set()
    return {NAMES[node]}


def found_in_workbook(body: bytes) -> set[str]:
    found = set()
    with zipfile.ZipFile(io.BytesIO(body)) as book:
        for name in book.namelist():
            if name.startswith("xl/worksheets/") or name.endswith("sharedStrings.xml"):
                found |= found_in_html(book.read(name).decode())
    return found


def found_in_csv(text: str) -> set[str]:
    found = set()
    for row in csv.reader(io.StringIO(text)):
        found |= set().union(*map(found_in_text, row))
    return found


def found_in(response) -> set[str]:
    body = b"".join(response.streaming_content) if response.streaming else response.content
    kind = response.get("Content-Type", "")
    if "json" in kind:
        return found_in_json(json.loads(body))
    if "spreadsheet" in kind:
        return found_in_workbook(body)
    if "csv" in kind:
        return found_in_csv(body.decode("utf-8-sig"))
    if "html" in kind or "svg" in kind:
        return found_in_html(body.decode())
    return set()


# --- what templates and serializers are given -----------------------------------------------------
def raw_numbers(value, depth: int = 0):
    """Numbers a template could print, in dicts, lists and dataclasses. Of rows of tables the
    columns are skipped, what they print is found by the walk over pages; what a query hung on them
    is looked at by ``annotations``.
    """
    # The depth ends what holds itself.
    if isinstance(value, bool | str | bytes | Model | Promise) or depth > 5:
        return
    if isinstance(value, int):
        yield value
    for inner in parts_of(value):
        yield from raw_numbers(inner, depth + 1)


def parts_of(value) -> list:
    """What a dict, a list or a dataclass holds; nothing of whatever else."""
    if isinstance(value, dict):
        return list(value.values())
    if isinstance(value, list | tuple | set):
        return list(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return [getattr(value, field.name) for field in dataclasses.fields(value)]
    return []


def flattened(response):
    """Every layer of every context that a response was rendered with."""
    for context in response.context or []:
        layers = context.dicts if hasattr(context, "dicts") else [context]
        for layer in layers:
            if isinstance(layer, dict):
                yield layer


def raw_variables(response) -> set[tuple[str, str]]:
    """(variable, group) of every raw number of persons that a template was given."""
    raw = set()
    for layer in flattened(response):
        for variable, value in layer.items():
            raw |= {(variable, NAMES[n]) for n in raw_numbers(value) if n in NAMES}
    return raw


def rows_in(value, seen: dict[int, object], depth: int = 0):
    """Every row of a table that can be reached from a variable without asking the database: in
    dicts, lists and dataclasses, on pages of lists, in querysets that were read, by foreign keys
    and prefetched relations. Each row once: ``seen`` holds what was met, by its id.
    """
    if depth > 8 or id(value) in seen:
        return
    # The object itself is kept as well, or a later one could get the id of one that is gone.
    seen[id(value)] = value

    if isinstance(value, Model):
        yield value
    for one in reached_from(value):
        yield from rows_in(one, seen, depth + 1)


def reached_from(value) -> list:
    """The next step of ``rows_in``; of a queryset that was not read it leads nowhere."""
    if isinstance(value, Model):
        related = value._state.fields_cache.values()
        prefetched = getattr(value, "_prefetched_objects_cache", {}).values()
        return [*vars(value).values(), *related, *prefetched]
    if isinstance(value, QuerySet):
        return value._result_cache or []
    if isinstance(value, Page):
        return [value.object_list]
    return parts_of(value)


def annotations(row: Model) -> set[str]:
    """ "Survey.answers" for every raw whole number that a query or a view hung on a row beside its
    columns. Any number counts, not only the sizes above: what it counts is not seen by its value.
    """
    columns = {field.attname for field in row._meta.concrete_fields}
    found = set()
    for name, value in vars(row).items():
        is_hung_on = name not in columns and not name.startswith("_")
        if is_hung_on and next(raw_numbers(value), None) is not None:
            found.add(f"{type(row).__name__}.{name}")
    return found
