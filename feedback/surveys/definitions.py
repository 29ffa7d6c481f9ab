"""What a survey version says.

The canonical JSON that is published, hashed and read back for every answer.
"""

import hashlib
import json
from dataclasses import dataclass

from feedback.surveys.models import Item, Survey

Kind = Item.Kind
NPS_TOP = 10


@dataclass(frozen=True, slots=True)
class Choice:
    code: int
    text: dict


@dataclass(frozen=True, slots=True)
class Question:
    """One item as it was published.

    ``choices`` are the codes a reader may pick; empty for open text.
    """

    ordinal: int
    kind: str
    text: dict
    help: dict
    required: bool
    top: int
    key: str
    low: dict
    high: dict
    choices: tuple[Choice, ...]

    @property
    def name(self) -> str:
        """Name of the form field."""
        return f"i{self.ordinal}"

    @property
    def construct(self) -> str:
        """``trust_2`` belongs to the construct ``trust``.

        A key without a number stands for itself.
        """
        stem, _, number = self.key.rpartition("_")
        return stem if stem and number.isdigit() else self.key


@dataclass(frozen=True, slots=True)
class Definition:
    """A version read from its JSON; items in the order readers see them."""

    title: dict
    intro: dict
    thanks: dict
    items: tuple[Question, ...]

    def question(self, ordinal: int) -> Question | None:
        return next((item for item in self.items if item.ordinal == ordinal), None)

    @property
    def width(self) -> int:
        """Length of the answer vectors: the highest ordinal."""
        return max((item.ordinal for item in self.items), default=0)


def draft(survey: Survey) -> dict:
    """The working copy as the JSON that publishing would freeze.

    {title, intro, thanks, items: [...]}.
    """
    items = survey.items.filter(retired_at__isnull=True).prefetch_related("options")
    return {
        "title": survey.title,
        "intro": survey.intro,
        "thanks": survey.thanks,
        "items": [draft_item(item) for item in items],
    }


def draft_item(item: Item) -> dict:
    """One item of the working copy as JSON; retired options are left out."""
    options = [option for option in item.options.all() if option.retired_at is None]
    return {
        "ordinal": item.ordinal,
        "kind": item.kind,
        "text": item.text,
        "help": item.help,
        "required": item.required,
        "top": item.scale_max,
        "key": item.analysis_key,
        "low": item.low,
        "high": item.high,
        "options": [{"code": option.code, "text": option.text} for option in options]
        if item.has_options
        else [],
    }


def read(definition: dict) -> Definition:
    """A published JSON as objects."""
    items = tuple(read_item(item) for item in definition["items"])
    return Definition(definition["title"], definition["intro"], definition["thanks"], items)


def read_item(item: dict) -> Question:
    """One item of the JSON as an object, with the choices its kind implies."""
    return Question(
        ordinal=item["ordinal"],
        kind=item["kind"],
        text=item["text"],
        help=item["help"],
        required=item["required"],
        top=item["top"],
        key=item["key"],
        low=item["low"],
        high=item["high"],
        choices=tuple(_choices(item)),
    )


def _choices(item: dict) -> list[Choice]:
    if item["kind"] in (Kind.SINGLE, Kind.MULTIPLE):
        return [Choice(option["code"], option["text"]) for option in item["options"]]
    if item["kind"] == Kind.SCALE:
        return [Choice(n, {"zh-hans": str(n)}) for n in range(1, item["top"] + 1)]
    if item["kind"] == Kind.NPS:
        return [Choice(n, {"zh-hans": str(n)}) for n in range(NPS_TOP + 1)]
    return []


def sha256(value) -> str:
    """Hash of the canonical JSON (keys sorted, no spaces, UTF-8)."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def structure(definition: dict) -> list:
    """What answers depend on, without any wording.

    Two versions that agree here differ in words only.
    """
    return [
        [
            item["ordinal"],
            item["kind"],
            item["required"],
            item["top"] if item["kind"] == Kind.SCALE else None,
            sorted(option["code"] for option in item["options"]),
        ]
        for item in definition["items"]
    ]


def problems(definition: dict) -> list[tuple[str, int | None]]:
    """What keeps a working copy from being published, as (code, ordinal).

    No-items, no-text, few-options, no-title.
    """
    found: list[tuple[str, int | None]] = []
    if not any(definition["title"].values()):
        found.append(("no-title", None))
    if not definition["items"]:
        found.append(("no-items", None))
    for item in definition["items"]:
        if not any(item["text"].values()):
            found.append(("no-text", item["ordinal"]))
        if item["kind"] in (Kind.SINGLE, Kind.MULTIPLE) and len(item["options"]) < 2:
            found.append(("few-options", item["ordinal"]))
    return found
