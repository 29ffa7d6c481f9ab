from django.urls import path

from campaigns.views import delivery, mailbox, public

app_name = "campaigns"

# Contents, deliveries, links, the mailbox and what readers reach from their mail.
DELIVERY = [
    path("desk/campaigns/<int:pk>/contents/new/", delivery.content_create, name="content-create"),
    path("desk/contents/preview/", delivery.content_preview, name="content-preview"),
    path("desk/contents/<int:pk>/", delivery.content_detail, name="content-detail"),
    path("desk/contents/<int:pk>/edit/", delivery.content_edit, name="content-edit"),
    path("desk/contents/<int:pk>/progress/", delivery.content_progress, name="content-progress"),
    path("desk/contents/<int:pk>/test/", delivery.content_test, name="content-test"),
    path("desk/contents/<int:pk>/launch/", delivery.content_launch, name="content-launch"),
    path("desk/contents/<int:pk>/pause/", delivery.content_pause, name="content-pause"),
    path("desk/contents/<int:pk>/resume/", delivery.content_resume, name="content-resume"),
    path("desk/contents/<int:pk>/resend/", delivery.content_resend, name="content-resend"),
    path("desk/contents/<int:pk>/deliveries/", delivery.delivery_list, name="delivery-list"),
    path("desk/readers/<int:pk>/deliveries/", delivery.reader_panel, name="reader-panel"),
    path("desk/links/", delivery.link_list, name="link-list"),
    path("desk/campaigns/<int:pk>/links/new/", delivery.link_create, name="link-create"),
    path("desk/mailbox/", mailbox.mailbox, name="mailbox"),
    path("desk/mailbox/<str:name>/", mailbox.mailbox_letter, name="mailbox-letter"),
    path("go/<str:code>", public.click, name="click"),
    path("go/<str:code>/<str:key>", public.click, name="click-key"),
    path("u/<str:key>/", public.unsubscribe, name="unsubscribe"),
]

urlpatterns = [*DELIVERY]
