"""The keys that sign tokens, and their rotation.

A new key is published an hour before it signs, so that whoever keeps the published keys for a while has it in time. An old one
is published until no token that it has signed is valid any more.
"""

import json
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from jwt.algorithms import RSAAlgorithm
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from staff_integration.sign_in_tables import SigningKey
from staff_integration.vault import Vault

BITS = 2048
PUBLISHED_BEFORE = timedelta(hours=1)
LIFE = timedelta(minutes=15)
"""Of an access token."""
TOLERANCE = timedelta(minutes=1)
"""How much the clocks of two systems may differ."""


class NoKeyError(Exception):
    """Raised where no key signs yet."""


def rotate(session: Session, vault: Vault, now: datetime, *, compromised: bool = False) -> SigningKey:
    """Make a key that signs an hour from now, or at once if there is none; delete those that are not needed any more.

    Args:
        session: a transaction.
        vault: encrypts the private key.
        now: the moment.
        compromised: the new key signs at once, and all others are deleted, so that no token of theirs is valid.
    """
    needed = {key.key_id for key in _published(_all(session), now)}
    old = delete(SigningKey)
    session.execute(old if compromised else old.where(SigningKey.key_id.not_in(needed)))
    private = generate_private_key(public_exponent=65537, key_size=BITS)
    key_id = str(uuid.uuid4())
    jwk = RSAAlgorithm.to_jwk(private.public_key(), as_dict=True)
    made = SigningKey(
        key_id=key_id,
        public_jwk=json.dumps({**jwk, "kid": key_id, "use": "sig", "alg": "RS256"}),
        private_key=vault.encrypt(
            private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        ),
        active_at=now if compromised or not needed else now + PUBLISHED_BEFORE,
    )
    session.add(made)
    return made


def signing(session: Session, vault: Vault, now: datetime) -> tuple[str, RSAPrivateKey]:
    """The key that signs now, with its id.

    Raises:
        NoKeyError: there is none.
        VaultError: it cannot be decrypted.
    """
    active = [key for key in _all(session) if key.active_at <= now]
    if not active:
        raise NoKeyError
    return active[-1].key_id, _loaded(vault.decrypt(active[-1].private_key))


def published(session: Session, now: datetime) -> dict[str, Any]:
    """The public keys, as a set of JSON Web Keys (RFC 7517)."""
    return {"keys": [json.loads(key.public_jwk) for key in _published(_all(session), now)]}


@lru_cache(maxsize=2)  # to load a key takes 30 ms, far longer than to sign
def _loaded(pem: str) -> RSAPrivateKey:
    key = load_pem_private_key(pem.encode(), None)
    if not isinstance(key, RSAPrivateKey):
        raise NoKeyError
    return key


def _all(session: Session) -> Sequence[SigningKey]:
    return session.scalars(select(SigningKey).order_by(SigningKey.active_at, SigningKey.key_id)).all()


def _published(keys: Sequence[SigningKey], now: datetime) -> Sequence[SigningKey]:
    successors = [*keys[1:], None] if keys else []
    return [
        key
        for key, after in zip(keys, successors, strict=True)
        if after is None or after.active_at + LIFE + TOLERANCE > now
    ]
