import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

django_application = get_wsgi_application()

# Models can be imported only after the line above.
from campaigns.links.door import LinkDoor  # noqa: E402
from core.safety import refuse_unsafe_start  # noqa: E402

refuse_unsafe_start()

application = LinkDoor(django_application)
