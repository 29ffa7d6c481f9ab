"""What is kept of the library's settings: every state they have had."""

from core.grants import Kept

KEPT = [Kept("crm.LibrarySettingsEvent")]
OWNER_FUNCTIONS = []
