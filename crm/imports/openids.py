"""Columns of a file of readers that say who somebody is at WeChat: they are not taken.

An account at WeChat is bound by the reader alone. A file that a mini-program or a firm wrote would
bind whoever it names, and what the library sends would reach somebody else. Pure.
"""

import re
from collections.abc import Iterable

from crm.imports.guessing import bare_name

#: Parts of a column's name that give it away, and names that say it as a whole.
PARTS = ("openid", "unionid")
NAMES = (
    "wechat wechatid wechataccount wechatnumber wechatno weixin weixinid wxid wxopen wxnum"
    " 微信 微信号 微信id 微信号码 微信账号 微信帐号 微信标识 微信號 微信帳號"
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
    bare = bare_name(name)
    return bare in NAMES.split() or any(part in bare for part in PARTS)


def are_openids(cells: Iterable[str]) -> bool:
    """Whether most of the cells that are not empty, one at least, look like openids."""
    filled = list(filter(None, map(str.strip, cells)))
    alike = list(filter(OPENID.fullmatch, filled))
    return len(alike) * 2 > len(filled)
