from django.urls import path

from crm.eresources import views

urlpatterns = [
    path("desk/eresources/", views.usage, name="usage"),
    path("desk/eresources/imports/<int:pk>/", views.usage_import, name="usage-import-detail"),
    path("desk/eresources/take/", views.usage_take, name="usage-take"),
    path("desk/eresources/<int:pk>/", views.usage_report, name="usage-report"),
    path("desk/eresources/<int:pk>/count/", views.usage_count, name="usage-count"),
    path("desk/eresources/<int:pk>/remove/", views.usage_drop, name="usage-drop"),
]
