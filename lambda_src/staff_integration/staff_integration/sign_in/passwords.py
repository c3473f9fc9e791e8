"""Hashes passwords and secrets with argon2id (RFC 9106), and compares them."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

LONGEST = 200
"""Characters of a password."""
SHORTEST = 12
FOR_GENERATED = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1)
"""Costs of about a millisecond, for passwords that are drawn by chance: nobody tries 2 ** 92 of them."""
CHEAP = "$argon2id$v=19$m=1024,t=1,p=1$"
"""How their hashes begin."""


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

    def hashed_generated(self, password: str) -> str:
        """The hash of a password that was drawn by chance, at little cost."""
        return FOR_GENERATED.hash(password)

    def fits(self, hashed: str | None, password: str) -> bool:
        """Whether a password fits a hash; it takes as long if there is none, or one of little cost."""
        right = hashed is not None and _verified(hashed, password)
        if hashed is None or hashed.startswith(CHEAP):
            _verified(self._nobodys, password)
        return right


def _verified(hashed: str, password: str) -> bool:
    try:
        return FOR_GENERATED.verify(hashed, password)  # with the costs that the hash names
    except (VerificationError, InvalidHashError):
        return False
