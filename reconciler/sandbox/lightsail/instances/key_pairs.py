"""SSH key pairs, and the default one of the Region.

Source: https://docs.aws.amazon.com/lightsail/latest/userguide/understanding-ssh-in-amazon-lightsail.html
"""

import base64
import binascii
import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from reconciler.sandbox.lightsail.core.operations import Operations, Reply, Shown
from reconciler.sandbox.lightsail.core.plane import Plane
from reconciler.sandbox.lightsail.core.records import Record, moment
from reconciler.sandbox.lightsail.core.refusals import invalid

KEY_PAIR = "KeyPair"
DEFAULT = "LightsailDefaultKeyPair"
BITS = 2048


def view(_plane: Plane, record: Record) -> dict[str, Any]:
    """Show a key pair without its keys."""
    digest = hashlib.sha1(_keys(record)["public"].encode(), usedforsecurity=False).hexdigest()
    pairs = [digest[at : at + 2] for at in range(0, len(digest), 2)]
    return {**record.head(), "fingerprint": ":".join(pairs)}


operations = Operations(Shown(KEY_PAIR, view, get="GetKeyPair"))


def key_pair_for(plane: Plane, name: str | None) -> str:
    """Return the name of the key pair of a new instance: the given one, which must exist, or the default one."""
    if name is not None and name != DEFAULT:
        return plane.get(KEY_PAIR, name).name
    return _default(plane).name


@operations.pages("keyPairs", order=lambda row: str(row["name"]))
def get_key_pairs(plane: Plane, includeDefaultKeyPair: bool = False) -> Sequence[dict[str, Any]]:
    """List the key pairs; the default one only if it is asked for."""
    rows = plane.every(KEY_PAIR)
    return [view(plane, each) for each in rows if includeDefaultKeyPair or each.name != DEFAULT]


@operations.answers
def create_key_pair(plane: Plane, keyPairName: str, tags: Sequence[Mapping[str, str]] = ()) -> Reply:
    """Create a key pair, and show its private key this once."""
    record = plane.add(KEY_PAIR, keyPairName, {}, tags=tags)
    keys = _keys(record)
    noted = plane.note("CreateKeyPair", record)
    noted.pop("operationType")  # the model has none for key pairs
    public = {"publicKeyBase64": keys["public"], "privateKeyBase64": keys["private"]}
    reply = {"keyPair": view(plane, record), **public, "operation": noted}
    record.settings["keys"] = {"public": keys["public"], "private": ""}
    return reply


@operations.answers
def import_key_pair(plane: Plane, keyPairName: str, publicKeyBase64: str) -> Reply:
    """Add a public key in the format of OpenSSH."""
    text = publicKeyBase64.strip()
    if not text.startswith(("ssh-rsa ", "ssh-ed25519 ")):
        try:
            text = base64.b64decode(text, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            raise invalid("The public key is not valid.") from None
    if not text.startswith(("ssh-rsa ", "ssh-ed25519 ")):
        raise invalid("The public key is not valid.")
    record = plane.add(KEY_PAIR, keyPairName, {"keys": {"public": text, "private": ""}})
    return _noted(plane, record)


@operations.answers
def delete_key_pair(plane: Plane, keyPairName: str, expectedFingerprint: str | None = None) -> Reply:
    """Delete a key pair; the default one only with its fingerprint. Instances keep its name."""
    record = plane.get(KEY_PAIR, keyPairName)
    if record.name == DEFAULT and expectedFingerprint != view(plane, record)["fingerprint"]:
        raise invalid("The default key pair is deleted only with its fingerprint as expectedFingerprint.")
    plane.remove(record)
    return _noted(plane, record)


@operations.answers
def download_default_key_pair(plane: Plane) -> Reply:
    """Show the keys of the default key pair, which is created if there is none."""
    record = _default(plane)
    keys = _keys(record)
    times = {"createdAt": moment(record.created)}
    return {"publicKeyBase64": keys["public"], "privateKeyBase64": keys["private"], **times}


def _default(plane: Plane) -> Record:
    return plane.find(KEY_PAIR, DEFAULT) or plane.add(KEY_PAIR, DEFAULT, {})


def _noted(plane: Plane, record: Record) -> Reply:
    noted = plane.note("KeyPair", record)
    noted.pop("operationType")
    return {"operation": noted}


def _keys(record: Record) -> dict[str, str]:
    """Return public and private key; they are made when somebody asks, because that takes a tenth of a second."""
    if "keys" not in record.settings:
        from cryptography.hazmat.primitives import serialization  # noqa: PLC0415  it takes long to load
        from cryptography.hazmat.primitives.asymmetric import rsa  # noqa: PLC0415

        key = rsa.generate_private_key(public_exponent=65537, key_size=BITS)
        private = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.NoEncryption(),
        )
        public = key.public_key().public_bytes(
            serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH
        )
        record.settings["keys"] = {"public": public.decode(), "private": private.decode()}
    found: dict[str, str] = record.settings["keys"]
    return found
