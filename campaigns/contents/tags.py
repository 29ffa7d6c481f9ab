"""What in a content looks like a field to be filled in and is none, and what cleaning took out.

Neither is refused: braces may be meant as they stand. The author is told when the text is saved,
and asked once more before it is mailed to everybody.
"""

import re
from collections.abc import Iterator
from urllib.parse import unquote

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.contents.models import Content
from core import bodies
from core.localised import listed
from core.texts import FIELD, PLACEHOLDER, PLACEHOLDERS, mark_fields
from crm.library.naming import library_name

#: What programs that mail call their fields, and what people write by hand. Anything in braces may
#: be meant as a field; in other signs only one of these is, since 【通知】 is a heading.
OF_WHOM = r"reader|user|member|patron|recipient|first|last|full|student|读者|用户|学生|收件人|会员"
FIELD_WORD = (
    rf"(?:(?:{OF_WHOM})[\s_.·-]*)?"
    r"(?:name|fname|lname|e-?mail(?: address)?|campus|kind|type|college|department|salutation"
    r"|姓\s*名|名\s*字|称\s*呼|昵称|尊称|校区|分馆|类型|类别|身份|邮箱|学号|工号|证号|学院|院系|部门)"
    r"|" + "|".join(PLACEHOLDERS)
)
WORD = rf"[^\S\n]{{0,3}}(?:{FIELD_WORD})[^\S\n]{{0,3}}"
#: Pairs of signs around a word, and signs that stand before and behind it. The longer ones first.
PAIRS = (
    *(
        r"\[\[ \]\]",
        r"\[ \]",
        "［ ］",
        "【 】",
        "〖 〗",
        "〔 〕",
        "《 》",
        "〈 〉",
        "「 」",
        "『 』",
    ),
    *("<< >>", "< >", "＜ ＞", "« »", "‹ ›", r"\*\| \|\*"),
    *(
        "%% %%",
        "% %",
        "％ ％",
        "## ##",
        "# #",
        "＃ ＃",
        r"\$ \$",
        "__ __",
        "@@ @@",
        "@ @",
        r"\| \|",
    ),
)


def _like_a_field() -> re.Pattern[str]:
    """Everything that looks like a field, whoever's."""
    found = [r"[$＄#][{][^{}\n]{0,40}[}]", r"[{｛﹛]{1,3}[^{}｛｝﹛﹜\n]{0,40}[}｝﹜]{1,3}"]
    found += [r"%\([^()\n]{1,40}\)s", r"<%[^<>\n]{0,40}%>", rf"[$＄](?:{FIELD_WORD})(?![\w$])"]
    # One whose end is missing, or stands in another line.
    found.append(rf"[{{｛﹛]{WORD}(?!\w)")
    for pair in PAIRS:
        before, behind = pair.split()
        found.append(f"{before}{WORD}{behind}")
    return re.compile("|".join(found), re.IGNORECASE)


LIKE_A_FIELD = _like_a_field()
#: A field of ours with a sign of another program before it: the sign would stay.
OURS_OF_OTHERS = re.compile(f"([$＄#]){FIELD.pattern}")
#: The way out is an address: it stands in the text and in links alone.
WAY_OUT = "{unsubscribe}"
#: So many are named; more would be a text of braces.
MOST_NAMED = 12
SCRIPTS = gettext_lazy("scripts and forms")
LOOKS = gettext_lazy("colours and styles")
#: What people call elements and attributes that no mail holds; others by their names.
ELEMENTS = {
    "img": gettext_lazy("pictures in the text (add one above it by “Picture”)"),
    **dict.fromkeys(["script", "iframe", "form", "input", "button"], SCRIPTS),
    **dict.fromkeys(["style", "font", "center"], LOOKS),
}
ATTRIBUTES = dict.fromkeys(
    ["style", "class", "bgcolor", "color", "align", "valign", "width", "height", "face"], LOOKS
)


def fields_that_are_none(content: Content) -> list[str]:
    """What looks like a field in the subject, preview text, sender's name, text or addresses of
    ``content`` and goes out as it stands; each once, in order.
    """
    return list(dict.fromkeys(_found_in(content)))[:MOST_NAMED]


def _found_in(content: Content) -> Iterator[str]:
    """Everything found, perhaps more than once, in the order of subject, preview, sender, text,
    addresses.
    """
    yield from _outside(content.subject)
    yield from _outside(content.preheader)
    yield from LIKE_A_FIELD.findall(content.sender_name)

    addresses = [href for href, _label in bodies.links_in(content.body)]
    # The plain text names the address of each link behind its words. Ours are taken out before: one
    # that markup cuts in two ({<b>name</b>}) is found in the mail as it stands.
    filled = mark_fields(bodies.replace_links(content.body, lambda _href: ""))
    text = bodies.plain_text_of(filled)
    yield from LIKE_A_FIELD.findall(OURS_OF_OTHERS.sub(r"\1{\2}", text))
    for address in addresses:
        if address != WAY_OUT:
            yield from LIKE_A_FIELD.findall(unquote(address))


def _outside(text: str) -> Iterator[str]:
    """What looks like a field in a header and is none of ours, or is the way out."""
    for found in LIKE_A_FIELD.findall(text):
        if found == WAY_OUT or not PLACEHOLDER.fullmatch(found):
            yield found


def named_fields(found: list[str]) -> str:
    """The sentence that says so, with what was found; empty where there is none."""
    if not found:
        return ""
    return _("These look like fields and are none; they go out as they stand: %(tags)s") % {
        "tags": listed(found)
    }


def without_campus(language: str | None = None) -> str:
    """What stands for the campus of a reader who has none: the library's name in ``language``, or
    in the present one.
    """
    return library_name(language) or _("the library")


# --- what cleaning took out -----------------------------------------------------------------------
def taken_out(typed: str, cleaned: str) -> str:
    """The sentence that says what of a typed body is not in its mail; empty where all is."""
    lost = bodies.lost_markup(typed, cleaned)
    kinds = list(dict.fromkeys(_kind_of(element, attribute) for element, attribute in lost))
    if not kinds:
        return ""
    return _("This was taken out, since no mail may hold it: %(what)s") % {"what": listed(kinds)}


def _kind_of(element: str, attribute: str) -> str:
    """What somebody calls what was lost: an element, or one attribute of it."""
    if attribute.startswith("on"):
        return str(SCRIPTS)
    unnamed = " ".join(filter(None, [element, attribute]))
    return str(ELEMENTS.get(element, ATTRIBUTES.get(attribute, f"<{unnamed}>")))
