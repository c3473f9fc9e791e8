"""IAM grants that the caller needs because of the settings of a user pool.

Sources: "Actions, resources, and condition keys for Amazon Cognito User Pools" (Service Authorization Reference); "Custom sender Lambda
triggers", "SMS message settings", "Email settings", "Encryption at rest" (Amazon Cognito Developer Guide).
"""

from collections.abc import Iterator, Mapping
from typing import Any

from reconciler.permissions import Grant, GrantedFor, Location
from reconciler.resources.grants import service_linked_role, to_pass

OF_KEY = ("CreateGrant", "Decrypt", "DescribeKey", "Encrypt", "GenerateDataKeyWithoutPlaintext", "ReEncrypt*")


def _triggers(triggers: Mapping[str, Any], location: Location) -> Iterator[Grant]:
    for name, each in triggers.items():
        function = each.get("lambda_arn") if isinstance(each, Mapping) else each
        if function and name != "kms_key_id":
            yield Grant("lambda:AddPermission", function)
    if triggers.get("kms_key_id"):
        yield Grant("kms:CreateGrant", location.key(triggers["kms_key_id"]))


def _sms(sms: Mapping[str, Any], location: Location) -> Iterator[Grant]:
    del location
    for role in (sms.get("sns_caller_arn"), (sms.get("eums_sms") or {}).get("caller_arn")):
        if role:
            yield to_pass(role, "cognito-idp")


def _email(email: Mapping[str, Any], location: Location) -> Iterator[Grant]:
    if email.get("email_sending_account") == "DEVELOPER":
        yield service_linked_role("email.cognito-idp.amazonaws.com", location)


def _key(config: Mapping[str, Any], location: Location) -> Iterator[Grant]:
    if config.get("kms_key_arn"):
        for action in OF_KEY:
            yield Grant(f"kms:{action}", location.key(config["kms_key_arn"]))


GRANTED_FOR: Mapping[str, GrantedFor] = {
    "lambda_config": _triggers,
    "sms_configuration": _sms,
    "email_configuration": _email,
    "key_configuration": _key,
}
"""By field."""
