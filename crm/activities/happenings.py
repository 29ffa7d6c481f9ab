"""What systems call what happened, column by column. Pure."""

from collections.abc import Callable

from crm.imports.fields import Refusal, clean, is_blank, words
from crm.readers.models import Activity

Kind = Activity.Kind
#: {field: {kind: words for it}}. What stands under "" is not counted: a book that comes back, a
#: person who leaves, a booking that was taken back in time.
SAID = {
    "action": {
        Kind.LOAN: "loan issue checkout borrow lend onsite_checkout"
        " 借 借书 借出 借阅 外借 借出处理",
        Kind.RENEWAL: "renewal renew 续 续借 续借处理",
        "": "return checkin in-return hold reserve local_use localuse payment writeoff credit"
        " 还 还书 归还 还回 还书处理 预约",
    },
    "direction": {
        Kind.VISIT: "in entry enter 1 进 进馆 入 入馆",
        "": "out exit leave 0 出 出馆 离馆",
    },
    "outcome": {
        Kind.SEAT: "used checked_in checkin checkedin complete completed finished stop ended in_use"
        " 使用 已使用 使用中 正在使用 已签到 签到 已完成 完成 已结束 结束使用 正常 履约 已履约",
        Kind.VIOLATION: "violation noshow no_show no-show missed miss expired incomplete late"
        " 违约 违规 已违约 失约 爽约 未签到 超时未签到 未履约 暂离超时 超时 迟到 占座 未签退",
        "": "cancel cancelled canceled reserve reserved booked pending"
        " 取消 已取消 预约 已预约 未开始",
    },
}


def kind_in(field: str, own: dict[str, str], usual: str) -> Callable[[str], str | None]:
    """Cell → what was done; None where it is not counted. An empty cell says the usual.

    ``field``: one of those in SAID. ``own``: further words of the library, {word in small letters:
    kind}, which go before SAID. The function raises Refusal for a word that nobody knows.
    """
    known = words({str(kind): said for kind, said in SAID[field].items()}) | own

    def convert(raw: str) -> str | None:
        """The kind that one cell says; None where it is not counted. Raises Refusal."""
        said = clean(field, raw).casefold()
        if is_blank(said):
            return str(usual)
        if said not in known:
            raise Refusal(field, "unknown-action")
        return known[said] or None

    return convert


def words_again() -> dict[str, dict[str, str]]:
    """{field: {kind: the first of the words for it}}: a row may have used another one, and is read
    as the same again.
    """
    found: dict[str, dict[str, str]] = {}
    for field, said in SAID.items():
        found[field] = {str(kind): texts.split()[0] for kind, texts in said.items() if kind}
    return found
