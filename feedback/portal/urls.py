from django.urls import path

from feedback.portal import views

urlpatterns = [
    path("", views.home, name="home"),
    path("desk/readers/<int:pk>/feedback/", views.reader_panel, name="reader-panel"),
]
