"""How a text that is about somebody is told from one that only looks so.

Patterns of PostgreSQL, looked for without regard to capitals in JSON as text.
"""

import json
import re
from urllib.parse import quote, quote_plus

from django.db.models import Func, Q, TextField
from django.db.models.functions import Cast

from core.addresses import digits_of
from core.characters import tidy

#: Shorter texts, and numbers with fewer digits, say nothing of a person unless they stand alone: as
#: a whole cell, or as the whole value of a field.
SHORT, SHORT_TELEPHONE = 6, 8
LETTER = "[0-9A-Za-z]"
#: What may stand in an address before the @ as well.
BEFORE_ADDRESS = "[0-9A-Za-z._%+-]"
#: A full stop after an address ends a sentence, unless the address goes on.
GOES_ON = "(?![0-9A-Za-z]|[.-][0-9A-Za-z])"
#: How a sign is written in the address of a page.
QUOTED_SIGN = "%[0-9A-F][0-9A-F]"
#: What may stand before a number at home: the country, or what is dialled before an area.
DIALLED_BEFORE = "(00)?(86)?0*"


def normalised(field: str) -> Func:
    """A column as text, no letter or digit in a wide form."""
    return Func(
        Cast(field, TextField()),
        template="normalize(%(expressions)s, NFKC)",
        output_field=TextField(),
    )


def aliases(field: str) -> dict:
    """What ``in_texts`` and ``in_telephones`` look at, for a column of JSON.

    For ``QuerySet.alias``: "said" is the text of the JSON, "digits" the same without the signs of
    numbers.
    """
    return {"said": normalised(field), "digits": digits_of(normalised(field))}


def whole(pattern: str) -> str:
    """As a whole text of JSON.

    A regular expression of PostgreSQL; ``pattern`` is one already.
    """
    return rf'(?<!\\)"\s*{pattern}\s*"'


def bounded(text: str) -> str:
    """Not inside a longer word, number or address. Chinese is written without bounds.

    A regular expression of PostgreSQL. ``text`` must not be empty.
    """
    pattern = re.escape(text)
    if re.match(LETTER, text[0]):
        pattern = f"(?<!{BEFORE_ADDRESS if '@' in text else LETTER}){pattern}"
    if re.match(LETTER, text[-1]):
        pattern += GOES_ON
    return pattern


def in_text(text: str) -> Q:
    """JSON with a number, a name or an e-mail address in it.

    A short text in ASCII must be the whole of a value: inside others it would be found everywhere.
    """
    written = json.dumps(tidy(text), ensure_ascii=False)[1:-1]
    if len(written) < SHORT and written.isascii():
        return Q(said__iregex=whole(re.escape(written)))
    return Q(said__iregex=bounded(written))


def in_telephone(number: str) -> Q:
    """JSON with a telephone number in it, in whichever writing; ``number`` is its one form."""
    national = number.lstrip("+0")
    if len(national) < SHORT_TELEPHONE:
        return Q(digits__iregex=whole(DIALLED_BEFORE + national))
    pattern = f"(?<![0-9]){DIALLED_BEFORE}{national}(?![0-9])"
    # Without signs two numbers beside each other are one, and with them one may be two.
    return Q(digits__iregex=pattern) | Q(said__iregex=pattern)


def in_question(text: str) -> Q:
    """The address of a page that asks for a text; what stands before the question is no person's,
    save their key.

    Written plainly or quoted as in an address. A short text in ASCII must be the whole of a value.
    """
    found = Q()
    for written in {text, quote(text), quote_plus(text)}:
        pattern = re.escape(written)
        if len(text) < SHORT and text.isascii():
            found |= Q(path__iregex=rf"\?(.*&)?[^&=]*={pattern}(&|$)")
        else:
            found |= Q(path__iregex=rf"\?.*({bounded(written)}|{QUOTED_SIGN}{pattern}{GOES_ON})")
    return found
