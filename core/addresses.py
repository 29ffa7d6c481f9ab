"""One normal form of e-mail addresses and of telephone and reader numbers.

What a person typed is stored tidy (``core.characters.tidy``), with the capitals and the domain as
typed. Two spellings are the same address when ``address_key`` says so.
"""

import hashlib
import hmac
import re
import unicodedata

import idna
from django.conf import settings
from django.db.models import F, Func, TextField, Value
from django.db.models.functions import Lower
from django.utils.html import format_html
from django.utils.translation import gettext as _
from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email

from core.characters import folded, tidy

#: RFC 5321 lets almost anything stand before the @; these characters never do without quoting,
#: which nobody uses.
LOCAL = re.compile(r"[^\s@<>,;:\"()\[\]\\\x00-\x20\x7f]+")
LONGEST_LOCAL = 64
ADDRESS = re.compile(
    r".+@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+"
    r"[A-Za-z0-9][A-Za-z0-9-]{0,61}[A-Za-z0-9]"
)
LONGEST = 254
#: What nearly every address looks like. The library passes each of these as well (a test holds the
#: two together) and takes fifteen times as long: a file holds hundreds of thousands.
ORDINARY = re.compile(
    r"[A-Za-z0-9]+(?:[._+-][A-Za-z0-9]+)*@(?:[A-Za-z0-9]+\.)+(?P<top>[A-Za-z]{2,})"
)
#: Ends of domains that lead nowhere in the public net: test, invalid, local and such (RFC 6761).
SPECIAL_ENDS = frozenset(name.rpartition(".")[2] for name in SPECIAL_USE_DOMAIN_NAMES)
#: What people write between the digits of a telephone number; ``digits_of`` says it in SQL.
SIGNS = " ().-/\u2010\u2011\u2012\u2013\u2014"
DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"))
BETWEEN_DIGITS = str.maketrans("", "", SIGNS)
#: What people set inside of a reader number, for the eye alone; other blanks are none in a normal
#: number.
BLANKS = " \t\n\r\f\x0b"
BLANKS_IN_SQL = r" \t\n\r\f\x0b"
WITHOUT_BLANKS = str.maketrans("", "", BLANKS)
#: Digits in the form that is compared; fewer are no number that anybody could call.
TELEPHONE = re.compile(r"(\+?)([0-9]{5,})")
#: A mobile number of the mainland, which is also written with the country before it and no sign.
MOBILE = re.compile(r"1[3-9][0-9]{9}")
HOME, ABROAD = "86", "00"

#: Providers to whom a dot before the @ says nothing, and their other domains.
DOTLESS = frozenset({"gmail.com", "proton.me"})
SAME_DOMAIN = {
    "googlemail.com": "gmail.com",
    "protonmail.com": "proton.me",
    "protonmail.ch": "proton.me",
    "pm.me": "proton.me",
}


class BadAddress(ValueError):
    """What stands in the address field is no address; says why, in words for who typed it."""


def normal_number(text: str) -> str:
    """A telephone or reader number: digits of any script as 0 to 9, hyphens for dashes, nothing
    invisible, case as given.

    A character that is no decimal digit stays as it is. Of a text in ASCII only the white space
    around it goes.
    """
    if text.isascii():
        return text.strip()
    plain = tidy(text).translate(DASHES)
    return "".join(str(unicodedata.decimal(one, one)) for one in plain)


def number_key(text: str) -> str:
    """The one spelling of a reader number, to compare it by: without capitals and without blanks.

    ``number_key_of`` says it in SQL. Stored is the number as it was given first.
    """
    return normal_number(text).translate(WITHOUT_BLANKS).lower()


def number_key_of(column: str) -> Lower:
    """An expression: ``number_key`` of a field, by its name, which holds a normal number."""
    plain = Func(F(column), Value(BLANKS), Value(""), function="translate")
    return Lower(plain, output_field=TextField())


def number_key_sql(column: str) -> str:
    """The same of a column or of an expression in SQL."""
    return f"lower(translate({column}, E'{BLANKS_IN_SQL}', ''))"


def typed_address(text: str) -> str:
    """What is stored of a typed address: tidy, otherwise as typed. Raises BadAddress."""
    typed = tidy(text)
    check_address(typed)
    return typed


def is_address(text: str) -> bool:
    """True for an address mail can be sent to, see ``check_address``."""
    try:
        check_address(text)
    except BadAddress:
        return False
    return True


def check_address(text: str) -> str:
    """The address as mail is sent to it: its domain in ASCII, before the @ as typed.

    The one check at every entrance (files, forms, accounts, voices) and before every mail.
    BadAddress for anything that is no address, could not be written in one header line, or that no
    mail server of the public net takes: domains kept for tests and local nets, quoted names,
    addresses of machines. No name is looked up.
    """
    local, at, domain = tidy(text).rpartition("@")
    if not at:
        raise BadAddress(_("An e-mail address has an @ in it."))
    _check_local(local)
    try:
        address = f"{local}{at}{ascii_domain(domain)}"
    except idna.IDNAError as error:
        raise BadAddress(_("What stands behind the @ is no domain.")) from error
    if len(address) > LONGEST:
        raise BadAddress(_("An e-mail address has at most %(n)s characters.") % {"n": LONGEST})
    if not ADDRESS.fullmatch(address):
        raise BadAddress(_("What stands behind the @ is no domain."))
    if not _is_ordinary(address):
        _check_by_library(address)
    return address


def _is_ordinary(address: str) -> bool:
    """True for what needs no closer look."""
    found = ORDINARY.fullmatch(address)
    return found is not None and found["top"].lower() not in SPECIAL_ENDS


def _check_by_library(address: str) -> None:
    """What the standards say of everything that is not ordinary. Raises BadAddress."""
    try:
        validate_email(
            address,
            check_deliverability=False,
            allow_smtputf8=settings.EMAIL_SMTPUTF8,
        )
    except EmailNotValidError as error:
        raise BadAddress(_("No mail server takes letters to such an address.")) from error


def _check_local(local: str) -> None:
    """RFC 5321, 4.1.2: what stands before the @ is words with single dots between them."""
    if not local:
        raise BadAddress(_("Before the @ there is nothing."))
    if len(local) > LONGEST_LOCAL:
        raise BadAddress(
            _("Before the @ there are at most %(n)s characters.") % {"n": LONGEST_LOCAL}
        )
    if "" in local.split("."):
        raise BadAddress(
            _("Before the @ a dot stands only between two other characters: not first, not last.")
        )
    if not LOCAL.fullmatch(local):
        raise BadAddress(_("Before the @ stands a space or a sign that no address has."))


def ascii_domain(domain: str) -> str:
    """bücher.example → xn--bcher-kva.example; an ASCII domain in small letters as it is.

    Raises idna.IDNAError.
    """
    if domain.isascii():
        return domain.lower()
    return idna.encode(domain, uts46=True).decode()


def address_key(text: str) -> str:
    """The one spelling of an address, to compare it by: folded, its domain as IDNA A-label.

    Of a telephone number ``telephone_key``, of any other text (an openid, what an old import
    brought) the folded text.
    """
    local, at, domain = tidy(text).rpartition("@")
    if not at:
        return telephone_key(text) or folded(text)
    try:
        # Not folded first: ß is a letter of its own in IDNA 2008, and ss in casefold().
        return f"{folded(local)}@{ascii_domain(domain)}"
    except idna.IDNAError:
        return folded(text)


def telephone_key(text: str) -> str:
    """The one spelling of a telephone number, to compare it by; empty for what is none.

    Digits alone for a number at home (＋８６ 139-0000-0000, 0086 139… → 139…; +86 21 … → 021…),
    with a plus before the country's for one abroad (0044 20 … → +4420…).
    """
    found = TELEPHONE.fullmatch(folded(text).translate(BETWEEN_DIGITS))
    if found is None:
        return ""
    plus, digits = found.groups()
    if not plus and digits.startswith(ABROAD):
        plus, digits = "+", digits.removeprefix(ABROAD)

    if not digits.startswith(HOME):
        return f"{plus}{digits}"
    at_home = digits.removeprefix(HOME).lstrip("0")
    if MOBILE.fullmatch(at_home):
        return at_home
    if plus and at_home:
        return f"0{at_home}"
    return f"{plus}{digits}"


def digits_of(text) -> Func:
    """SQL of a text column, or of a field's name: without any sign of a telephone number, the plus
    of a country too.
    """
    signs = Value("+" + SIGNS)
    return Func(text, signs, Value(""), function="translate", output_field=TextField())


def telephone_spellings(key: str) -> set[str]:
    """How a number at home may have been typed where 0.1 hashed it: the usual writings.

    ``key`` is what ``telephone_key`` gives. Of a number abroad there are two: with a plus and with
    00. The national number without its leading zero is left out where it is not the key itself: it
    may be another person's.
    """
    if key.startswith("+"):
        return {key, ABROAD + key.removeprefix("+")}
    national = key.removeprefix("0")
    written = {key, national}
    if MOBILE.fullmatch(key):
        written |= {f"{key[:3]} {key[3:7]} {key[7:]}", f"{key[:3]}-{key[3:7]}-{key[7:]}"}

    found = set(written)
    for before in ("+86", "+86 ", "+86-", "86", "0086"):
        found |= {before + one for one in written}
    return found - {national} | {key}


def address_digest(address: str) -> bytes:
    """Keyed SHA-256 of the address's one spelling, for the suppression list (32 bytes).

    "The one spelling" is ``address_key``: two ways to type an address have one digest. 0.1 had
    others, see ``address_digests``.
    """
    return keyed_digest(address_key(address))


def one_mailbox(address: str) -> str:
    """What counts as one mailbox where letters to it are counted: ``li+news@`` and ``li@`` are the
    same, and at providers that say so (``DOTLESS``) ``l.i@`` too.

    Only for counting: whose address it is, and whether it may be written to, is ``address_key``'s.
    """
    local, at, domain = address_key(address).rpartition("@")
    domain = SAME_DOMAIN.get(domain, domain)
    bare = local.partition("+")[0] or local
    if domain in DOTLESS:
        bare = bare.replace(".", "")
    return f"{bare}{at}{domain}"


def address_digests(address: str) -> set[bytes]:
    """Every digest under which an address may stand on the suppression list, the new one too.

    0.1 hashed the address as typed, trimmed and without capitals, and so its domain in the reader's
    own script where it has one, and a telephone number in whichever way it was written. Ordinary
    addresses have one digest.
    """
    key = address_key(address)
    spellings = {key, folded(address), address.strip().casefold()}
    if telephone_key(key):
        spellings |= telephone_spellings(key)
    if "xn--" in key:
        local, at, domain = key.rpartition("@")
        spellings.add(f"{local}{at}{readable_domain(domain)}")
    return set(map(keyed_digest, spellings))


def mailbox_spellings(address: str) -> list[str]:
    """How a column may hold an e-mail address, in small letters: as typed, and with either form of
    its domain. In order.
    """
    key = address_key(address)
    local, at, domain = key.rpartition("@")
    readable = f"{local}{at}{readable_domain(domain)}"
    spellings = {key, readable, folded(address), address.strip().lower()}
    return sorted(spellings - {""})


def readable_domain(domain: str) -> str:
    """xn--bcher-kva.example → bücher.example; what is no such name as it is.

    The form people read; mail is sent to the other one (``ascii_domain``).
    """
    try:
        return idna.decode(domain)
    except idna.IDNAError:
        return domain


def keyed_digest(text: str) -> bytes:
    """SHA-256 under the portal's own key: without it nobody can try addresses against the list.

    32 bytes. The key is PRIVACY_KEY: under another one nothing that is stored is found again.
    """
    return hmac.digest(settings.PRIVACY_KEY.encode(), text.encode(), hashlib.sha256)


def masked(address: str) -> str:
    """ "wen@example.com" → "w***@example.com"; of a telephone number the last digits.

    Four digits; all of a shorter one.
    """
    local, at, domain = address.rpartition("@")
    if at:
        return f"{local[:1]}***@{domain}"
    return f"***{address[-4:]}"


def masked_apart(one: str, other: str) -> tuple[str, str]:
    """Both ``masked``; both as they are where that would make two different ones look the same, so
    that somebody who compares them sees how they differ.
    """
    if one != other and masked(one) == masked(other):
        return one, other
    return masked(one), masked(other)


def breakable(address: str) -> str:
    """An address as HTML that breaks, if at all, after its @."""
    name, at, domain = address.partition("@")
    return format_html("{}{}<wbr>{}", name, at, domain)
