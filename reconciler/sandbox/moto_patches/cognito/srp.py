"""The server's side of Amazon Cognito's sign-in by SRP (secure remote password), which never sends the password.

Sources: RFC 5054; https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-authentication-flow-methods.html;
the open sources of AWS's clients (amazon-cognito-identity-js), which fix the rest.
"""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass

# The group of 3072 bits of RFC 3526.
N = int(
    "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD"
    "EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED"
    "EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F"
    "83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B"
    "E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF6955817183995497CEA956AE515D2261898FA0510"
    "15728E5A8AAAC42DAD33170D04507A33A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7"
    "ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864D87602733EC86A64521F2B18177B200C"
    "BBE117577A615D6C770988C0BAD946E208E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF",
    16,
)
G = 2
INFO = b"Caldera Derived Key\x01"
KEY_BYTES = 16


@dataclass(frozen=True)
class Exchange:
    """What the server keeps between the two requests of a sign-in."""

    a: int
    """The client's public value."""
    b: int
    """The server's secret value."""
    salt: int
    verifier: int

    @property
    def public(self) -> int:
        """The server's public value."""
        return (K * self.verifier + pow(G, self.b, N)) % N


def padded(value: int) -> bytes:
    """A number as bytes with a leading zero if its first bit is set, as Java writes positive numbers."""
    return value.to_bytes(value.bit_length() // 8 + 1, "big")


def _digest(data: bytes) -> int:
    return int.from_bytes(hashlib.sha256(data).digest(), "big")


K = _digest(padded(N) + padded(G))


def begin(pool: str, user: str, password: str, client_public: int) -> Exchange | None:
    """Begin a sign-in; `pool` is the id of the pool without its Region. None if the client's value is invalid."""
    if client_public % N == 0:
        return None
    salt = int.from_bytes(secrets.token_bytes(16), "big")
    inner = hashlib.sha256(f"{pool}{user}:{password}".encode()).digest()
    verifier = pow(G, _digest(padded(salt) + inner), N)
    return Exchange(client_public, int.from_bytes(secrets.token_bytes(128), "big"), salt, verifier)


def signature(exchange: Exchange, pool: str, user: str, secret_block: str, timestamp: str) -> str:
    """The signature that a client with the right password sends."""
    u = _digest(padded(exchange.a) + padded(exchange.public))
    shared = pow(exchange.a * pow(exchange.verifier, u, N), exchange.b, N)
    first = hmac.new(padded(u), padded(shared), hashlib.sha256).digest()
    key = hmac.new(first, INFO, hashlib.sha256).digest()[:KEY_BYTES]
    said = f"{pool}{user}".encode() + base64.b64decode(secret_block) + timestamp.encode()
    return base64.b64encode(hmac.new(key, said, hashlib.sha256).digest()).decode()
