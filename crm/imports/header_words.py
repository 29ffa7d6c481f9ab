"""Words at the top of columns, and names, that tell encodings of East Asia apart in a short file.

The bytes of a few letters are common Chinese characters in GB18030 and Korean syllables in EUC-KR.
A cell that is a word for a column in one of them alone says which is meant: no chance makes it.
Pure.
"""

import re

from core.columns import the_only

#: {encoding: words for columns, as files in it have them}
WORDS = {
    "gb18030": (
        "姓名 名字 学号 工号 学工号 读者 读者号 读者证号 借书证号 证号 证件号 卡号 一卡通号"
        " 编号 序号 邮箱 电子邮箱 手机 手机号 电话 学院 院系 单位 部门 校区 分馆 馆别 类型"
        " 类别 读者类型 身份 性别 年级 班级 专业 日期 时间 地点 借书日期 借书时间 借阅日期"
        " 借阅时间 入馆时间 进馆时间 条码 备注"
    ),
    "big5hkscs": (
        "姓名 學號 職號 讀者 讀者號 讀者證號 借書證號 證號 卡號 條碼 編號 電話 手機 電子郵件"
        " 電子信箱 學院 系所 單位 部門 校區 分館 館別 類型 類別 身分 性別 年級 班級 日期 時間"
        " 地點 借書日期 借閱日期 借閱時間 入館時間 進館時間 備註"
    ),
    "japanese": (
        "氏名 名前 利用者番号 利用者名 利用者ID 学籍番号 学生番号 職員番号 所属 学部 学科"
        " 学年 電話 電話番号 メール メールアドレス 住所 身分 利用者区分 生年月日 性別 備考"
        " 日付 日時 時刻 貸出日 貸出日時 返却日 入館日 入館日時 図書館 館名 番号"
    ),
    "euc_kr": (
        "이름 성명 학번 번호 교번 회원번호 회원명 이용자번호 이용자명 이용자 대출증번호 학과"
        " 학부 소속 신분 구분 전화 전화번호 휴대폰 이메일 메일 성별 생년월일 학년 날짜 일자"
        " 일시 시간 대출일 대출일자 대출일시 반납일 출입일시 입관일시 도서관 분관 비고"
    ),
}
WORDS["cp932"] = WORDS["euc_jp"] = WORDS.pop("japanese")
#: The header is among the first lines with other letters than ASCII.
LOOKED_AT = 3
BETWEEN_CELLS = re.compile(r"[,;|^~\t\r\n\"，；]")
#: Family names of nearly all Koreans, and how many syllables a name has.
FAMILY_NAMES = (
    "김이박최정강조윤장임한오서신권황안송류유전홍고문양손배백허남심노하곽성"
    "차주우구민진나엄원천방공현함변염여"
)
NAME = re.compile(f"[{FAMILY_NAMES}][\uac00-\ud7a3]{{1,3}}")
NO_ASCII = re.compile(r"[^\x00-\x7f]+")


def named_by_words(sample: bytes, encodings: list[str]) -> str:
    """The one of ``encodings`` in which a cell of the first lines is a word for a column; empty
    where none has such a cell, or several have.

    ``sample``: lines with other letters than ASCII, the first of the file first.
    """
    lines = b"\n".join(sample.split(b"\n")[:LOOKED_AT])
    found = [name for name in encodings if name in WORDS and has_a_word(lines, name)]
    return the_only(found) or ""


def has_a_word(lines: bytes, encoding: str) -> bool:
    """Whether a cell of the lines is a word for a column in this encoding."""
    words = set(WORDS[encoding].split())
    cells = map(
        str.strip, BETWEEN_CELLS.split(lines.decode(encoding, "replace").replace("\n", ","))
    )
    return not words.isdisjoint(cells)


def are_korean_names(sample: bytes) -> bool:
    """Whether all that is no ASCII are two different names of Koreans or more, in EUC-KR. One may
    be a Chinese word by chance.
    """
    names = NO_ASCII.findall(sample.decode("euc_kr", "replace"))
    return len(set(names)) > 1 and all(map(NAME.fullmatch, names))
