"""Which of our forms the pages of allauth have in place of its own, by the names it gives them."""

ACCOUNT_FORMS = {
    "login": "crm.staff.forms.LoginForm",
    "change_password": "crm.staff.forms.ChangePasswordForm",
    "reset_password_from_key": "crm.staff.forms.ResetPasswordKeyForm",
    "signup": "crm.staff.forms.SignupForm",
    "add_email": "crm.staff.forms.AddEmailForm",
    "reset_password": "crm.staff.forms.ResetPasswordForm",
    "reauthenticate": "crm.staff.forms.PasswordAgainForm",
}
MFA_FORMS = {
    "authenticate": "crm.staff.forms.AuthenticateForm",
    "reauthenticate": "crm.staff.forms.ReauthenticateForm",
}
