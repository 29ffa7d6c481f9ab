"""Columns of a file of readers that say who somebody is at WeChat: they are not taken.

An account at WeChat is bound by the reader alone. A file that a mini-program or a firm wrote would
bind whoever it names, and what the library sends would reach somebody else. Pure.
"""

import re
from collections.abc import Iterable

from crm.imports.guessing import bare_name

#: What such a column is called; a name that begins like one may be a consent.
NAMES = re.compile(
    r".*(?:openid|unionid).*|(?:wechat|weixin)(?:id|account|number|no)?|wx(?:id|open|num)"
    r"|微信(?:id|[号號]码?|[账帐帳]号|帳號|标识)?"
)
#: As WeChat makes them: 28 letters, the first of which is an o, for a person beside one account
#: (openid) and beside all accounts of one owner (unionid).
OPENID = re.compile(r"o[\w-]{27}", re.ASCII)


def columns_of_openids(header: list[str], sample: list[list[str]]) -> list[str]:
    """Names of such columns, in the order of the file, by their names or by their cells.

    ``sample``: rows of the file, each as wide as ``header``.
    """
    found = []
    for place, name in enumerate(header):
        if names_openids(name) or are_openids(row[place] for row in sample):
            found.append(name)
    return found


def names_openids(name: str) -> bool:
    """Whether a column is called like an account at WeChat; a consent to WeChat is another one."""
    return NAMES.fullmatch(bare_name(name)) is not None


def are_openids(cells: Iterable[str]) -> bool:
    """Whether most of the cells that are not empty, one at least, look like openids."""
    filled = list(filter(None, map(str.strip, cells)))
    alike = list(filter(OPENID.fullmatch, filled))
    return len(alike) * 2 > len(filled)
