from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from core import safety


class CoreConfig(AppConfig):
    """The ground under the four apps.

    No models, no addresses; an app only for its template tags, texts and checks.
    """

    name = "core"
    verbose_name = _("Ground")

    def ready(self):
        safety.register_checks()
