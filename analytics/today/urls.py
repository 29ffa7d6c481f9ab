from django.urls import path

from analytics.today import views

urlpatterns = [
    path("desk/", views.today, name="today"),
    path("desk/waiting/", views.menu_counts, name="menu-counts"),
]
