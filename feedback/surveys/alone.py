"""Options that stand alone: who chooses "none of these" chooses nothing else.

They are known by their words, in any of a survey's languages, so that surveys of before hold too.
"""

import re

from core.characters import folded

#: What stands before, behind and between the words of such an option, and says nothing.
SIGNS = re.compile(r"[\s\W_]+")
#: What such a sentence may be about in Chinese: "these", "the options above".
THESE = (
    r"(?:以上|上述|上面|前面|前述|以下|这些|这里|上列|其中|所列|列出)?的?"
    r"(?:各项|选项|几项|几种|几个|所有|全部|内容|答案|情况|原因|任何|说法|这些|方面)*(?:我|本人|对我)?"
)
#: "All of them", "not one": what a "not" behind it denies.
ALL = "|".join(
    [
        *("全都", "都", "皆", "均", "全部?", "一概", "一律"),
        *("一[个项][也都]", "任何一[个项]都?", "哪[个项]都", "什么都"),
    ]
)
#: 都不错 and 都不同 say no such thing.
NOT = r"(?:不(?!错|同|少|仅|止|妨|断)|没|非|无|未|否)"
ENGLISH = (
    r"the|these|those|them|it|any|all|above|below|options?|answers?|items?|listed|apply|applies"
    r"|here|mentioned|to me|choices?|of"
)
WORDS = re.compile(
    rf"{THESE}(?:{ALL}){NOT}.{{0,12}}"
    r"|(?:没有|无|不是|不属于|不选|不符合|不在)(?:以上|上述|上面|前面|这些|其中|所列).{0,8}"
    r"|无|没有|没|暂无|无此项|没有任何|无任何|以上无|没有了|都不|不适用|不涉及|从不|从未|从来没有"
    rf"|(?:no )?(?:no|none|not one|nothing|not any|neither)(?: one)?(?: of)?(?: (?:{ENGLISH}))*"
    r"|i (?:do not|don t|have not|haven t|did not|didn t) .{0,30}\b(?:any|none)\b.{0,20}"
    r"|n a|not applicable|does not apply|nil|never",
)


def stands_alone(text: dict[str, str]) -> bool:
    """Whether an option, {language: words}, excludes all others of its question: it does as soon as
    it says so in one language.
    """
    return any(map(_says_none, text.values()))


def _says_none(words: str) -> bool:
    """Whether the words of an option, as a whole, say that none of the others holds."""
    plain = SIGNS.sub(" ", folded(words)).strip()
    # Chinese has no spaces; where some were typed they say nothing.
    return any(map(WORDS.fullmatch, (plain, plain.replace(" ", ""))))
