from django.urls import path

from crm.accounts import link_pages, views

urlpatterns = [
    path("sign-in/link/", link_pages.sign_in_link, name="sign-in-link"),
    path("sign-in/link/sent/", link_pages.sign_in_link_sent, name="sign-in-link-sent"),
    path("sign-in/link/<str:token>/", link_pages.sign_in_link_open, name="sign-in-link-open"),
    path("me/sessions/", views.session_list, name="session-list"),
    path("me/sessions/end/", views.session_end_all, name="session-end-all"),
    path("me/sessions/<uuid:pk>/end/", views.session_end, name="session-end"),
    path("me/tokens/", views.token_list, name="token-list"),
    path("me/tokens/new/", views.token_create, name="token-create"),
    path("me/tokens/<int:pk>/revoke/", views.token_revoke, name="token-revoke"),
    path("me/kept/<uuid:pk>/", views.kept_form, name="kept-form"),
    path("me/kept/<uuid:pk>/discard/", views.kept_form_discard, name="kept-form-discard"),
    path("desk/users/<int:pk>/second-factor/", views.user_second_factor, name="user-second-factor"),
    path("desk/users/<int:pk>/sessions/", views.user_session_list, name="user-session-list"),
    path("desk/users/<int:pk>/sessions/end/", views.user_session_end, name="user-session-end"),
]
