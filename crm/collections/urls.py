from django.urls import path

from crm.collections import views

urlpatterns = [
    path("desk/collections/", views.collection_list, name="collection-list"),
    path("desk/collections/<int:pk>/remove/", views.collection_drop, name="collection-drop"),
]
