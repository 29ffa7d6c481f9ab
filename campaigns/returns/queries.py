"""What statements of other apps may ask of mail that came back."""

#: Tables that statements of other apps may name.
READABLE = ("campaigns_returnedmail",)
