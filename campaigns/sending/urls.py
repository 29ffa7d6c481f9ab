from django.urls import path

from campaigns.sending import views

urlpatterns = [
    path("desk/contents/<int:pk>/", views.content_detail, name="content-detail"),
    path("desk/contents/<int:pk>/progress/", views.content_progress, name="content-progress"),
    path("desk/contents/<int:pk>/test/", views.content_test, name="content-test"),
    path("desk/contents/<int:pk>/launch/", views.content_launch, name="content-launch"),
    path("desk/contents/<int:pk>/pause/", views.content_pause, name="content-pause"),
    path("desk/contents/<int:pk>/resume/", views.content_resume, name="content-resume"),
    path("desk/contents/<int:pk>/resend/", views.content_resend, name="content-resend"),
    path("desk/contents/<int:pk>/deliveries/", views.delivery_list, name="delivery-list"),
    path("desk/readers/<int:pk>/deliveries/", views.reader_panel, name="reader-panel"),
    path("u/<str:key>/", views.unsubscribe, name="unsubscribe"),
]
