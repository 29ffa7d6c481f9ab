from django.urls import path

from feedback.views import calls, portal, readers, surveys_desk, surveys_public, surveys_results, voices

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
    path("calls/", calls.call_list, name="call-list"),
    path("calls/<slug:slug>/", calls.call_detail, name="call-detail"),
    path("calls/<slug:slug>/write/", calls.work_edit, name="work-create"),
    path("calls/<slug:slug>/write/<int:pk>/", calls.work_edit, name="work-edit"),
    path("works/", calls.work_list, name="work-list"),
    path("works/<int:pk>/", calls.work_detail, name="work-detail"),
    path("works/<int:pk>/withdraw/", calls.work_withdraw, name="work-withdraw"),
    path("me/works/", calls.work_mine, name="work-mine"),
    path("desk/calls/", calls.call_desk_list, name="call-desk-list"),
    path("desk/calls/new/", calls.call_edit, name="call-create"),
    path("desk/calls/<int:pk>/", calls.call_review, name="call-review"),
    path("desk/calls/<int:pk>/edit/", calls.call_edit, name="call-edit"),
    path("desk/works/<int:pk>/", calls.work_review, name="work-review"),
    path("desk/works/<int:pk>/decide/", calls.work_decide, name="work-decide"),
    path("desk/works/<int:pk>/publish/", calls.work_publish, name="work-publish"),
    # surveys
    path("surveys/", surveys_public.survey_open_list, name="survey-open-list"),
    path("s/<slug:slug>/", surveys_public.survey_answer, name="survey-answer"),
    path("desk/surveys/", surveys_desk.survey_list, name="survey-list"),
    path("desk/surveys/new/", surveys_desk.survey_create, name="survey-create"),
    path("desk/surveys/links/", surveys_desk.survey_links, name="survey-links"),
    path("desk/surveys/<int:pk>/", surveys_desk.survey_detail, name="survey-detail"),
    path("desk/surveys/<int:pk>/settings/", surveys_desk.survey_settings, name="survey-settings"),
    path("desk/surveys/<int:pk>/items/new/", surveys_desk.item_edit, name="item-create"),
    path("desk/surveys/<int:pk>/items/preview/", surveys_desk.item_preview, name="item-preview"),
    path("desk/surveys/<int:pk>/items/<int:ordinal>/", surveys_desk.item_edit, name="item-edit"),
    path("desk/surveys/<int:pk>/items/<int:ordinal>/move/", surveys_desk.item_move, name="item-move"),
    path("desk/surveys/<int:pk>/items/<int:ordinal>/retire/", surveys_desk.item_retire, name="item-retire"),
    path("desk/surveys/<int:pk>/publish/", surveys_desk.survey_publish, name="survey-publish"),
    path("desk/surveys/<int:pk>/state/", surveys_desk.survey_state, name="survey-state"),
    path("desk/surveys/<int:pk>/duplicate/", surveys_desk.survey_duplicate, name="survey-duplicate"),
    path("desk/surveys/<int:pk>/share/", surveys_desk.survey_share, name="survey-share"),
    path("desk/surveys/<int:pk>/poster/", surveys_desk.survey_poster, name="survey-poster"),
    path("desk/surveys/<int:pk>/results/", surveys_results.survey_results, name="survey-results"),
    path("desk/surveys/<int:pk>/crosstab/", surveys_results.survey_crosstab, name="survey-crosstab"),
    path("desk/surveys/<int:pk>/texts/", surveys_results.survey_texts, name="survey-texts"),
    path(
        "desk/surveys/<int:pk>/export.csv",
        surveys_results.survey_export_file,
        {"suffix": "csv"},
        name="survey-export-csv",
    ),
    path(
        "desk/surveys/<int:pk>/export.xlsx",
        surveys_results.survey_export_file,
        {"suffix": "xlsx"},
        name="survey-export-xlsx",
    ),
    path("desk/readers/<int:pk>/feedback/", readers.reader_panel, name="reader-panel"),
    path("desk/campaigns/<int:pk>/surveys/", surveys_desk.campaign_panel, name="campaign-panel"),
]
