from django.urls import path

from crm.rfc import views

urlpatterns = [
    path("desk/readers/map/", views.score_map, name="score-map"),
    path("desk/readers/map/brackets/", views.score_brackets, name="score-brackets"),
    path("desk/readers/map/measure/", views.score_measure, name="score-measure"),
    path("desk/readers/<int:pk>/score/", views.reader_score, name="reader-score"),
]
