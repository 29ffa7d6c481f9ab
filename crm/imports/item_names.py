"""What columns are called that say which title or item it was, in the languages of many systems.

Chinese in both scripts, English, German, French, Spanish, Italian, Portuguese, Dutch, Polish,
Russian, Japanese and Korean. Pure.
"""

import re
import unicodedata

from crm.imports.guessing import bare_name

ACCENTS = re.compile("[\u0300-\u036f]")
#: Titles. A title may be that of a person as well: files of readers keep such a column.
TITLES = ("title", "titel", "titre", "titulo", "titolo", "tytuł", "заглав", "タイトル", "제목")
#: Titles that no person has, and what was borrowed.
TITLES_OF_BOOKS = re.compile(
    r"[题題]名|[书書]名|刊名|篇名|書誌|[资資]料名|도서명|서명|자료명|booktitle|bookname|maintitle"
    r"|所借|借[阅閱][图圖]?[书書]"
)
#: Books, in files of what readers did; 图书馆 is a place, 图书证 a card, 圖書室 a room. A file of
#: readers may say who wants lists of new ones.
BOOKS = re.compile(r"[图圖図][书書](?![馆館证證卡室角カ])|[书書][目刊籍]")
#: Items: their numbers, where they stand, who wrote and who published them.
OF_ITEMS = re.compile(
    r"isbn|issn|callnumber|callno\b|shelfmark|biblio(?!t)|bibid|bibno|bibrecord|mmsid|itembarcode"
    r"|itemcallnumber|itemnumber|itemno\b|itemid|copybarcode|copyid|holdingid|accessionn"
    r"|索[书書取][号號]|[请請]求記号|청구기호|排架[号號]|[财財][产產][号號]|[册冊]条?[码碼]"
    r"|[图圖][书書]条?[码碼]|[馆館]藏[条條]|[资資]料(番号|id)|등록번호|著者|作者|[责責]任者|저자|出版[社者]"
    r"|buchsignatur|mediennummer|exemplarn|numeroinventaire|инвентарн"
)
#: Numbers that a card has as well as a book, in a name that does not speak of readers.
CODES = ("barcode", "strichcode", "codebarre", "codigodebarra", "codigobarra", "codiceabarre")
CODES += ("codabarre", "штрихкод", "条码", "条形码", "條碼", "條形碼", "バーコード", "바코드")
#: Of whom a number is, not of what.
OF_READERS = ("reader", "patron", "borrower", "user", "person", "member", "student", "card")
OF_READERS += ("leser", "benutzer", "lecteur", "emprunteur", "adherent", "lector", "usuari")
OF_READERS += ("lettore", "utente", "leitor", "читател", "利用者", "이용자", "대출자")
OF_READERS += ("读者", "讀者", "学生", "學生", "人员", "人員", "会员", "會員", "证", "證", "卡")


def folded_name(header: str) -> str:
    """A column's name without case, blanks, punctuation and the accents of Latin letters."""
    letters = unicodedata.normalize("NFKD", bare_name(header))
    return unicodedata.normalize("NFC", ACCENTS.sub("", letters))


def names_a_book(name: str) -> bool:
    """Whether a column is called like what somebody borrowed, and never like anything of a person.
    ``name`` as ``folded_name`` gives it.
    """
    return bool(TITLES_OF_BOOKS.search(name) or OF_ITEMS.search(name))


def names_a_title(name: str) -> bool:
    """Whether a column is called like a title, be it that of a person, or like books. ``name`` as
    ``folded_name`` gives it.
    """
    return has_part(name, TITLES) or bool(TITLES_OF_BOOKS.search(name) or BOOKS.search(name))


def names_a_code(name: str) -> bool:
    """Whether a column is called like a barcode and does not say that it is a reader's. ``name`` as
    ``folded_name`` gives it.
    """
    return has_part(name, CODES) and not speaks_of_readers(name)


def speaks_of_readers(name: str) -> bool:
    """Whether a column's name says that something is a reader's."""
    return has_part(name, OF_READERS)


def has_part(name: str, parts: tuple[str, ...]) -> bool:
    """Whether one of ``parts`` stands anywhere in the name of a column."""
    return any(part in name for part in parts)
