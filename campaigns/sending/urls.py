from django.urls import path

from campaigns.sending.views import content, limits, machines, recipients, unsubscribe

urlpatterns = [
    path("desk/contents/<int:pk>/", content.content_detail, name="content-detail"),
    path("desk/contents/<int:pk>/progress/", content.content_progress, name="content-progress"),
    path("desk/contents/<int:pk>/test/", content.content_test, name="content-test"),
    path("desk/contents/<int:pk>/launch/", content.content_launch, name="content-launch"),
    path("desk/contents/<int:pk>/pause/", content.content_pause, name="content-pause"),
    path("desk/contents/<int:pk>/resume/", content.content_resume, name="content-resume"),
    path("desk/contents/<int:pk>/resend/", content.content_resend, name="content-resend"),
    path("desk/campaigns/<int:pk>/limit/", limits.limit_resume, name="limit-resume"),
    path("desk/contents/<int:pk>/deliveries/", recipients.delivery_list, name="delivery-list"),
    path("machine-clicks/", machines.machine_rules, name="machine-rules"),
    path("desk/campaigns/<int:pk>/machines/", machines.machine_clicks, name="machine-clicks"),
    path("desk/campaigns/<int:pk>/machines/judge/", machines.machine_judge, name="machine-judge"),
    path("u/<str:key>/", unsubscribe.unsubscribe, name="unsubscribe"),
]
