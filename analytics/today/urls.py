from django.urls import path

from analytics.today.views import mailings, page, proposals, voices, works

urlpatterns = [
    path("desk/", page.today, name="today"),
    path("desk/waiting/", page.menu_counts, name="menu-counts"),
    path("desk/today/voices/<int:pk>/", voices.voice, name="today-voice"),
    path("desk/today/voices/<int:pk>/screen/", voices.screen, name="today-screen"),
    path("desk/today/voices/<int:pk>/undo/", voices.take_back, name="today-undo"),
    path("desk/today/voices/<int:pk>/remind/", voices.remind_colleague, name="today-remind"),
    path("desk/today/works/<int:pk>/", works.work, name="today-work"),
    path("desk/today/works/<int:pk>/decide/", works.work_decide, name="today-work-decide"),
    path("desk/today/proposals/<int:pk>/", proposals.proposal, name="today-proposal"),
    path("desk/today/mailings/<int:pk>/", mailings.mailing_progress, name="today-mailing"),
    path("desk/today/mailings/<int:pk>/pause/", mailings.mailing_pause, name="today-mailing-pause"),
    path(
        "desk/today/mailings/<int:pk>/resume/",
        mailings.mailing_resume,
        name="today-mailing-resume",
    ),
]
