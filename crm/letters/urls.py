from django.urls import path

from crm.letters import views

urlpatterns = [
    path("desk/letters/", views.letter_list, name="letter-list"),
    path("desk/letters/<int:pk>/", views.letter_detail, name="letter-detail"),
    path("desk/letters/<int:pk>/resend/", views.letter_resend, name="letter-resend"),
    path("desk/letters/<int:pk>/skip/", views.letter_skip, name="letter-skip"),
]
