from django.urls import path

from crm.jobs import views

urlpatterns = [
    path("desk/jobs/", views.job_list, name="job-list"),
    path("desk/jobs/<int:pk>/", views.job_detail, name="job-detail"),
    path("desk/jobs/<int:pk>/progress/", views.job_progress, name="job-progress"),
    path("desk/jobs/<int:pk>/cancel/", views.job_cancel, name="job-cancel"),
]
