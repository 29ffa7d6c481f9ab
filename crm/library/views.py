"""The library's own settings, and the pictures that were kept."""

from dataclasses import asdict

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.access import needs
from core.forms import posted, status_of
from core.pictures import CONTENT_TYPES, MOST_BYTES
from core.uploads import takes_files
from crm.library.actions import remove_logo, set_logo, set_names
from crm.library.forms import LogoForm, NamesForm
from crm.library.keeping import path_of
from crm.library.logo import stored_logo
from crm.library.naming import stored_names

#: A picture under the name of its content never changes.
FOR_A_YEAR = "public, max-age=31536000, immutable"


@takes_files(lambda: MOST_BYTES)
@needs("settings.edit")
def library_settings(request):
    """The name and the logo of the library, and others in their place."""
    form = LogoForm(posted(request), request.FILES or None)
    if form.is_valid():
        asked = form.cleaned_data
        set_logo(picture=asked["file"], alt=asked["alt"], by=request.user)
        messages.success(request, _("The logo is shown within a minute."))
        return redirect("crm:library-settings")

    return settings_page(request, form, NamesForm(initial=stored_name_fields()), status_of(form))


@require_POST
@needs("settings.edit")
def library_name(request):
    """Another name for the library."""
    form = NamesForm(request.POST)
    if form.is_valid():
        set_names(by=request.user, **form.cleaned_data)
        messages.success(request, _("The name is shown within a minute."))
        return redirect("crm:library-settings")
    return settings_page(request, LogoForm(), form, status_of(form))


def settings_page(request, logo_form: LogoForm, names_form: NamesForm, status: int):
    """The page with both forms, one of them perhaps refused."""
    context = {"form": logo_form, "names_form": names_form, "stored": stored_logo()}
    return render(request, "crm/library/library_settings.html", context, status=status)


def stored_name_fields() -> dict[str, str]:
    """The names as the form shows them, by field."""
    return asdict(stored_names())


@require_POST
@needs("settings.edit")
def logo_remove(request):
    """The portal's own sign again."""
    remove_logo(by=request.user)
    messages.success(request, _("The logo is taken off within a minute."))
    return redirect("crm:library-settings")


@login_not_required
@require_safe
def picture(request, name):
    """A kept picture, as what it is and nothing else."""
    path = path_of(name)
    if path is None:
        raise Http404
    kind = CONTENT_TYPES[path.suffix.removeprefix(".")]
    response = FileResponse(path.open("rb"), content_type=kind)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = FOR_A_YEAR
    return response
