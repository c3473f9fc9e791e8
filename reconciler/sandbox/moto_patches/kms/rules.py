"""AWS KMS's checks of keys, key policies and tags."""

import fnmatch
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from moto.kms.models import Key

from reconciler.sandbox.moto_patches.policies import is_there, listed, principals_of
from reconciler.sandbox.sandbox_error import SandboxError

Params = Mapping[str, Any]
Tags = Sequence[Mapping[str, str]]

MOST_TAGS = 50
PUT_POLICY = "kms:PutKeyPolicy"
RSA = (
    *("RSASSA_PKCS1_V1_5_SHA_256", "RSASSA_PKCS1_V1_5_SHA_384", "RSASSA_PKCS1_V1_5_SHA_512"),
    *("RSASSA_PSS_SHA_256", "RSASSA_PSS_SHA_384", "RSASSA_PSS_SHA_512"),
)
OAEP = ("RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256")

# The usages of each family of keys, and the algorithms of each usage; `*` stands for the size in the key's spec.
# Source: https://docs.aws.amazon.com/kms/latest/developerguide/symm-asymm-choose-key-spec.html
USES: Mapping[str, Mapping[str, Sequence[str]]] = {
    "SYMMETRIC_DEFAULT": {"ENCRYPT_DECRYPT": ("SYMMETRIC_DEFAULT",)},
    "HMAC_": {"GENERATE_VERIFY_MAC": ("HMAC_SHA_*",)},
    "RSA_": {"ENCRYPT_DECRYPT": OAEP, "SIGN_VERIFY": RSA},
    "ECC_NIST_P256": {"SIGN_VERIFY": ("ECDSA_SHA_256",), "KEY_AGREEMENT": ("ECDH",)},
    "ECC_NIST_P384": {"SIGN_VERIFY": ("ECDSA_SHA_384",), "KEY_AGREEMENT": ("ECDH",)},
    "ECC_NIST_P521": {"SIGN_VERIFY": ("ECDSA_SHA_512",), "KEY_AGREEMENT": ("ECDH",)},
    "ECC_SECG_P256K1": {"SIGN_VERIFY": ("ECDSA_SHA_256",)},
    "ECC_NIST_EDWARDS25519": {"SIGN_VERIFY": ("ED25519_SHA_512", "ED25519_PH_SHA_512")},
    "SM2": {"ENCRYPT_DECRYPT": ("SM2PKE",), "SIGN_VERIFY": ("SM2DSA",), "KEY_AGREEMENT": ("ECDH",)},
    "ML_DSA_": {"SIGN_VERIFY": ("ML_DSA_SHAKE_256",)},
    "ML_KEM_": {"ENCAPSULATE_DECAPSULATE": ("ML_KEM",)},
}
SHOWN_AS = {
    "ENCRYPT_DECRYPT": "EncryptionAlgorithms",
    "SIGN_VERIFY": "SigningAlgorithms",
    "KEY_AGREEMENT": "KeyAgreementAlgorithms",
    "GENERATE_VERIFY_MAC": "MacAlgorithms",
    "ENCAPSULATE_DECAPSULATE": "EncapsulationAlgorithms",
}


def invalid(text: str) -> SandboxError:
    """Return KMS's error for an invalid parameter."""
    return SandboxError("ValidationException", text)


def unsupported(text: str) -> SandboxError:
    """Return KMS's error for an operation that the key does not support."""
    return SandboxError("UnsupportedOperationException", text)


def algorithms(spec: str, usage: str) -> tuple[str, list[str]]:
    """Return the algorithms of a key, and their member in replies."""
    found = _uses(spec).get(usage, ())
    return SHOWN_AS[usage], [each.replace("*", spec.rpartition("_")[2]) for each in found]


def usage_of(params: Params) -> tuple[str, str]:
    """Return the spec and usage of a new key.

    Source: https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html

    Raises:
        SandboxError: KMS has no such combination.
    """
    old, new = params.get("CustomerMasterKeySpec"), params.get("KeySpec")
    if old and new:
        raise invalid("KeySpec and CustomerMasterKeySpec cannot be specified together")
    spec = str(new or old or "SYMMETRIC_DEFAULT")
    usage = params.get("KeyUsage", "ENCRYPT_DECRYPT" if spec == "SYMMETRIC_DEFAULT" else None)
    if usage is None:
        raise invalid(
            "You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys."
        )
    if usage not in _uses(spec):
        raise invalid(f"KeyUsage {usage} is not compatible with KeySpec {spec}")
    return spec, str(usage)


def _uses(spec: str) -> Mapping[str, Sequence[str]]:
    return next((uses for family, uses in USES.items() if spec.startswith(family)), {})


def check_tags(tags: Tags, before: Iterable[str] = ()) -> None:
    """Refuse invalid tags.

    Source: https://docs.aws.amazon.com/kms/latest/APIReference/API_TagResource.html
    """
    keys = [tag["TagKey"] for tag in tags]
    if len(set(keys)) < len(keys):
        raise SandboxError("TagException", "Duplicate tag keys")
    if any(key.lower().startswith("aws:") for key in keys):
        raise SandboxError("TagException", "Tag keys cannot start with aws:")
    if len({*keys, *before}) > MOST_TAGS:
        raise SandboxError("LimitExceededException", f"A KMS key can have at most {MOST_TAGS} tags")


def check_policy(policy: str, account: str, *, bypass: bool) -> None:
    """Refuse a policy that is invalid, that names missing principals of this account, or that does not allow later changes.

    Source: https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html
    """
    try:
        document = json.loads(policy)
    except ValueError:
        document = None
    statements = listed(document.get("Statement")) if isinstance(document, dict) else []
    if not statements or not all(map(_is_statement, statements)):
        raise _malformed("The policy document is not a valid key policy")
    for statement in statements:
        for principal in principals_of(statement):
            if not is_there(principal, account):
                raise _malformed("Policy contains a statement with one or more invalid principals.")
    if not bypass and not any(_lets_change(each, account) for each in statements):
        raise _malformed("The new key policy will not allow you to update the key policy in the future.")


def _malformed(text: str) -> SandboxError:
    return SandboxError("MalformedPolicyDocumentException", text)


def _is_statement(statement: Any) -> bool:
    needed = (
        ("Effect",),
        ("Principal", "NotPrincipal"),
        ("Action", "NotAction"),
        ("Resource", "NotResource"),
    )
    return (
        isinstance(statement, dict)
        and all(any(name in statement for name in names) for names in needed)
        and statement["Effect"] in {"Allow", "Deny"}
    )


def _lets_change(statement: Params, account: str) -> bool:
    return (
        statement["Effect"] == "Allow"
        and any(fnmatch.fnmatch(PUT_POLICY.lower(), each.lower()) for each in listed(statement.get("Action")))
        and any(each in {"*", account} or f":{account}:" in each for each in principals_of(statement))
    )


def refuse_state(key: Key, *states: str) -> None:
    """Refuse an operation on a key in one of these states.

    Source: https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html
    """
    if key.key_state not in states:
        return
    if key.key_state == "Disabled":
        raise SandboxError("DisabledException", f"{key.arn} is disabled.")
    words = {
        "PendingDeletion": "pending deletion",
        "PendingReplicaDeletion": "pending deletion of its replica keys",
        "PendingImport": "pending import",
    }
    raise SandboxError("KMSInvalidStateException", f"{key.arn} is {words.get(key.key_state, key.key_state)}.")
