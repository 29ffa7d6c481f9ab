"""What a survey version says: the JSON that is published, hashed and read back for every answer."""

import hashlib
import json
from dataclasses import dataclass
from enum import StrEnum

from feedback.surveys.alone import stands_alone
from feedback.surveys.models import Item, Survey, SurveyVersion

Kind = Item.Kind
NPS_TOP = 10
#: With one option there is nothing to choose.
FEWEST_OPTIONS = 2


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to pick: its permanent code and its words by language."""

    code: int
    text: dict

    @property
    def stands_alone(self) -> bool:
        """Whether it says that none of the others is meant: then it cannot be
        chosen beside them.
        """
        return stands_alone(self.text)


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
    def codes(self) -> list[int]:
        """What may be answered, in the order of the choices."""
        return [choice.code for choice in self.choices]

    @property
    def construct(self) -> str:
        """``trust_2`` belongs to the construct ``trust``; a key without a number to its own."""
        stem, _, number = self.key.rpartition("_")
        # "_2" has no stem and "wish_more" no number: both are names of their own.
        if stem and number.isdigit():
            return stem
        return self.key


@dataclass(frozen=True, slots=True)
class Definition:
    """A version read from its JSON; items in the order readers see them."""

    title: dict
    intro: dict
    thanks: dict
    items: tuple[Question, ...]

    def question(self, ordinal: int) -> Question | None:
        """The question with this ordinal; None where the version has none."""
        for item in self.items:
            if item.ordinal == ordinal:
                return item
        return None

    def ordinals_of(self, kind: str) -> list[int]:
        """Ordinals of the questions of one kind, in the order readers see them."""
        ordinals = []
        for item in self.items:
            if item.kind == kind:
                ordinals.append(item.ordinal)
        return ordinals

    @property
    def width(self) -> int:
        """Length of the answer vectors: the highest ordinal; 0 without a question."""
        return max((item.ordinal for item in self.items), default=0)


def draft(survey: Survey) -> dict:
    """The working copy as the JSON that publishing would freeze: {title, intro, thanks, items}."""
    items = survey.items.filter(retired_at__isnull=True).prefetch_related("options")
    return {
        "title": survey.title,
        "intro": survey.intro,
        "thanks": survey.thanks,
        "items": list(map(draft_item, items)),
    }


def draft_item(item: Item) -> dict:
    """One item of the working copy as JSON; retired options are left out."""
    options = []
    if item.has_options:
        options = _draft_options(item)
    # The keys are part of the hash: another one would make every survey look changed.
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
        "options": options,
    }


def _draft_options(item: Item) -> list[dict]:
    """The options of the working copy that readers will be offered."""
    options = []
    for option in item.options.all():
        if option.retired_at is None:
            options.append({"code": option.code, "text": option.text})
    return options


def parse_definition(definition: dict) -> Definition:
    """A published JSON as objects. KeyError where it lacks what every version has."""
    items = tuple(map(parse_item, definition["items"]))
    return Definition(definition["title"], definition["intro"], definition["thanks"], items)


def parse_versions(newest_first: list[dict]) -> Definition:
    """The newest version with what earlier ones asked behind it.

    Questions and options that were retired keep their results that way. Without any version it is
    empty.
    """
    if not newest_first:
        return Definition({}, {}, {}, ())

    items: dict[int, dict] = {}
    for version in newest_first:
        for item in version["items"]:
            # The newest words of a question win; an older version only adds what is gone since.
            newer = items.setdefault(item["ordinal"], dict(item))
            _add_older_options(newer, item["options"])
    whole = newest_first[0] | {"items": list(items.values())}
    return parse_definition(whole)


def _add_older_options(item: dict, options: list[dict]) -> None:
    """Put behind the options of ``item`` those of an older version that it has no more."""
    known = {option["code"] for option in item["options"]}
    # A new list: the one there is belongs to the version it was read from.
    whole = list(item["options"])
    for option in options:
        if option["code"] not in known:
            whole.append(option)
    item["options"] = whole


def parse_item(item: dict) -> Question:
    """One item of the JSON as an object, with the choices its kind implies. KeyError where it lacks
    what every version has.
    """
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
    """What may be answered: options as written, numbers as the kind implies, nothing for text."""
    kind = item["kind"]
    if kind in Item.WITH_OPTIONS:
        return [Choice(option["code"], option["text"]) for option in item["options"]]

    # Lowest and highest number, both included.
    ends = {Kind.SCALE: (1, item["top"]), Kind.NPS: (0, NPS_TOP)}
    if kind in ends:
        return _numbers(*ends[kind])
    return []


def _numbers(lowest: int, highest: int) -> list[Choice]:
    """A choice for every number from ``lowest`` to ``highest``, both included."""
    return [Choice(number, {"zh-hans": str(number)}) for number in range(lowest, highest + 1)]


def sha256(value) -> str:
    """Hash of the canonical JSON (keys sorted, no spaces, UTF-8), as 64 hexadecimal digits."""
    # Stored hashes are compared with new ones: written otherwise, all of them would differ.
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def differ_in_structure(last: SurveyVersion | None, definition: dict) -> bool:
    """True where more than wording changed since ``last``; a first version is new altogether."""
    if last is None:
        return True
    return structure(last.definition) != structure(definition)


def structure(definition: dict) -> list:
    """What answers depend on: versions that agree here differ in words only. Questions in another
    order do not agree.
    """
    return list(map(_item_structure, definition["items"]))


def _item_structure(item: dict) -> tuple:
    """Ordinal, kind, whether it must be answered, end of the scale, codes of the options."""
    # Every kind carries a top, but only a scale goes by it.
    top = None
    if item["kind"] == Kind.SCALE:
        top = item["top"]
    # Sorted, since options in another order are the same answers.
    codes = sorted(option["code"] for option in item["options"])
    return item["ordinal"], item["kind"], item["required"], top, codes


class Lack(StrEnum):
    """What keeps a working copy from being published."""

    NO_TITLE = "no-title"
    NO_ITEMS = "no-items"
    NO_TEXT = "no-text"
    FEW_OPTIONS = "few-options"


@dataclass(frozen=True)
class Problem:
    """``ordinal`` of the question that lacks something; None for the survey itself."""

    lack: Lack
    ordinal: int | None = None


def problems(definition: dict) -> list[Problem]:
    """What a working copy lacks before it can be published, in the order of its questions; empty
    where nothing does.
    """
    found = []
    if not any(definition["title"].values()):
        found.append(Problem(Lack.NO_TITLE))
    if not definition["items"]:
        found.append(Problem(Lack.NO_ITEMS))
    for item in definition["items"]:
        found += _item_problems(item)
    return found


def _item_problems(item: dict) -> list[Problem]:
    """What keeps one question from being published."""
    found = []
    if not any(item["text"].values()):
        found.append(Problem(Lack.NO_TEXT, item["ordinal"]))

    needs_options = item["kind"] in Item.WITH_OPTIONS
    if needs_options and len(item["options"]) < FEWEST_OPTIONS:
        found.append(Problem(Lack.FEW_OPTIONS, item["ordinal"]))
    return found
