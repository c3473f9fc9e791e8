"""Backups: copies of the database outside of it, encrypted, and how they become a database again."""


class BackupError(Exception):
    """Raised where a backup cannot be made, read or restored; the message is one line and says why."""
