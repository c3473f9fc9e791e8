"""Encrypts a backup while it streams, so that whatever is changed, missing, added or exchanged in it is noticed.

The text is compressed and cut into pieces of 64 KiB, each encrypted by AES-256-GCM with a key that HKDF makes of the master key and a salt
of the backup. The nonce of a piece is its number and whether it is the last one; the head and the name of the backup are authenticated with
every piece.

Sources: NIST SP 800-38D (GCM), RFC 5869 (HKDF), Hoang, Reyhanitabar, Rogaway, Vizár: "Online Authenticated-Encryption and its
Nonce-Reuse Misuse-Resistance" (STREAM).
"""

import base64
import binascii
import hashlib
import os
import zlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, count

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from staff_integration.backup import BackupError
from staff_integration.settings import SettingError

MAGIC = b"staff-backup-1\n"
ID, SALT = 8, 32
"""Bytes of the name of a key, and of a salt."""
PIECE, TAG = 64 * 1024, 16
"""Bytes of a piece before encryption, and how many encryption adds."""


class BackupKeys:
    """The keys that encrypt backups: the first one new ones; each of them decrypts what it has encrypted.

    Args:
        keys: 32 bytes in URL-safe base64 each, the newest first.

    Raises:
        SettingError: there is no key, or one is not 32 bytes.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        made = [_bytes_of(each) for each in keys]
        if not made:
            raise SettingError("there is no key for backups")
        self._newest = _id_of(made[0])
        self._keys = {_id_of(each): each for each in made}

    def seal(self, parts: Iterable[bytes], name: str) -> Iterator[bytes]:
        """Compress and encrypt a text; `name` has to be given again to open it."""
        head = MAGIC + self._newest + os.urandom(SALT)
        cipher, known = self._cipher(head), head + name.encode()
        yield head
        number = count()
        for piece, last in _with_last(_pieces(_compressed(parts), PIECE)):
            yield cipher.encrypt(_nonce(next(number), last=last), piece, known)

    def open(self, parts: Iterable[bytes], name: str) -> Iterator[bytes]:
        """Decrypt and decompress what `seal` has made.

        Raises:
            BackupError: it was made with another key or name, was changed, or is not whole.
        """
        size = len(MAGIC) + ID + SALT
        source = iter(parts)
        begin = b""
        for part in source:
            begin += part
            if len(begin) >= size:
                break
        head, rest = begin[:size], begin[size:]
        if len(head) < size or not head.startswith(MAGIC):
            raise BackupError(f"{name} is no backup of this application, or only its beginning")
        cipher, known = self._cipher(head, name), head + name.encode()
        number, unpacking = count(), zlib.decompressobj()
        for piece, last in _with_last(_pieces(chain([rest], source), PIECE + TAG)):
            try:
                plain = cipher.decrypt(_nonce(next(number), last=last), piece, known)
            except InvalidTag:
                raise BackupError(
                    f"{name} was changed, is not whole, or belongs to another backup; do not use it"
                ) from None
            unpacked = unpacking.decompress(plain)
            if unpacked:
                yield unpacked
        if not unpacking.eof:
            raise BackupError(f"{name} is not whole")

    def _cipher(self, head: bytes, name: str = "") -> AESGCM:
        key = self._keys.get(head[len(MAGIC) : len(MAGIC) + ID])
        if key is None:
            raise BackupError(
                f"{name} is encrypted with a key that STAFF_BACKUP_KEYS does not have; add the old key"
            )
        salt = head[len(MAGIC) + ID :]
        return AESGCM(HKDF(SHA256(), 32, salt, b"staff-integration backup").derive(key))


def _bytes_of(key: str) -> bytes:
    try:
        made = base64.b64decode(key.encode(), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        made = b""
    if len(made) != 32:
        raise SettingError("a key for backups is not 32 bytes in URL-safe base64")
    return made


def _id_of(key: bytes) -> bytes:
    return hashlib.sha256(b"the name of a key" + key).digest()[:ID]


def _nonce(number: int, *, last: bool) -> bytes:
    return bytes(3) + number.to_bytes(8) + bytes([last])


def _compressed(parts: Iterable[bytes]) -> Iterator[bytes]:
    packing = zlib.compressobj()
    for part in parts:
        yield packing.compress(part)
    yield packing.flush()


def _pieces(parts: Iterable[bytes], size: int) -> Iterator[bytes]:
    """The same bytes in pieces of one size; the last one may be shorter."""
    kept = bytearray()
    for part in parts:
        kept += part
        while len(kept) >= size:
            yield bytes(kept[:size])
            del kept[:size]
    if kept:
        yield bytes(kept)


def _with_last(pieces: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Each piece, and whether it is the last one; if there is none, an empty one."""
    before: bytes | None = None
    for piece in pieces:
        if before is not None:
            yield before, False
        before = piece
    yield before or b"", True
