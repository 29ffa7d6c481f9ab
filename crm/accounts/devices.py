"""Browser, system and network of a request, as a person knows their own devices by."""

from ipaddress import ip_address, ip_network

from django.utils.translation import gettext as _

from crm.accounts.models import BrowserSession
from crm.accounts.store import Origin

#: (what the browser says of itself, its name); the first that fits, since most say Chrome and
#: Safari as well.
BROWSERS = (
    ("MicroMessenger", "WeChat"),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("QQBrowser", "QQ Browser"),
    ("UCBrowser", "UC Browser"),
    ("HuaweiBrowser", "Huawei Browser"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)
#: Bits of an address that are kept.
KEPT_BITS = {4: 24, 6: 48}


def origin(agent: str, address: str | None) -> Origin:
    """What is stored of a request's User-Agent header and network address.

    Browser and system by name, "" for unknown ones; of the address only its network. The header
    itself is not kept.
    """
    return Origin(first_in(agent, BROWSERS), first_in(agent, SYSTEMS), shortened(address))


def first_in(agent: str, names: tuple[tuple[str, str], ...]) -> str:
    """The name of the first sign that ``agent`` holds; empty where it holds none.

    ``names`` is ((sign, name), …). Their order matters: many browsers name others, too.
    """
    for sign, name in names:
        if sign in agent:
            return name
    return ""


def shortened(address: str | None) -> str:
    """10.1.2.3 → 10.1.2.0/24; empty for what is no address.

    The network, with as many bits as ``KEPT_BITS`` says for its version.
    """
    try:
        bits = KEPT_BITS[ip_address(address or "").version]
    except ValueError:
        return ""
    return str(ip_network(f"{address}/{bits}", strict=False))


def in_words(session: BrowserSession) -> str:
    """ "Chrome on Windows", or what is known of it.

    In the present language, brands as they are written everywhere.
    """
    browser, system = session.browser, session.system
    if browser == "WeChat":
        browser = _("WeChat")

    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    if browser:
        return browser
    if system:
        return system
    return _("A device that does not say what it is")
