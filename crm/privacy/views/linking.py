"""A person links their own WeChat account, or takes the link back."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.forms import posted, refusal_on, status_of
from crm.privacy import actions
from crm.privacy.forms import WechatForm
from crm.privacy.views.entrance import own_page


@own_page
def me_wechat(request, reader):
    """Give the openid that the library's account tells; a refusal stands on the form, with 400."""
    form = WechatForm(posted(request))
    if form.is_valid():
        with refusal_on(form, "openid"):
            actions.link_wechat(reader=reader, by=request.user, **form.cleaned_data)
            messages.success(request, _("Your WeChat account is linked. Choose what may be sent."))
            return redirect("crm:me")
    context = {"form": form, "reader": reader}
    return render(request, "crm/privacy/wechat.html", context, status=status_of(form))


@require_POST
@own_page
def me_wechat_unlink(request, reader):
    """Take the link back."""
    actions.unlink_wechat(reader=reader, by=request.user)
    messages.success(request, _("The link is taken back. Nothing is sent to WeChat any more."))
    return redirect("crm:me")
