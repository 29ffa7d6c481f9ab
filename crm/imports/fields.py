"""What a cell may mean: the words people use, and cell → value functions.

Each takes the cell's text, gives None for a cell that says nothing, and raises Refusal, with a
reason, for one that cannot be understood.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date

from django.conf import settings

from core.addresses import BadAddress, normal_number, typed_address
from core.characters import is_blank as nobody_reads
from crm.imports.day_texts import MONTH_OF
from crm.imports.letters import in_one_line, repaired
from crm.imports.spoiled import WITH_FRACTION, cause_of
from crm.readers.models import Reader

#: What systems write into a typed cell that is empty.
BLANK = {"", "none", "null", "n/a", "na", "nan", "-", "无", "空"}
BLANK |= {"--", "---", "—", "——", "/", "\\n", "(null)", "<null>", "[null]", "nil", "(none)"}
BLANK |= {"暂无", "没有", "未填", "未填写", "无数据", "不详"}
#: What a spreadsheet shows where a formula failed, or where a column is too narrow. It is no text,
#: wherever it stands: not even a name.
ERROR_TEXT = re.compile(
    r"#(n/a|ref!?|value!?|div/0!?|name\?|null!?|num!?|calc!?|spill!?|getting_data|field!?"
    r"|blocked!?|unknown!?|busy!?|connect!?|nv|wert!?|bezug!?|zahl!?|nom\?|valeur!?)"
    r"|#{3,}|err:\d{3}",
    re.IGNORECASE,
)
# Words for the values of a column, separated by blanks: as files write them, without capitals.
KINDS = {
    "undergraduate": "undergraduate bachelor student 本科 本科生 大学生 专科生 学生",
    "master": "master masters postgraduate graduate 硕士 硕士生 硕士研究生 研究生",
    "doctoral": "doctoral phd doctor 博士 博士生 博士研究生",
    "teacher": "teacher faculty professor lecturer 教师 老师 教授 讲师 教工",
    "staff": "staff employee 职工 员工 馆员 教职工 职员",
    "alumnus": "alumnus alumni 校友 毕业生",
    "visitor": "visitor 访客 访问学者 访问者",
    "exchange": "exchange 交换生 交流生 交换学生",
    "unsaid": "unsaid unknown 未知 不详 未填写 未说明 其他 其它 other",
    "public": (
        "public citizen adult juvenile senior guest 公众 社会读者 市民 校外读者 普通读者 少儿"
    ),
}
LANGUAGES = {
    "zh-hans": "zh zh-hans zh-cn chinese 中文 汉语 简体中文",
    "en": "en en-us en-gb english 英文 英语",
}
#: Digits and what people set between them, no more than the column holds.
PHONE = re.compile(r"\+?[\d\s().\-/]{5,31}")
#: So many digits has every telephone number that can be called, the short ones of a house too.
LEAST_DIGITS = re.compile(r"(?:\D*\d){3}")
#: Quotes that stood around a number in another program.
QUOTES = "'\u2018\u2019`\"\u201c\u201d"
#: What stands between several telephone numbers of one cell.
BETWEEN_PHONES = re.compile(r"[;；、，,|\n]|\s/\s")
#: No leading zero, which a number would lose, and no more digits than a JSON number keeps.
INTEGER = re.compile(r"-?(?:0|[1-9]\d{0,14})")
#: A year with what people say behind it: the season or month of entry, or the year it ends in.
AS_COHORT = re.compile(
    r"((?:19|20|21)\d\d)\s*(?:年|级|級|秋|春|秋季|春季|学年|年级|[-/.年]\s*(?:\d{1,2}|\d{4})月?)"
)
#: Letters of which a Chinese name is made.
IDEOGRAPH = re.compile(r"[\u3007\u3400-\u9fff\U00020000-\U0003ffff]")
#: Years that stand for none.
NO_YEAR = {"0", "0000"}
#: Characters a column holds, or (traits) more than anybody reads.
WIDTHS = {"number": 64, "name": 120, "trait": 2000, "campus": 120, "college": 120}


#: Fields without which a person is still who they are: a cell that cannot be understood is left
#: out and said. What tells who somebody is, or what may be done, refuses the row.
OPTIONAL = {
    "birth_year",
    "cohort",
    "email",
    "expires_on",
    "language",
    "last_seen_month",
    "last_seen_on",
    "last_seen_year",
    "phone",
    "registered_on",
    "registered_year",
    "state",
    "updated_on",
}


class Refusal(Exception):
    """The row cannot be taken: ``reason`` is one of ImportRefusal.Reason."""

    def __init__(self, field: str, reason: str):
        """``field``: the code of the field of which the cell is; empty for none."""
        super().__init__(field, reason)
        self.field = field
        self.reason = reason


# --- words ----------------------------------------------------------------------------------------
def words(table: dict[str, str]) -> dict[str, str]:
    """{"active": "valid 有效"} → {"valid": "active", "有效": "active", "active": "active"}."""
    found = {}
    for value, said in table.items():
        for word in (value, *said.split()):
            found[word] = value
    return found


def kind_words() -> dict[str, str]:
    """What a cell may say for a kind of reader, {word without capitals: code}; the labels of the
    page in the language of the moment are words as well.
    """
    return words(KINDS) | labels_of(Reader.Kind.choices)


def language_words() -> dict[str, str]:
    """{word: language}, as ``kind_words``."""
    return words(LANGUAGES) | labels_of(settings.LANGUAGES)


def labels_of(choices: Iterable[tuple[str, str]]) -> dict[str, str]:
    """{label in small letters: value}: what our own exports write.

    The labels are those of the language of the moment.
    """
    return {str(label).casefold(): value for value, label in choices}


def as_compared(said: Mapping[str, str]) -> dict[str, str]:
    """{word: value} of a profile's own words, each as cells are compared with it: without capitals,
    and without blanks around it.
    """
    return {word.strip().casefold(): value for word, value in said.items()}


# --- text -----------------------------------------------------------------------------------------
def clean(field: str, raw: str) -> str:
    """The cell as it was meant, empty where a spreadsheet shows an error; refuses what PostgreSQL
    cannot hold and no decoder understood.

    ``field`` is what the Refusal is about; its reason is ``nul`` or ``undecodable``.
    """
    text = repaired(raw)
    if text[:1] in "#Ee" and ERROR_TEXT.fullmatch(text):
        return ""
    if "\0" in text:
        raise Refusal(field, "nul")
    if "\ufffd" in text:
        raise Refusal(field, "undecodable")
    return text


def is_blank(text: str) -> bool:
    """True for an empty cell and for what systems write into one: NULL, N/A, 无.

    ``text`` is trimmed already; capitals make no difference.
    """
    return text.casefold() in BLANK


def text_of(field: str) -> Callable[[str], str | None]:
    """Function from a cell to its text as it is written, in one line; None where nobody sees
    anything in it. "NULL" is a text here: it may be somebody's name.

    The function raises Refusal for a text longer than ``WIDTHS`` says of the field.
    """
    longest = WIDTHS[field]

    def convert(raw):
        """The text of one cell; None where nobody sees anything in it. Raises Refusal."""
        text = in_one_line(clean(field, raw))
        if len(text) > longest:
            raise Refusal(field, "too-long")
        return text if is_readable(text) else None

    return convert


def is_readable(text: str) -> bool:
    """Whether anybody sees something of a text: fillers and lonely accents are no name."""
    return text[:1].isalnum() or not nobody_reads(text)


def name_of_two(cells: tuple[str, str]) -> str | None:
    """(surname, given name) as one name: 欧阳 + 娜娜 → 欧阳娜娜, Lee + Ann → Ann Lee.

    Where one cell is empty the other is the name; None where both are. Raises Refusal for a part
    that is longer than a name may be.
    """
    parts = list(filter(None, map(text_of("name"), cells)))
    if len(parts) < 2:
        return "".join(parts) or None

    surname, given = parts
    if all(map(IDEOGRAPH.match, parts)):
        return f"{surname}{given}"
    return f"{given} {surname}"


def choice_of(
    field: str, known: Mapping[str, str], reason: str, own: Mapping[str, str]
) -> Callable[[str], str | None]:
    """A cell that names one of a few values; ``reason`` is why another one is refused.

    ``known``: {word without capitals: value}. ``own`` are the profile's words, which win; one that
    stands for no value makes the cell say nothing.

    The function gives None for a blank cell.
    """
    table = {**known, **as_compared(own)}

    def convert(raw):
        """The value of one cell; None for one that says nothing. Raises Refusal."""
        text = clean(field, raw).casefold()
        if text in table:
            return table[text] or None
        if text in BLANK:
            return None
        raise Refusal(field, reason)

    return convert


def trait(raw: str) -> str | int | bool | None:
    """A trait's value.

    Whole numbers and true/false as such, so that rules can compare them; else text.

    None where nobody sees anything in it. Raises Refusal for more than 2000 characters.
    """
    text = text_of("trait")(raw)
    if text is None:
        return None
    if text.lower() in {"true", "false"}:
        return text.lower() == "true"
    if INTEGER.fullmatch(text):
        return int(text)
    return text


# --- numbers and addresses ------------------------------------------------------------------------
def number(raw: str) -> str:
    """A reader number in its normal form. There is no reader without one, so it is never None.

    Raises Refusal for a cell that is blank, longer than 64 characters, or spoiled by a spreadsheet.
    """
    # People set an apostrophe before a number, so that a spreadsheet keeps its zeros.
    text = normal_number(clean("number", raw).strip(QUOTES))
    if is_blank(text):
        raise Refusal("number", "missing-number")
    cause = cause_of(text)
    if cause:
        raise Refusal("number", cause)
    if len(text) > WIDTHS["number"]:
        raise Refusal("number", "too-long")
    return text


def email(raw: str) -> str | None:
    """An address, tidy and otherwise as typed.

    None for a blank cell. Raises Refusal for what is no address.
    """
    text = clean("email", raw)
    if is_blank(text):
        return None
    try:
        return typed_address(text)
    except BadAddress as error:
        raise Refusal("email", "bad-email") from error


def phone(raw: str) -> str | None:
    """A telephone number in its normal form, with the signs people set between the digits.

    Of several in one cell the first.

    None for a blank cell. Raises Refusal for anything but digits, three at least, the signs between
    them and a plus at the front, and for a text of fewer than five characters or of more than 31.
    """
    several = BETWEEN_PHONES.split(clean("phone", raw))
    # As before a reader number: an apostrophe keeps zeros and pluses in a spreadsheet.
    text = normal_number(several[0].strip().strip(QUOTES))
    if is_blank(text):
        return None
    text = without_fraction(text)
    if not PHONE.fullmatch(text) or not LEAST_DIGITS.match(text):
        raise Refusal("phone", "bad-phone")
    return text


def without_fraction(text: str) -> str:
    """ "2023.0" → "2023": a program took the digits for a number. Any other text as it is; after a
    comma the zeros stay, and whoever reads the text refuses it.
    """
    if WITH_FRACTION.fullmatch(text):
        return text.partition(".")[0]
    return text


# --- time -----------------------------------------------------------------------------------------
def year_of(field: str) -> Callable[[str], int | None]:
    """A year, from 1900 to 2199, also as a cohort is said: 2023级, 2023秋, 2023-2024, 2023-09.

    The function gives None for a blank cell and for a year of zeros; it raises Refusal for anything
    else.
    """

    def convert(raw):
        """The year of one cell; None for one that says none. Raises Refusal."""
        text = normal_number(clean(field, raw))
        said = AS_COHORT.fullmatch(text)
        if said:
            text = said[1]
        if is_blank(text) or text in NO_YEAR:
            return None

        text = without_fraction(text)
        if not re.fullmatch(r"(19|20|21)\d\d", text):
            raise Refusal(field, "bad-year")
        return int(text)

    return convert


def first_of_year(raw: str) -> date | None:
    """The year of registration as a day, where a file tells no more: "2023" → 2023-01-01.

    None for a blank cell. Raises Refusal as ``year_of`` does.
    """
    year = year_of("registered_year")(raw)
    if year is None:
        return None
    return date(year, 1, 1)


def month_and_year(cells: tuple[str, str]) -> date | None:
    """("November", "2012") → 2012-11-01; None when either says that there is none.

    Raises Refusal for a month nobody knows, and for what is no year.
    """
    said_month, said_year = cells
    month = clean("last_seen_month", said_month).casefold()
    year = year_of("last_seen_year")(said_year)
    if year is None or month in BLANK:
        return None
    if month not in MONTH_OF:
        raise Refusal("last_seen_month", "bad-month")
    return date(year, MONTH_OF[month], 1)
