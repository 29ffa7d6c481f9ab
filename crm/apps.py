from django.apps import AppConfig
from django.core.checks import register
from django.utils.translation import gettext_lazy as _

from core.safety import TAG
from crm.staff.safety import check_demonstration_accounts


class CrmConfig(AppConfig):
    name = "crm"
    verbose_name = _("Readers")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        register(check_demonstration_accounts, TAG, deploy=True)
