"""What people and programs write for yes and for no where a file says who may be written to.

A no is heard in whichever words it is said: it ends something, and nobody may be asked twice. A yes
is taken from a known word alone.
"""

import re

from crm.imports import fields
from crm.imports.fields import Refusal

#: Words for each answer, without capitals; those of "unsaid" begin like a no and say nothing.
SAID = fields.words(
    {
        "yes": (
            "y true t 1 agree agreed on ok opt-in optin subscribed ja oui sí si da はい 예"
            " √ ✓ ✔ ☑ 是 是的 同意 已同意 愿意 接收 允许 可以 需要 接受 已订阅 订阅 有"
        ),
        "no": (
            "n false f 0 disagree disagreed off opt-out optout nein non nej nee нет いいえ 아니오"
            " × ✗ ✘ ☒ 否 不 無 无 没 没有 沒有 免打扰 勿扰"
        ),
        "unsaid": (
            "unknown 未知 未定 未说明 未填写 未回答 未选择 未选 未表态 不清楚 不确定 不知道 不明"
        ),
    }
)
SAID |= dict.fromkeys(["opted in", "opt in", "yes please"], "yes")
SAID |= dict.fromkeys(["no answer", "no data", "no reply"], "unsaid")
#: How any other no begins: 不接收邮件, 拒收, 已退订, 取消订阅; opted out, no thanks, do not mail.
#: One that is taken back (不反对, 未退订) is neither, and so is "not specified".
REFUSAL = re.compile(
    r"(?:暂时?)?(?:不|未|没有?|勿|别)(?!反对|介意|在意|拒|退订|退訂|取消|限|一定)"
    r"|(?:请勿|谢绝|婉拒|(?:已经?)?(?:拒|退订|退訂|取消|停止|撤回|撤销|关闭))"
    r"|not? (?!objection|said|known|asked|sure|set|specified|provided|available|recorded|stated)"
    r"|(?:never|nope|don'?t|do not|opt(?:ed)?[ -]?out|unsubscribed?|decline[sd]?|refuse[sd]?"
    r"|reject(?:s|ed)?|withdrawn?|revoked?|denied|stop(?:ped)?|abgelehnt|widerrufen"
    r"|refusé|désabonné|(?:no|nein|non),)(?!\w)"
)
#: What stands behind a word, and what programs make of a 0.
BEHIND = " .。!！,，;；"
NUMBER = re.compile(r"([01])[.,]0+")
#: What says of itself, in a column of refusals, that somebody left, and the day on which they did.
LEFT = re.compile(
    r"(?:请勿|谢绝|婉拒|勿扰|免打扰|(?:已经?)?(?:拒|退订|退訂|取消|停止|撤回|撤销|关闭))"
    r"|(?:never|don'?t|do not|opt(?:ed)?[ -]?out|unsubscribed?|decline[sd]?|refuse[sd]?"
    r"|reject(?:s|ed)?|withdrawn?|revoked?|denied|stop(?:ped)?|abgelehnt|widerrufen"
    r"|refusé|désabonné)(?!\w)"
    r"|\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}|\d{1,2}[-/. ]\w{1,9}[-/. ]\d{2,4}|\d{8}(?:\d{6})?$"
)
ZEROS = "0-/.: "
STANDS_FOR = {"yes": "yes", "no": "no", "unsaid": None}


def answer_in(raw: str) -> str | None:
    """ "yes" or "no"; None for a cell in which nothing is said.

    Raises Refusal for a text that the cell cannot hold (``fields.clean``) and, with ``bad-answer``,
    for a word that is neither.
    """
    text = plain(raw)
    if text in SAID:
        return STANDS_FOR[SAID[text]]
    if fields.is_blank(text):
        return None
    if REFUSAL.match(text):
        return "no"
    raise Refusal("consent", "bad-answer")


def refusal_in(raw: str) -> str | None:
    """Of a cell in a column of refusals (退订, Do not mail): "no" where it says that somebody left,
    by a yes, in a word of its own or by the day; None where it says that nobody did. Raises as
    ``answer_in``.
    """
    text = plain(raw)
    # 0, -, 0000-00-00: no day.
    if not text.strip(ZEROS):
        return None
    if LEFT.match(text):
        return "no"
    if answer_in(raw) == "yes":
        return "no"
    return None


def plain(raw: str) -> str:
    """A cell in small letters, without what stands behind a word. Raises Refusal for a text that
    the cell cannot hold.
    """
    text = " ".join(fields.clean("consent", raw).casefold().replace("’", "'").split())
    return NUMBER.sub(r"\1", text.rstrip(BEHIND))


def is_answer(raw: str) -> bool:
    """Whether a cell is yes or no in some word that files use."""
    try:
        return answer_in(raw) is not None
    except Refusal:
        return False
