"""The one way in which a form that makes a row is kept once, however often it is sent."""

import hmac
import json
from functools import wraps
from hashlib import sha256
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect

from core.forms import CLIENT_ID, READ_TO, mark_conflict
from core.traps import SHOWN_AT
from crm.receipts.models import FormReceipt

#: What differs between two pages on which the same was typed.
OF_THE_PAGE = {"csrfmiddlewaretoken", CLIENT_ID, READ_TO, SHOWN_AT}
CHUNK = 1 << 20


def once(view):
    """For views whose form makes a row and that answer with a redirect when it has.

    The page carries an id (``{% client_id %}``). The same words under it again lead where the first
    ones led; other words are not kept, and stay on the page with status 409.
    """

    @wraps(view)
    def kept_once(request, *args, **kwargs):
        """The view once: a second submit leads where the first led, other words are a 409."""
        client_id = client_id_of(request)
        if client_id is None:
            return view(request, *args, **kwargs)

        digest = digest_of(request)
        with transaction.atomic():
            # A second submit on its way at the same time waits here for the first.
            receipt, is_new = FormReceipt.objects.get_or_create(
                client_id=client_id, defaults={"digest": digest}
            )
            if is_new:
                return taken(receipt, view(request, *args, **kwargs))
        if bytes(receipt.digest) == digest:
            return redirect(receipt.address)
        return conflict(view, request, *args, **kwargs)

    return kept_once


def client_id_of(request) -> UUID | None:
    """The id of the page that was sent; None for a page without one, and for a GET.

    What is no UUID counts as none.
    """
    if request.method != "POST":
        return None
    try:
        return UUID(request.POST.get(CLIENT_ID, ""))
    except ValueError:
        return None


def digest_of(request) -> bytes:
    """Keyed SHA-256 of who sends what where, files included (32 bytes).

    By the address with its query, too; without fields that belong to the page (``OF_THE_PAGE``).
    Files are read and set back to their beginning.
    """
    fields = {}
    for name, values in request.POST.lists():
        if name not in OF_THE_PAGE:
            fields[name] = values
    said = json.dumps([request.user.pk, request.get_full_path(), sorted(fields.items())])

    seal = hmac.new(settings.PRIVACY_KEY.encode(), said.encode(), sha256)
    for file in request.FILES.values():
        seal.update(file.name.encode())
        for chunk in file.chunks(CHUNK):
            seal.update(chunk)
        file.seek(0)
    return seal.digest()


def taken(receipt: FormReceipt, response: HttpResponse) -> HttpResponse:
    """Note where the form led; a form that was refused may be sent again under its id."""
    if response.status_code == 302:
        receipt.address = response["Location"]
        receipt.save(update_fields=["address"])
    else:
        receipt.delete()
    return response


def conflict(view, request, *args, **kwargs) -> HttpResponse:
    """The page again with what was typed, and the word that something else was kept."""
    mark_conflict(request)
    response = view(request, *args, **kwargs)
    # A page that only redirects has said it in a message.
    if response.status_code in (200, 400):
        response.status_code = 409
    return response
