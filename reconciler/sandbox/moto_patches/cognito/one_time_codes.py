"""One-time codes of an authenticator app (TOTP, RFC 6238), by the sandbox's clock."""

import base64
import hashlib
import hmac
import secrets
import struct

from reconciler.sandbox.process_state import current

STEP, DIGITS, SECRET_BYTES = 30, 6, 20


def new_secret() -> str:
    """A new secret for an authenticator app, in base32."""
    return base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode()


def code_at(secret: str, moment: float) -> str:
    """The code of a secret at a time."""
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", int(moment) // STEP), hashlib.sha1).digest()
    start = digest[-1] & 0xF
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"


def is_right(secret: str | None, code: str) -> bool:
    """Whether a code is that of a secret, now or one step earlier."""
    now = current().clock()
    return secret is not None and code in (code_at(secret, now), code_at(secret, now - STEP))
