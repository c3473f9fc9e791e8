"""Hashes passwords and secrets with argon2id (RFC 9106), and compares them."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

LONGEST = 200
"""Characters of a password."""
SHORTEST = 12


class Passwords:
    """Hashes and compares.

    Args:
        hasher: with the costs; those of argon2-cffi by default.
    """

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._nobodys = self._hasher.hash("nobody has this password")

    def hashed(self, password: str) -> str:
        """The hash of a password."""
        return self._hasher.hash(password)

    def fits(self, hashed: str | None, password: str) -> bool:
        """Whether a password fits a hash; it takes as long if there is none."""
        try:
            return self._hasher.verify(hashed or self._nobodys, password) and hashed is not None
        except (VerificationError, InvalidHashError):
            return False
