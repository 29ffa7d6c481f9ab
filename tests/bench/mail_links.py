"""Reading a sent message as a mail program would, to check that what was measured was real mail."""

import re
from email import message_from_bytes, policy


def links_in(data: bytes) -> int:
    """Distinct tracked links in the HTML part of a message; 0 for no message."""
    if not data:
        return 0
    page = (
        message_from_bytes(data.replace(b"\r\n..", b"\r\n."), policy=policy.default)
        .get_body(("html",))
        .get_content()
    )
    return len(set(re.findall(r'href="[^"]*/go/([a-z0-9]+)/[a-z0-9-]+"', page)))
