"""Short files of East Asia: which encoding they are in is told by their words, else asked."""

import pytest

from crm.imports.encodings import DecidedEncoding, EncodingGuesses

KOREAN, CHINESE, JAPANESE = "euc_kr", "gb18030", ("cp932", "euc_jp")


def told(text: str, encoding: str) -> DecidedEncoding:
    guesses = EncodingGuesses()
    guesses.feed(text.encode(encoding))
    return guesses.told()


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("학번,이름\n1,김철수\n", KOREAN),
        ("이용자번호\t성명\r\n1\t박지민\r\n", KOREAN),
        ("이름;이메일\n남궁민수;a@example.org\n", KOREAN),
        ('"대출일자","회원번호"\n"2026-10-05","1"\n', KOREAN),
        ("id,성명\n1,강\n", KOREAN),
        ("氏名,学籍番号\n山田太郎,1\n", "cp932"),
        ("氏名,学籍番号\n山田太郎,1\n", "euc_jp"),
        ("利用者番号\t利用者名\n1\t佐藤\n", "cp932"),
        ("利用者番号\t利用者名\n1\t佐藤\n", "euc_jp"),
        ("入館日時,番号\n2026-10-05 09:00,1\n", "euc_jp"),
        ("學號,姓名\n1,王小明\n", "big5hkscs"),
        ("借書證號,入館時間\n1,2026-10-05\n", "big5hkscs"),
        ("id;電子郵件\n1;陳@example.org\n", "big5hkscs"),
        ("学号,姓名\n1,李雷\n", CHINESE),
        ("卡号,名字\n1,雷\n", CHINESE),
        ("序号|入馆时间|校区\n1|2026-10-05|南湖\n", CHINESE),
    ],
)
def test_a_word_for_a_column_tells_the_encoding_for_certain(text, encoding):
    assert told(text, encoding) == DecidedEncoding(encoding)


def test_short_lists_of_korean_names_are_asked_about_and_not_taken_for_chinese():
    found = told("id,name\n1,김철수\n2,이영희\n", KOREAN)
    assert found == DecidedEncoding(KOREAN, doubts=(KOREAN, CHINESE))


@pytest.mark.parametrize(
    "names",
    ["李雷 韩梅梅", "陈冠 安捞", "包公 安琪", "高峰 郭晶晶 何可", "男 女", "陆墨平 欧阳娜娜 汪"],
)
def test_short_lists_of_chinese_names_stay_chinese(names):
    rows = "".join(f"{n},{name}\n" for n, name in enumerate(names.split()))
    assert told(f"id,name\n{rows}", CHINESE) == DecidedEncoding(CHINESE)
