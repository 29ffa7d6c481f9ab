"""Who chooses "none of these" chooses nothing else."""

import pytest
from django.http import QueryDict

from feedback.surveys.alone import stands_alone
from feedback.surveys.answering import parse_answers
from feedback.surveys.definitions import parse_definition
from feedback.surveys.models import Response
from tests.feedback.building import form, published

ALONE = (
    *("以上都不", "以上都不是", "以上皆非", "以上均不符合", "都没有", "以上都没有", "无", "没有。"),
    *(
        "（以上都不选）",
        "上述选项都不适用",
        "以上全不对",
        "一个都没去过",
        "都不喜欢",
        "均无",
        "不适用",
    ),
    *(
        "以 上 都 不",
        "以上\u200b都不",
        "没有以上情况",
        "这些我都没用过",
        "以上各项均无",
        "不属于以上任何一项",
    ),
    *("None of the above", "NONE", "none of these", "Neither", "N/A", "Not applicable", "Nothing"),
    *("No, none of them", "None of these apply", "None of the options listed"),
)
BESIDE = (
    *(
        "以上都是",
        "其他",
        "不知道",
        "无障碍设施",
        "没有靠窗的座位",
        "不够安静",
        "都市文学",
        "都不错",
        "全部不同",
        "全部",
        "无线网络",
    ),
    *(
        "All of the above",
        "Not sure",
        "Other",
        "No seats",
        "Nothing to drink",
        "Noise",
        "Nonfiction",
    ),
)


@pytest.mark.parametrize(("words", "expected"), [(ALONE, True), (BESIDE, False)])
def test_option_is_known_by_its_words_in_either_language(words, expected):
    assert [w for w in words if stands_alone({"zh-hans": w}) != expected] == []
    assert stands_alone({"zh-hans": "其他", "en": "None of the above"})


@pytest.mark.django_db
def test_option_that_stands_alone_is_refused_beside_another(client):
    """In 0.1 both were stored."""
    options = [
        {"zh-hans": "安静"},
        {"zh-hans": "明亮"},
        {"zh-hans": "以上都不", "en": "None of these"},
    ]
    question = {"kind": "multiple", "text": {"zh-hans": "喜欢什么？"}, "options": options}
    survey = published(items=[question])

    def sent(*codes):
        nothing = dict.fromkeys(["i2", "i3", "i4", "i5"])
        return client.post(survey.public_url, form(i1=list(codes), **nothing))

    refused = sent("1", "3")
    assert refused.status_code == 400
    assert "以上都不" in refused.text
    assert Response.objects.count() == 0
    assert [sent(*codes).status_code for codes in (["3"], ["1", "2"], ["3", "3"])] == [200] * 3
    assert sorted(Response.objects.values_list("answers", flat=True), key=str) == [
        {"1": [1, 2]},
        {"1": [3]},
        {"1": [3]},
    ]
    # The page itself takes the others back.
    assert client.get(survey.public_url).text.count("data-alone") == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "blank",
    ["\u200b\u200d\u3000", "\u2800\u3164", "\u115f\u1160\uffa0", "\u00ad\u2060\ufeff", "\u0301"],
)
def test_answer_of_invisible_characters_alone_is_none(blank, client):
    survey = published(items=[{"kind": "text", "text": {"zh-hans": "还想说什么？"}}])
    nothing = dict.fromkeys(["i2", "i3", "i4", "i5"])
    assert client.post(survey.public_url, form(i1=blank, **nothing)).status_code == 400
    assert Response.objects.count() == 0
    answered = QueryDict(mutable=True)
    answered["i1"] = f"{blank}好"
    definition = parse_definition(survey.versions.get().definition)
    assert parse_answers(definition, answered).ok
