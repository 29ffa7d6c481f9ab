from django.urls import path

from crm.merges import views

urlpatterns = [
    path("desk/readers/twins/", views.twin_list, name="twin-list"),
    path("desk/readers/<int:pk>/twins/", views.reader_twins, name="reader-twins"),
    path("desk/readers/<int:pk>/join/<int:other>/", views.reader_join, name="reader-join"),
    path("desk/readers/<int:pk>/part/<int:merge>/", views.reader_part, name="reader-part"),
    path("desk/readers/<int:pk>/two-people/<int:other>/", views.twin_dismiss, name="twin-dismiss"),
]
