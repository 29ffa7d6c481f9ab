from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    """The ground under the four apps.

    No models, no addresses; an app only for its template tags and texts.
    """

    name = "core"
    verbose_name = _("Ground")
