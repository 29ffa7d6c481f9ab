from importlib import import_module

from django.apps import AppConfig
from django.core.checks import register
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from core.safety import TAG
from crm.staff.safety import check_demonstration_accounts


class CrmConfig(AppConfig):
    name = "crm"
    verbose_name = _("Readers")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        """Checks at the start; what follows from another second factor and from signing out; after
        each migration the function that erases a person anew.
        """
        register(check_demonstration_accounts, TAG, deploy=True)
        import_module("crm.accounts.factors")
        import_module("crm.accounts.leaving")
        erasing = import_module("crm.privacy.erasing")
        post_migrate.connect(erasing.install, sender=self)
