from django.urls import path

from campaigns.views import board, delivery, mailbox, plan, public, room

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

# The board, the rooms and the parts of a plan.
ROOMS = [
    path("desk/campaigns/", board.campaign_list, name="campaign-list"),
    path("desk/campaigns/new/", board.campaign_create, name="campaign-create"),
    path("desk/campaigns/<int:pk>/", room.campaign_detail, name="campaign-detail"),
    path("desk/campaigns/<int:pk>/edit/", room.campaign_edit, name="campaign-edit"),
    path("desk/campaigns/<int:pk>/leave/<slug:phase>/", room.campaign_advance, name="campaign-advance"),
    path("desk/campaigns/<int:pk>/close/", room.campaign_close, name="campaign-close"),
    path("desk/campaigns/<int:pk>/draft/", room.campaign_draft, name="campaign-draft"),
    path("desk/campaigns/<int:pk>/budget/", room.budget_change, name="budget-change"),
    path("desk/campaigns/<int:pk>/matches/", plan.match_list, name="match-list"),
    path("desk/campaigns/<int:pk>/mix/", plan.plan_edit, name="plan-edit"),
    path("desk/campaigns/<int:pk>/segments/", plan.campaign_segments, name="campaign-segments"),
    path("desk/campaigns/<int:pk>/standards/<int:row>/amend/", plan.standard_amend, name="standard-amend"),
    path("desk/campaigns/<int:pk>/tasks/<int:row>/done/", plan.task_done, name="task-done"),
    path("desk/campaigns/<int:pk>/parts/<slug:kind>/add/", plan.part_add, name="part-add"),
    path("desk/campaigns/<int:pk>/parts/<slug:kind>/<int:row>/remove/", plan.part_remove, name="part-remove"),
    path("desk/links/<int:pk>/poster/", plan.link_poster, name="link-poster"),
]

urlpatterns = [*ROOMS, *DELIVERY]
