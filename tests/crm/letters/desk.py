"""``python -m tests.crm.letters.desk``: how many rows in doubt the desk lists.

Its pages are asked, as somebody who may see them all. Prints one number.
"""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ["STAFF_TOTP_REQUIRED"] = "off"  # the pages, not the way to a second factor
django.setup()

# Models can be imported only after the line above.
from django.test import Client  # noqa: E402
from django.test.utils import setup_test_environment  # noqa: E402
from django.urls import reverse  # noqa: E402

from campaigns.contents.models import Content  # noqa: E402
from crm.staff.models import User  # noqa: E402


def listed(client: Client, address: str) -> int:
    """Rows of a list narrowed to what is in doubt."""
    page = client.get(address, {"state": "unknown"})
    assert page.status_code == 200, (address, page.status_code)
    return page.context["page"].paginator.count


def unknown() -> int:
    """Single letters and the mails of every content."""
    client = Client()
    client.force_login(User.objects.create(username="desk", role="admin"))
    found = listed(client, reverse("crm:letter-list"))
    for content in Content.objects.all():
        found += listed(client, reverse("campaigns:delivery-list", args=[content.pk]))
    return found


if __name__ == "__main__":
    setup_test_environment()
    print(unknown())
