from django.urls import path

from crm.registers import views

urlpatterns = [
    path("desk/registers/", views.register_start, name="register-start"),
    path("desk/registers/<slug:key>/", views.register_list, name="register-list"),
    path("desk/registers/<slug:key>/paste/", views.register_paste, name="register-paste"),
    path("desk/registers/<slug:key>/merge/", views.register_merge, name="register-merge"),
    path("desk/registers/<slug:key>/<int:pk>/", views.register_edit, name="register-edit"),
    path(
        "desk/registers/<slug:key>/<int:pk>/remove/", views.register_remove, name="register-remove"
    ),
    path("desk/registers/<slug:key>/<int:pk>/part/", views.register_part, name="register-part"),
    path(
        "desk/departments/<int:pk>/members/add/",
        views.department_member,
        name="department-member-add",
    ),
]
