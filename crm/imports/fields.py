"""What a cell may mean.

The fields of a reader an import can fill, the words people use, and cell → value functions.
"""

import re
from collections.abc import Callable
from datetime import date

from django.utils.translation import gettext_lazy as _

from core.addresses import BadAddress, normal_number, typed_address
from crm.readers.models import Reader

#: Field → (label, header words it is guessed from). ``trait:NAME`` fields come on top of these.
FIELDS = {
    "number": (
        _("Reader number"),
        "number readernumber readerid barcode cardnumber patronid 读者号 读者证号 读者编号 学号 工号 学工号 条码 卡号",
    ),
    "name": (_("Name"), "name fullname readername patronname 姓名 读者姓名 名字"),
    "kind": (
        _("Kind of reader"),
        "kind readertype patrontype patrontypedefinition usertype category 读者类型 读者类别 身份 类别 类型",
    ),
    "campus": (
        _("Campus or branch"),
        "campus branch library homelibrary homelibrarydefinition 校区 分馆 馆别 所属馆",
    ),
    "college": (_("College"), "college department school faculty 学院 院系 单位 部门"),
    "cohort": (_("Entry year"), "cohort entryyear grade 年级 入学年份 入学年"),
    "email": (_("E-mail"), "email emailaddress mail 邮箱 电子邮箱 电子邮件 邮件"),
    "phone": (_("Telephone"), "phone mobile tel telephone phonenumber 手机 手机号 电话 联系电话"),
    "wechat": (_("WeChat openid"), "wechat openid wechatopenid 微信"),
    "language": (_("Language"), "language lang 语言"),
    "registered_on": (
        _("Registered on"),
        "registered registeredon registrationdate created 注册日期 办证日期 注册时间",
    ),
    "registered_year": (
        _("Year of registration"),
        "yearregistered registeredyear yearpatronregistered 注册年份 办证年份",
    ),
    "last_seen_on": (
        _("Last seen on"),
        "lastseen lastactive lastvisit lastactivity 最近活动 最近到馆 最后活动日期",
    ),
    "last_seen_year": (_("Last seen, year"), "lastactiveyear circulationactiveyear 最近活动年份"),
    "last_seen_month": (
        _("Last seen, month"),
        "lastactivemonth circulationactivemonth 最近活动月份",
    ),
    "state": (_("State"), "state status 状态"),
    "consent_email": (
        _("Agreed to e-mail"),
        "consentemail emailconsent acceptsemail 同意邮件 接收邮件",
    ),
    "consent_sms": (_("Agreed to text messages"), "consentsms smsconsent 同意短信 接收短信"),
    "consent_wechat": (_("Agreed to WeChat"), "consentwechat 同意微信"),
}
#: What systems write into a typed cell that is empty.
BLANK = {"", "none", "null", "n/a", "na", "nan", "-", "无", "空"}
KINDS = {
    "undergraduate": "undergraduate bachelor student 本科 本科生 大学生 专科生 学生",
    "master": "master masters postgraduate graduate 硕士 硕士生 硕士研究生 研究生",
    "doctoral": "doctoral phd doctor 博士 博士生 博士研究生",
    "teacher": "teacher faculty professor lecturer 教师 老师 教授 讲师 教工",
    "staff": "staff employee 职工 员工 馆员 教职工 职员",
    "alumnus": "alumnus alumni 校友 毕业生",
    "public": "public citizen adult juvenile senior visitor guest 公众 社会读者 市民 校外读者 普通读者 少儿",
}
LANGUAGES = {
    "zh-hans": "zh zh-hans zh-cn chinese 中文 汉语 简体中文",
    "en": "en en-us en-gb english 英文 英语",
}
STATES = {
    "active": "active valid normal 有效 正常 在籍 在校",
    "left": "left inactive expired closed 注销 失效 离校 已离校 毕业",
}
ANSWERS = {
    "yes": "yes y true t 1 agree 是 同意 愿意 有",
    "no": "no n false f 0 disagree 否 不同意 不愿意 无",
}
MONTHS = [
    "january jan 1 01 1月 一月",
    "february feb 2 02 2月 二月",
    "march mar 3 03 3月 三月",
    "april apr 4 04 4月 四月",
    "may 5 05 5月 五月",
    "june jun 6 06 6月 六月",
    "july jul 7 07 7月 七月",
    "august aug 8 08 8月 八月",
    "september sep sept 9 09 9月 九月",
    "october oct 10 10月 十月",
    "november nov 11 11月 十一月",
    "december dec 12 12月 十二月",
]
MONTH_OF = {word: number for number, words in enumerate(MONTHS, start=1) for word in words.split()}
PHONE = re.compile(r"\+?[\d\s().\-/]{5,31}")
YEAR_FIRST = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T].*)?")
YEAR_LAST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?:[ T].*)?")
COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
INTEGER = re.compile(r"-?(?:0|[1-9]\d{0,14})")
WIDTHS = {"number": 64, "name": 120, "wechat": 64, "trait": 2000, "campus": 120, "college": 120}


class Refusal(Exception):
    """The row cannot be taken: ``reason`` is one of ImportRefusal.Reason."""

    def __init__(self, field: str, reason: str):
        super().__init__(field, reason)
        self.field, self.reason = field, reason


def words(table: dict[str, str]) -> dict[str, str]:
    """{"active": "valid 有效"} → {"valid": "active", "有效": "active", "active": "active"}."""
    return {word: value for value, said in table.items() for word in (value, *said.split())}


def clean(field: str, raw: str) -> str:
    """The trimmed cell; refuses what PostgreSQL cannot hold and what no decoder understood."""
    text = raw.strip()
    if "\0" in text:
        raise Refusal(field, "nul")
    if "\ufffd" in text:
        raise Refusal(field, "undecodable")
    return text


def text_of(field: str) -> Callable[[str], str | None]:
    longest = WIDTHS[field]

    def convert(raw):
        text = clean(field, raw)
        if len(text) > longest:
            raise Refusal(field, "too-long")
        return text or None

    return convert


def choice_of(field: str, known: dict[str, str], reason: str, own: dict[str, str] | None = None):
    """A cell that names one of a few values; ``own`` are the profile's words, which win."""
    table = known | {said.strip().casefold(): value for said, value in (own or {}).items()}

    def convert(raw):
        text = clean(field, raw).casefold()
        if text not in table and text in BLANK:
            return None
        if text not in table:
            raise Refusal(field, reason)
        return table[text] or None

    return convert


def number(raw: str) -> str:
    text = normal_number(clean("number", raw))
    if not text:
        raise Refusal("number", "missing-number")
    if len(text) > WIDTHS["number"]:
        raise Refusal("number", "too-long")
    return text


def email(raw: str) -> str | None:
    text = clean("email", raw)
    if text.casefold() in BLANK:
        return None
    try:
        return typed_address(text)
    except BadAddress as error:
        raise Refusal("email", "bad-email") from error


def phone(raw: str) -> str | None:
    text = normal_number(clean("phone", raw))
    if text.casefold() in BLANK:
        return None
    if not PHONE.fullmatch(text):
        raise Refusal("phone", "bad-phone")
    return text


def year_of(field: str) -> Callable[[str], int | None]:
    def convert(raw):
        text = clean(field, raw).removesuffix("年").removesuffix("级")
        if text.casefold() in BLANK:
            return None
        if not re.fullmatch(r"(19|20|21)\d\d", text):
            raise Refusal(field, "bad-year")
        return int(text)

    return convert


def first_of_year(raw: str) -> date | None:
    year = year_of("registered_year")(raw)
    return date(year, 1, 1) if year else None


def month_and_year(cells: tuple[str, str]) -> date | None:
    """("November", "2012") → 2012-11-01; None when either says that there is none."""
    month = clean("last_seen_month", cells[0]).casefold()
    year = year_of("last_seen_year")(cells[1])
    if year is None or month in BLANK:
        return None
    if month not in MONTH_OF:
        raise Refusal("last_seen_month", "bad-month")
    return date(year, MONTH_OF[month], 1)


def date_of(field: str, order: str = "") -> Callable[[str], date | None]:
    """``order``: "dmy" or "mdy" for dates with the year last; empty refuses those that could be
    either.
    """

    def convert(raw):
        text = clean(field, raw)
        if text.casefold() in BLANK:
            return None
        if match := YEAR_FIRST.fullmatch(text) or COMPACT.fullmatch(text):
            year, month, day = map(int, match.groups())
        elif match := YEAR_LAST.fullmatch(text):
            first, second, year = map(int, match.groups())
            day, month = day_and_month(field, first, second, order)
        else:
            raise Refusal(field, "bad-date")
        try:
            return date(year, month, day)
        except ValueError as error:
            raise Refusal(field, "bad-date") from error

    return convert


def day_and_month(field: str, first: int, second: int, order: str) -> tuple[int, int]:
    if order == "mdy" or (not order and second > 12):
        return second, first
    if not order and first <= 12 and first != second:
        raise Refusal(field, "ambiguous-date")
    return first, second


def trait(raw: str):
    """A trait's value.

    Whole numbers and true/false as such, so that rules can compare them; else text.
    """
    text = text_of("trait")(raw)
    if text is None:
        return None
    if text.lower() in {"true", "false"}:
        return text.lower() == "true"
    return int(text) if INTEGER.fullmatch(text) else text


def kind_words() -> dict[str, str]:
    labels = {str(label).casefold(): value for value, label in Reader.Kind.choices}
    return words(KINDS) | labels
