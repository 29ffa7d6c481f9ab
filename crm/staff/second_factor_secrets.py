"""Secrets of the second factor lie sealed in the database: a dump of it opens no account.

allauth asks this class, which the settings name, before it stores the seed of a telephone's codes
or of recovery codes, and each time that it reads one.
"""

from allauth.mfa.adapter import DefaultMFAAdapter

from core.sealed import open_text, seal_text


class SealedSecrets(DefaultMFAAdapter):
    """Raises WrongSeal for what is not sealed: nobody puts a second factor in by SQL alone."""

    def encrypt(self, text: str) -> str:
        """The secret sealed under the portal's key, as text.

        Called by allauth before it stores a secret (MFA_ADAPTER).
        """
        return seal_text(text)

    def decrypt(self, encrypted_text: str) -> str:
        """The secret itself; an error where the key is another one.

        WrongSeal (``core.sealed``) where it is.
        """
        return open_text(encrypted_text)
