"""What a file's columns may be, before anybody has said so."""

import re
from collections.abc import Callable, Iterable

from core.addresses import is_address
from core.characters import tidy
from core.kinds import FileKind, Layout
from crm.imports.models import ImportBatch, ImportProfile
from crm.imports.options import ImportOptions
from crm.imports.rows import by_column

#: Remarks in a column's name, and words that only say how it is to be filled in.
IN_BRACKETS = re.compile(r"[(（\[【〔<{][^)）\]】〕>}]*[)）\]】〕>}]?")
DECORATION = re.compile(
    r"^(必填|选填|是否|请填|\u60a8的|你的|读者的)|(必填|选填|必填项|required|optional)$"
)
#: Whose value it is, which changes nothing of what it means: 用户姓名, 联系手机, Student name.
WHOSE = re.compile(
    r"^(读者|用户|人员|本人|学校|个人|联系|学生|教师|教职工|研究生|本科生|校园|讀者|學生"
    r"|student|patron|reader|borrower|personal|institutional)"
)
#: What stands between two words for one column: 学号/工号.
EITHER = re.compile(r"[/／、|]|或")
#: Remarks that change nothing of whose value it is or what it means: how a cell is to be filled in,
#: in which form, and in which unit. Any other (紧急联系人, supervisor, 旧) makes it another column.
HARMLESS = re.compile(
    r"(必填|选填|必填项|请填写?|本人|读者|学生|校内|校园|学校|工作|单位|个人|常用|首选|是否|男女"
    r"|required|optional|mandatory|primary|main|university|school|institutional|work|personal"
    r"|official|mobile|cell|yn|yesno"
    r"|[ymdhs年月日时分秒\d]*|\d*(位|字|人|次|人次|个|册|份)|persons?|people|visits|人数)"
)
#: Fields of which a remark may list the values: 读者类型(本科生/研究生/教师). Of the others it
#: lists whose they are: 邮箱(家长/导师).
LISTS_VALUES = frozenset(["kind", "campus", "college", "language", "state", "action", "direction"])
#: Words that say nothing by themselves, so that the remark behind them does: ID（学号）.
NEUTRAL = frozenset(
    [
        "id",
        "no",
        "number",
        "code",
        "编号",
        "号码",
        "序号",
        "账号",
        "帐号",
        "标识",
        "唯一标识",
        "主键",
    ]
)


#: What is known of the columns of a file of no known system.
NO_LAYOUT = Layout(code="", name="", marks="", columns={})


def guess(header: list[str], sample: list[list[str]], kind: FileKind) -> dict[str, str]:
    """{field: column}, guessed from names in Chinese and English, then from the first rows.

    ``sample`` holds rows of the file, each as wide as ``header``. A field that no column
    seems to hold is left out.
    """
    mapping = guess_by_names(header, kind)

    # Addresses alone can be told by their looks; a number may be anything.
    takes_email = "email" in {field.code for field in kind.fields}
    if takes_email and "email" not in mapping:
        column = column_of_addresses(header, sample, taken=set(mapping.values()))
        if column is not None:
            mapping["email"] = column

    return mapping


def guess_by_names(header: list[str], kind: FileKind) -> dict[str, str]:
    """{field: column} of the columns whose name is a word for a field of the kind.

    In a file of a known system what its layout says comes first.
    """
    fields = words_of(kind)
    layout = layout_of(header, kind)
    mapping = mapped_by(layout, header)
    taken = set(mapping.values())
    left = layout.left.split()
    # A name that is the word itself goes before one with something around it.
    for name in sorted(header, key=lambda name: bare_name(name) not in fields):
        field = meaning_of(name, fields)
        if field and name not in taken and bare_name(name) not in left:
            # Of two columns with the same meaning the first is taken.
            mapping.setdefault(field, name)
    return mapping


def layout_of(header: list[str], kind: FileKind) -> Layout:
    """The first known layout all of whose marks are there; NO_LAYOUT for a file of no known
    system.
    """
    names = {bare_name(name) for name in header}
    for layout in kind.layouts:
        if names.issuperset(layout.marks.split()):
            return layout
    return NO_LAYOUT


def mapped_by(layout: Layout, header: list[str]) -> dict[str, str]:
    """{field: column} of those columns of the layout that the file has. Of several that may hold a
    field the one that the layout names first is taken, and of two columns of one name the first.
    """
    by_name = {bare_name(name): name for name in reversed(header)}
    mapping = {}
    for field, names in layout.columns.items():
        for name in names.split():
            if name in by_name:
                mapping.setdefault(field, by_name[name])
    return mapping


def words_of(kind: FileKind) -> dict[str, str]:
    """{word at the top of a column: field}, what our own pages call the fields among them.

    Where two fields share a word, a word of the kind goes before a label of the page.
    """
    found = kind.field_of_header()
    for field in kind.fields:
        found.setdefault(bare_name(str(field.label)), field.code)
    return found


def meanings(kind: FileKind) -> dict[str, str]:
    """What ``words_of`` gives, with the columns of saved profiles.

    A word of the kind itself goes before a column of a profile. One statement.
    """
    found = words_of(kind)
    of_kind = ImportProfile.objects.filter(takes=kind.code)
    for mapping in of_kind.values_list("mapping", flat=True):
        for field, column in mapping.items():
            found.setdefault(bare_name(column), field)
    return found


def meaning_of(header: str, fields: dict[str, str]) -> str:
    """The code of the field that a column's name means; empty for none. ``fields``: {bare word:
    field}.

    "*读者证号（必填）" is 读者证号, "ID（学号）" is 学号, "是否同意邮件" is 同意邮件.
    A remark that says more than how the cell is filled in makes another column of it:
    "邮箱（家长）", "经办人（工号）" and "Parent/Email" mean nothing until somebody says so.
    """
    whole = _field_of(header, fields)
    if whole:
        return whole

    outside = IN_BRACKETS.sub(" ", header)
    telling = _telling_remarks(header, _field_of(outside, fields))
    parts = EITHER.split(outside)
    if telling and bare_name(outside) in NEUTRAL:
        parts = []
    found = {_field_of(part, fields) for part in [*parts, *telling]}
    # Of several one is no word for the field of the others.
    return found.pop() if len(found) == 1 else ""


def _telling_remarks(header: str, field: str) -> list[str]:
    """What stands in brackets and may say whose value it is, or of what; ``field`` is what the name
    outside of them means, empty for nothing.
    """
    found = []
    for remark in IN_BRACKETS.findall(header):
        lists_values = field in LISTS_VALUES and EITHER.search(remark)
        if not lists_values and not HARMLESS.fullmatch(bare_name(remark)):
            found.append(remark)
    return found


def words_in(header: str) -> list[str]:
    """All that a column's name may speak of, remarks and halves among them, the likeliest first: to
    point a column out, not to take it.
    """
    outside = IN_BRACKETS.sub(" ", header)
    names = [header, outside, *IN_BRACKETS.findall(header), *EITHER.split(outside)]
    words = []
    for name in names:
        words += _called(name)
    return list(filter(None, dict.fromkeys(words)))


def _field_of(words: str, fields: dict[str, str]) -> str:
    """The field that is called so, without decoration and without whose value it is; empty for
    none.
    """
    return next((fields[word] for word in _called(words) if word in fields), "")


def _called(words: str) -> list[str]:
    """The bare name, and what is left of it without decoration and without whose value it is."""
    called = [bare_name(words)]
    # What has both is bared of both: the second goes over what the first has left.
    for needless in (DECORATION, WHOSE):
        called += [needless.sub("", word) for word in called]
    return called


def bare_name(header: str) -> str:
    """A column's name without case, blanks and punctuation.

    Empty where nothing else is in it.
    """
    letters = re.sub(r"[\W_]+", "", tidy(header))
    return letters.casefold()


def column_of_addresses(header: list[str], sample: list[list[str]], taken: set[str]) -> str | None:
    """The first column not ``taken`` in which every cell that is not empty is an address.

    None when there is no such column.
    """
    for name, cells in by_column(header, sample):
        if name not in taken and holds_addresses(cells):
            return name
    return None


def holds_addresses(cells: Iterable[str]) -> bool:
    """Whether the cells are addresses or empty, and not all of them empty.

    One name among the addresses is enough to say no: a column is guessed to be addresses only
    where nothing speaks against it.
    """
    return are_all(cells, is_address)


def are_all(cells: Iterable[str], test: Callable[[str], bool]) -> bool:
    """Whether ``test`` holds for each of the cells that are not empty, of which there is one at
    least.
    """
    filled = list(filter(None, map(str.strip, cells)))
    return bool(filled) and all(map(test, filled))


def fitting_profile(header: list[str], kind: str) -> ImportProfile | None:
    """The saved profile for files of ``kind`` (a code) that maps most of the file's columns; None
    when none fits.

    Of two that map as many the first by name is taken.

    One statement.
    """
    names = set(header)
    fitting = []
    for profile in ImportProfile.objects.filter(takes=kind):
        if fits(needed(profile), names):
            fitting.append(profile)
    return max(fitting, key=lambda profile: len(needed(profile)), default=None)


def fits(columns: set[str], names: set[str]) -> bool:
    """Whether a profile that needs ``columns`` fits a file with the column ``names``.

    All must be there, and be half of the file's at least: a profile that needs nothing but a
    number would fit every file.
    """
    has_all = columns <= names
    is_half = 2 * len(columns) >= len(names)
    return has_all and is_half


def needed(profile_or_batch: ImportProfile | ImportBatch) -> set[str]:
    """Every column the mapping and options speak of.

    Columns that are kept as traits, those that rules look at, and those that are each a month or an
    hour are among them.
    """
    mapped = profile_or_batch.mapping.values()
    options = ImportOptions.from_json(profile_or_batch.options)
    spread = profile_or_batch.options.get("spread", ())
    return {*mapped, *options.tested_columns(), *spread}
