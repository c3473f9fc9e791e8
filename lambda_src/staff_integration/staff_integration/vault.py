"""Encrypts what the database may not hold in clear: initial passwords and private keys."""

from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from staff_integration.settings import SettingError


class VaultError(Exception):
    """Raised where something was encrypted with a key that is not there any more, or was changed."""


class Vault:
    """Encrypts with the first key; decrypts what any of the keys has encrypted.

    Args:
        keys: keys of Fernet (32 bytes in URL-safe base64), the newest first.

    Raises:
        SettingError: there is no key, or one is no key of Fernet.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        try:
            made = [Fernet(key) for key in keys]
        except ValueError:
            raise SettingError("a key of the vault is not 32 bytes in URL-safe base64") from None
        if not made:
            raise SettingError("the vault has no key")
        self._fernet = MultiFernet(made)

    def encrypt(self, text: str) -> bytes:
        """Encrypt a text."""
        return self._fernet.encrypt(text.encode())

    def decrypt(self, encrypted: bytes) -> str:
        """Decrypt a text.

        Raises:
            VaultError: none of the keys fits, or the bytes were changed.
        """
        try:
            return self._fernet.decrypt(encrypted).decode()
        except InvalidToken:
            raise VaultError("no key of the vault decrypts this") from None
