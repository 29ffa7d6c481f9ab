import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

django_application = get_wsgi_application()

# Models can be imported only after the line above.
from campaigns.links.door import LinkDoor  # noqa: E402

application = LinkDoor(django_application)
