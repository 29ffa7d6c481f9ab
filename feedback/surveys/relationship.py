"""Questionnaires to start from: relationship quality in our own words, with NPS."""

from feedback.surveys.models import Item

AGREE = {
    "kind": Item.Kind.SCALE,
    "scale_max": 5,
    "low": {"zh-hans": "完全不同意", "en": "strongly disagree"},
    "high": {"zh-hans": "完全同意", "en": "strongly agree"},
}


def _scale(key: str, chinese: str, english: str) -> dict:
    """A statement to agree or disagree with."""
    return AGREE | {"analysis_key": key, "text": {"zh-hans": chinese, "en": english}}


RELATIONSHIP_QUALITY = {
    "intro": {
        "zh-hans": "图书馆想知道我们之间的关系怎么样。没有对错，凭感觉选就好，大约三分钟。",
        "en": "How are we getting on, you and the library? There is no right or wrong;"
        " it takes about three minutes.",
    },
    "thanks": {
        "zh-hans": "你的回答会进入下一期活动的计划。",
        "en": "What you told us goes into the plan of the next campaign.",
    },
    "items": [
        # The numbers in the keys make constructs of the statements. A key once used keeps its
        # words, or the years could not be compared.
        _scale(
            "satisfaction_1",
            "总的来说，我对图书馆感到满意。",
            "All in all I am satisfied with the library.",
        ),
        _scale(
            "satisfaction_2",
            "图书馆的活动值得我花时间。",
            "The library's activities are worth my time.",
        ),
        _scale(
            "satisfaction_3",
            "我的需要在图书馆多半能得到满足。",
            "The library mostly has or does what I need.",
        ),
        _scale("trust_1", "馆员懂得自己的业务。", "The librarians know their trade."),
        _scale("trust_2", "图书馆说到的事会做到。", "The library does what it says it will do."),
        _scale(
            "trust_3",
            "遇到问题，我相信图书馆会为我着想。",
            "When I have a problem, the library is on my side.",
        ),
        _scale(
            "trust_4",
            "我可以放心地把意见告诉图书馆。",
            "I can tell the library openly what I think.",
        ),
        _scale(
            "trust_5",
            "图书馆会妥善保护我的个人信息。",
            "The library takes good care of my personal data.",
        ),
        _scale(
            "trust_6", "图书馆的规则对每个人都公平。", "The library's rules are fair to everybody."
        ),
        _scale(
            "commitment_1", "我觉得自己是图书馆的一分子。", "I feel that I belong to the library."
        ),
        _scale(
            "commitment_2",
            "我愿意为图书馆的活动出一份力。",
            "I would lend a hand in the library's activities.",
        ),
        _scale(
            "commitment_3",
            "如果图书馆少了些什么，我会在意。",
            "I would mind if the library lost something.",
        ),
        _scale(
            "loyalty_1",
            "有需要时，我首先想到图书馆。",
            "When I need something, the library comes to mind first.",
        ),
        _scale("loyalty_2", "我会常来图书馆。", "I will keep coming to the library."),
        _scale("loyalty_3", "我会向别人说图书馆的好话。", "I speak well of the library to others."),
        # No construct: the score stands for itself, and its scale is another one.
        {
            "kind": Item.Kind.NPS,
            "analysis_key": "nps",
            "text": {
                "zh-hans": "你有多大可能向同学或同事推荐图书馆的活动？",
                "en": "How likely are you to recommend the library's activities"
                " to a friend or colleague?",
            },
            "low": {"zh-hans": "完全不可能", "en": "not at all likely"},
            "high": {"zh-hans": "非常可能", "en": "very likely"},
        },
        {
            "kind": Item.Kind.TEXT,
            "analysis_key": "wish",
            "text": {
                "zh-hans": "如果图书馆只能改一件事，你希望是什么？",
                "en": "If the library could change one thing, what should it be?",
            },
        },
    ],
}
TEMPLATES = {"relationship": RELATIONSHIP_QUALITY}
#: What a survey without a template starts from.
EMPTY_PAGE = {"intro": {}, "thanks": {}, "items": []}
