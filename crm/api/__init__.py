"""The API over readers and segments. Routes of all apps stand in analytics/api/urls.py."""
