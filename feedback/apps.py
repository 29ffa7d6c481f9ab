from importlib import import_module

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class FeedbackConfig(AppConfig):
    name = "feedback"
    verbose_name = _("Feedback")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        """After each migration the owner writes down how many answers are mixed at least."""
        least = import_module("feedback.surveys.least")
        post_migrate.connect(least.install, sender=self)
