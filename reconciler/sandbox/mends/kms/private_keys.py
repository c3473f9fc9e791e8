"""Private keys that are made when somebody signs with them.

moto makes one for each key of KMS, symmetric ones included. That takes longer than everything else about a key.
"""

from functools import cached_property
from typing import Any

from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from moto.kms import models
from moto.kms.utils import AbstractPrivateKey, generate_private_key


def install() -> None:
    """Let moto take ours."""
    setattr(models, "generate_private_key", PrivateKey)  # noqa: B010  mypy takes no assignment to a function


class PrivateKey(AbstractPrivateKey):
    """A private key of a spec; a saved state keeps one that was made."""

    def __init__(self, key_spec: str) -> None:
        self.spec = key_spec

    @cached_property
    def made(self) -> Any:
        """The key itself, as moto has it."""
        return generate_private_key(self.spec)

    def sign(self, message: bytes, signing_algorithm: str) -> bytes:
        """Sign a message."""
        signature: bytes = self.made.sign(message, signing_algorithm)
        return signature

    def verify(self, message: bytes, signature: bytes, signing_algorithm: str) -> bool:
        """Tell whether a signature is that of a message."""
        right: bool = self.made.verify(message, signature, signing_algorithm)
        return right

    def public_key(self) -> bytes:
        """Return the public key."""
        public: bytes = self.made.public_key()
        return public

    def __getstate__(self) -> tuple[str, bytes | None]:
        if "made" not in vars(self):
            return self.spec, None
        written = self.made.private_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        return self.spec, bytes(written)

    def __setstate__(self, state: tuple[str, bytes | None]) -> None:
        self.spec, written = state
        if written is not None:
            self.made = generate_private_key(self.spec)
            self.made.private_key = load_pem_private_key(written, password=None)
