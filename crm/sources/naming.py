"""Codes of sources, as they stand in the rows that came from them."""

import hashlib

from django.utils.text import slugify

from crm.sources.models import DataSource

LONGEST = 32


def free_code(name: str) -> str:
    """A code that no source has, of at most LONGEST letters: from the name where it has Latin
    letters, else from its digest, and with a number behind it where another has the same. One
    statement for each code that is tried.
    """
    wanted = slugify(name)[: LONGEST - 4]
    if not wanted:
        # The same name gives the same code in every installation.
        wanted = f"source-{hashlib.sha256(name.encode()).hexdigest()[:8]}"
    code, number = wanted, 2
    while DataSource.objects.filter(code=code).exists():
        code = f"{wanted}-{number}"
        number += 1
    return code
