"""What the words of systems say of a reader's state: here still, or gone."""

from crm.imports.fields import labels_of, words
from crm.readers.models import Reader

#: Words of a column, separated by blanks, without capitals.
STATES = {
    "active": (
        "active current valid normal true yes y 1 有效 正常 在籍 在校 在读 在职 启用 在用 激活"
        " 可用 是"
    ),
    "left": (
        "left inactive expired closed deleted cancelled canceled withdrawn graduated deceased false"
        " no n 0 注销 已注销 失效 离校 已离校 离职 毕业 已毕业 结业 退学 停用 过期 已过期 退证"
        " 已退证 去世 已故 否"
    ),
}
#: These tell of a card, a debt or a right to borrow. Whose card is lost or stopped is here still,
#: and who had left has not come back by it: the state stays as it is known.
OF_THE_CARD = (
    "lost stolen replaced suspended blocked restricted barred frozen locked stopped debarred"
    " 挂失 已挂失 遗失 丢失 补办 补证 换证 暂停 已暂停 停借 已停借 停证 冻结 已冻结 锁定 欠费 欠款"
    " 违章 违规 黑名单"
)


def state_words() -> dict[str, str]:
    """{word without capitals: state}, as ``fields.kind_words``; "" for a word that tells nothing of
    it.
    """
    of_the_card = dict.fromkeys(OF_THE_CARD.split(), "")
    return of_the_card | words(STATES) | labels_of(Reader.State.choices)
