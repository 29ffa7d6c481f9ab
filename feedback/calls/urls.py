from django.urls import path

from feedback.calls import views

urlpatterns = [
    path("calls/", views.call_list, name="call-list"),
    path("calls/<slug:slug>/", views.call_detail, name="call-detail"),
    path("calls/<slug:slug>/write/", views.work_edit, name="work-create"),
    path("calls/<slug:slug>/write/<int:pk>/", views.work_edit, name="work-edit"),
    path("works/", views.work_list, name="work-list"),
    path("works/<int:pk>/", views.work_detail, name="work-detail"),
    path("works/<int:pk>/withdraw/", views.work_withdraw, name="work-withdraw"),
    path("me/works/", views.work_mine, name="work-mine"),
    path("desk/calls/", views.call_desk_list, name="call-desk-list"),
    path("desk/calls/new/", views.call_edit, name="call-create"),
    path("desk/calls/<int:pk>/", views.call_review, name="call-review"),
    path("desk/calls/<int:pk>/edit/", views.call_edit, name="call-edit"),
    path("desk/works/<int:pk>/", views.work_review, name="work-review"),
    path("desk/works/<int:pk>/screen/", views.work_screen, name="work-screen"),
    path("desk/works/<int:pk>/decide/", views.work_decide, name="work-decide"),
    path("desk/works/<int:pk>/publish/", views.work_publish, name="work-publish"),
    path("desk/works/<int:pk>/resend/", views.work_resend, name="work-resend"),
]
