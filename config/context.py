"""What every template needs."""

from django.conf import settings


def huixiang(request):
    return {"library_name": settings.LIBRARY_NAME, "demo": settings.DEMO}
