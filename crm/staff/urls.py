from django.urls import path

from crm.staff import views

urlpatterns = [
    path("desk/audit/", views.audit_list, name="audit-list"),
    path("desk/users/", views.user_list, name="user-list"),
    path("desk/users/<int:pk>/", views.user_edit, name="user-edit"),
    path("desk/users/<int:pk>/unlock/", views.user_unlock, name="user-unlock"),
    path("desk/users/<int:pk>/trust/", views.user_trust, name="user-trust"),
]
