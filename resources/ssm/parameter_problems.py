"""Finds mistakes that AWS would refuse and that depend on several fields of a parameter.

Source: https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html
"""

from collections.abc import Iterator

from reconciler.contract import InFiles
from reconciler.interpolation import has_reference
from reconciler.model import Finding, Secret

STORES = "{secret: {ssm: /path}} or {secret: {secretsmanager: id}}"
STANDARD = 4096
"""The bytes that the value of a standard parameter may have; that of an advanced one may have twice as many."""


def problems(files: InFiles) -> Iterator[Finding]:
    """The mistakes in the settings of one parameter."""
    written, type_ = files.values, files.settings.get("type")
    if type_ in ("String", "StringList", "SecureString"):
        yield from _of_type(files, secure=type_ == "SecureString")
    value, tier = written.get("value"), written.get("tier")
    size = len(value.encode()) if isinstance(value, str) and not has_reference(value) else 0
    if size > STANDARD and (tier == "Standard" or files.lacks("tier")):
        yield Finding(
            f"the value has {size} bytes; a standard parameter has at most {STANDARD}: write tier: Advanced",
            ("value",),
        )
    if written.get("policies") and (tier == "Standard" or files.lacks("tier")):
        yield Finding("a standard parameter has no policies; write tier: Advanced", ("policies",))
    if written.get("data_type") == "aws:ec2:image" and type_ in ("StringList", "SecureString"):
        yield Finding("only a parameter of type String has the data type aws:ec2:image", ("data_type",))


def _of_type(files: InFiles, *, secure: bool) -> Iterator[Finding]:
    """Fields that belong to the other type, and a value that is missing."""
    written = files.values
    if secure and "value" in written:
        said = (
            f"the value of a SecureString is not written in these files; write secure_value: {STORES} instead"
        )
        yield Finding(said, ("value",))
    elif secure and files.lacks("secure_value"):
        yield Finding(f"a new SecureString needs secure_value: {STORES}")
    if not secure and "secure_value" in written:
        yield Finding(
            "only a SecureString has it; write type: SecureString, or value instead", ("secure_value",)
        )
    elif not secure and files.lacks("value"):
        yield Finding("a new parameter of this type needs value")
    if not secure and "key_id" in written:
        yield Finding("only a SecureString has a key; leave it out, or write type: SecureString", ("key_id",))
    secret = written.get("secure_value")
    if (
        isinstance(secret, Secret)
        and secret.store == "ssm"
        and secret.name.strip("/") == files.name.strip("/")
    ):
        yield Finding("a parameter cannot get its value from itself; name another one", ("secure_value",))
