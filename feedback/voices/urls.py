from django.urls import path

from feedback.voices import views

urlpatterns = [
    path("say/", views.voice_create, name="voice-create"),
    path("say/find/", views.voice_find, name="voice-find"),
    path("say/<slug:reference>/<slug:secret>/", views.voice_follow, name="voice-follow"),
    path("me/voices/", views.voice_mine, name="voice-mine"),
    path("me/voices/<slug:reference>/", views.voice_own, name="voice-own"),
    path("desk/voices/", views.voice_list, name="voice-list"),
    path("desk/voices/<int:pk>/", views.voice_detail, name="voice-detail"),
    path("desk/voices/<int:pk>/reply/", views.voice_reply, name="voice-reply"),
    path(
        "desk/voices/<int:pk>/messages/<int:message>/resend/",
        views.voice_resend,
        name="voice-resend",
    ),
    path("desk/voices/<int:pk>/assign/", views.voice_assign, name="voice-assign"),
    path("desk/voices/<int:pk>/conclude/", views.voice_conclude, name="voice-conclude"),
    path("desk/voices/<int:pk>/screen/", views.voice_screen, name="voice-screen"),
]
