from django.urls import path

from feedback.views import portal, voices

app_name = "feedback"

urlpatterns = [
    path("", portal.home, name="home"),
    # what readers say
    path("say/", voices.voice_create, name="voice-create"),
    path("say/find/", voices.voice_find, name="voice-find"),
    path("say/<slug:reference>/<slug:secret>/", voices.voice_follow, name="voice-follow"),
    path("desk/voices/", voices.voice_list, name="voice-list"),
    path("desk/voices/<int:pk>/", voices.voice_detail, name="voice-detail"),
    path("desk/voices/<int:pk>/reply/", voices.voice_reply, name="voice-reply"),
    path("desk/voices/<int:pk>/assign/", voices.voice_assign, name="voice-assign"),
    path("desk/voices/<int:pk>/conclude/", voices.voice_conclude, name="voice-conclude"),
    # what readers make
    # surveys
]
