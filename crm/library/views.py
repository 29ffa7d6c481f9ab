"""The library's own settings, and the pictures that were kept."""

from dataclasses import asdict

from django.conf import settings
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
from crm.library.actions import remove_logo, set_colour, set_hour_rate, set_logo, set_names
from crm.library.changes import newest_changes
from crm.library.chosen import stored_choices
from crm.library.colours import PORTAL_COLOUR
from crm.library.forms import ColourForm, HourRateForm, LogoForm, NamesForm
from crm.library.keeping import path_of
from crm.library.logo import stored_logo
from crm.library.naming import stored_names

#: A picture under the name of its content never changes.
FOR_A_YEAR = "public, max-age=31536000, immutable"


@takes_files(lambda: MOST_BYTES)
@needs("settings.edit")
def library_settings(request):
    """The name, the colour and the logo of the library, and others in their place."""
    form = LogoForm(posted(request), request.FILES or None)
    if form.is_valid():
        asked = form.cleaned_data
        set_logo(picture=asked["file"], alt=asked["alt"], by=request.user)
        messages.success(request, _("The logo is shown within a minute."))
        return redirect("crm:library-settings")

    return settings_page(request, form=form)


@require_POST
@needs("settings.edit")
def library_name(request):
    """Another name for the library; the page again, with 400, where the form is refused."""
    form = NamesForm(request.POST)
    if form.is_valid():
        set_names(by=request.user, **form.cleaned_data)
        messages.success(request, _("The name is shown within a minute."))
        return redirect("crm:library-settings")
    return settings_page(request, names_form=form)


@require_POST
@needs("settings.edit")
def library_colour(request):
    """Another colour for all pages; the page again, with 400, for one that there is not."""
    form = ColourForm(request.POST)
    if form.is_valid():
        set_colour(by=request.user, **form.cleaned_data)
        messages.success(request, _("The colour is shown within a minute."))
        return redirect("crm:library-settings")
    return settings_page(request, colour_form=form)


def settings_page(request, **sent):
    """The page with its three forms; ``sent`` is the one that came in, perhaps refused.

    By the names of the context: ``form`` for the logo, ``names_form``, ``colour_form``. 400 where
    one of them says what is wrong.
    """
    chosen_colour = stored_choices().colour or PORTAL_COLOUR
    forms = {
        "form": LogoForm(),
        "names_form": NamesForm(initial=asdict(stored_names())),
        "colour_form": ColourForm(initial={"colour": chosen_colour}),
    }
    status = max(map(status_of, (forms | sent).values()))
    context = {**forms, **sent, "stored": stored_logo()}
    return render(request, "crm/library/library_settings.html", context, status=status)


@needs("settings.edit")
def library_costs(request):
    """What an hour of staff time is counted with; beside it what the machine's settings say."""
    form = HourRateForm(posted(request), initial={"rate": stored_choices().hour_rate})
    if form.is_valid():
        set_hour_rate(by=request.user, **form.cleaned_data)
        messages.success(request, _("Evaluations that are computed from now on use it."))
        return redirect("crm:library-costs")
    context = {"form": form, "of_the_machine": settings.STAFF_HOUR_RATE}
    return render(request, "crm/library/library_costs.html", context, status=status_of(form))


@needs("settings.edit")
def library_changes(request):
    """What was changed in these settings, by whom, and what stood there before, newest first."""
    return render(request, "crm/library/library_changes.html", {"changes": newest_changes()})


@require_POST
@needs("settings.edit")
def logo_remove(request):
    """The portal's own sign again. There is nothing to refuse: without a logo it stays as it is."""
    remove_logo(by=request.user)
    messages.success(request, _("The logo is taken off within a minute."))
    return redirect("crm:library-settings")


@login_not_required
@require_safe
def picture(request, name):
    """A kept picture, as what it is and nothing else; 404 where there is none of the name.

    Everybody may look, signed in or not: mails show it as well.
    """
    path = path_of(name)
    if path is None:
        raise Http404
    kind = CONTENT_TYPES[path.suffix.removeprefix(".")]
    response = FileResponse(path.open("rb"), content_type=kind)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = FOR_A_YEAR
    return response
