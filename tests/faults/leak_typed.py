"""Runs the command line over desired state with a sentinel in every sensitive field."""

import json
import re
import sys
import traceback
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from copy import deepcopy
from functools import cache
from threading import local
from types import SimpleNamespace
from typing import Any, NoReturn
from unittest.mock import patch

from reconciler import cli
from reconciler.aws import account as aws_account
from reconciler.aws import redaction
from reconciler.aws.api import ServiceApi
from reconciler.cli import pass_command
from reconciler.errors import CallError
from reconciler.runtime import shutdown
from reconciler.sandbox import Sandbox, SandboxError
from reconciler.sandbox.account import sandboxed
from reconciler.sandbox.fault_injection import Rules, middleware
from reconciler.sandbox.fault_injection.service_errors import refusal
from tests.faults import shared_sandbox
from tests.faults.leak_calls import REGION, UNSENT, spelled
from tests.faults.leak_paths import Path, mistyped
from tests.faults.leak_sinks import Place, Written, a_place, listening, look_at_files, told

FAULTS = {
    "access-denied": "access-denied",
    "throttle": "throttle",
    "timeout": "timeout",
    "500-after": "500-after",
}
FAILURES = ("none", "access-denied", "mistyped", "throttle", "timeout", "500-after", "crash", "invalid")

HEADER = {"stack": "row-i", "environments": {"dev": {"account": "123456789012", "region": REGION}}}
MARKS = ' "<&+\\é'
CORES = {
    "alias": "S3nt1nelAlias",
    "ssm": "S3nt1nelSsm",
    "secretsmanager": "S3nt1nelSm",
    "first_name": "S3nt1nelFirst",
    "last_name": "S3nt1nelLast",
    "email": "S3nt1nelMail",
    "secondary_email": "S3nt1nelSecond",
    "desk_phone": "442079460111",
    "channel_phone": "442079460222",
    "key": "S3nt1nelKey",
    "parameter": "S3nt1nelParameter",
    "copied": "S3nt1nelCopied",
    "client": "S3nt1nelClientOfAPoolWithASecret",
    "provider": "S3nt1nelProvider",
    "apple": "S3nt1nelApple",
    "client_key": "S3nt1nelClientKeyOfAnApi",
    "master": "S3nt1nelMaster",
}
"""The part of each sentinel that no encoding changes."""
VALUES = {
    "alias": CORES["alias"],
    "ssm": CORES["ssm"] + MARKS.replace(" ", ""),
    "secretsmanager": CORES["secretsmanager"] + MARKS.replace(" ", ""),
    "first_name": CORES["first_name"] + MARKS,
    "last_name": CORES["last_name"] + MARKS,
    "email": f"{CORES['email']}@example.com",
    "secondary_email": f"{CORES['secondary_email']}@example.com",
    "desk_phone": f"+{CORES['desk_phone']}",
    "channel_phone": f"+{CORES['channel_phone']}",
    "key": f"alias/{CORES['key']}",
    "parameter": CORES["parameter"] + MARKS,
    "copied": CORES["copied"] + MARKS,
    "client": CORES["client"],
    "provider": CORES["provider"] + MARKS,
    "apple": CORES["apple"] + MARKS,
    "client_key": CORES["client_key"],
    "master": CORES["master"],
}
SECRETS = {
    "ssm": "connect.user.password",
    "secretsmanager": "connect.user.password",
    "parameter": "ssm.parameter.secure_value",
    "copied": "secretsmanager.secret.secret_value",
    "client": "cognito.user_pool_client.client_secret",
    "provider": "cognito.identity_provider.client_secret",
    "apple": "cognito.identity_provider.private_key",
    "client_key": "apigateway.api_key.value",
    "master": "lightsail.database.master_user_password",
}
"""The sentinels that are fetched, and their fields; all others are written in the files."""
BY_USERS = ("ssm", "secretsmanager")
BEFORE = {
    **VALUES,
    "first_name": "Ada",
    "last_name": "Lovelace",
    "email": "ada@example.com",
    "secondary_email": "al@example.com",
    "desk_phone": "+442079460998",
    "channel_phone": "+442079460999",
}
"""The settings before the update."""

IDENTITY = {
    "first_name": ("IdentityInfo", "FirstName"),
    "last_name": ("IdentityInfo", "LastName"),
    "email": ("IdentityInfo", "Email"),
    "secondary_email": ("IdentityInfo", "SecondaryEmail"),
}
DESK = {"desk_phone": ("PhoneConfig", "DeskPhoneNumber")}
CHANNEL = {"channel_phone": ("PhoneNumberConfigs", "[]", "PhoneNumber")}
DETAILS = dict.fromkeys(("provider", "apple"), ("ProviderDetails", "{}"))
"""No model marks the details of a provider as sensitive, though some are secrets."""
API_KEY = {"client_key": ("value",)}
"""Neither does it mark the value of an API key."""
KMS = (
    "ServerSideEncryptionConfiguration",
    "Rules",
    "[]",
    "ApplyServerSideEncryptionByDefault",
    "KMSMasterKeyID",
)
CARRIED: Mapping[tuple[str, str], Mapping[str, tuple[str, ...]]] = {
    ("connect", "CreateInstance"): {"alias": ("InstanceAlias",)},
    ("connect", "CreateUser"): {
        "ssm": ("Password",),
        "secretsmanager": ("Password",),
        **IDENTITY,
        **DESK,
        **CHANNEL,
    },
    ("connect", "UpdateUserIdentityInfo"): IDENTITY,
    ("connect", "UpdateUserPhoneConfig"): DESK,
    ("connect", "UpdateUserConfig"): CHANNEL,
    ("s3", "PutBucketEncryption"): {"key": KMS},
    ("ssm", "PutParameter"): {"parameter": ("Value",)},
    ("secretsmanager", "CreateSecret"): {"copied": ("SecretString",)},
    ("apigateway", "CreateApiKey"): API_KEY,
    ("lightsail", "CreateRelationalDatabase"): {"master": ("masterUserPassword",)},
    ("cognito-idp", "CreateUserPoolClient"): {"client": ("ClientSecret",)},
    ("cognito-idp", "CreateIdentityProvider"): DETAILS,
    ("cognito-idp", "UpdateIdentityProvider"): DETAILS,
}
"""By operation: the sentinels in its members."""
TYPED = frozenset(
    Path(service, operation, way)
    for (service, operation), carried in CARRIED.items()
    for way in carried.values()
    if carried not in (DETAILS, API_KEY)
)
"""The sensitive members that this desired state sets; all others are tested with single calls."""


def desired(values: Mapping[str, str]) -> dict[str, Any]:
    """A contact centre, and resources with a secret each."""
    user = {"security_profiles": ["Clerks"], "routing_profile": "Agents"}
    hours = {"day": "MONDAY", "start_time": "09:00", "end_time": "17:00"}
    return {
        "connect.instance": {
            values["alias"]: {
                "identity_management_type": "CONNECT_MANAGED",
                "inbound_calls_enabled": True,
                "outbound_calls_enabled": True,
            }
        },
        "connect.hours_of_operation": {"Weekdays": {"time_zone": "Europe/London", "config": [hours]}},
        "connect.queue": {"Orders": {"hours_of_operation": "Weekdays"}},
        "connect.routing_profile": {
            "Agents": {
                "description": "Agents",
                "default_outbound_queue": "Orders",
                "media_concurrencies": [{"channel": "VOICE", "concurrency": 1}],
            }
        },
        "connect.security_profile": {"Clerks": {}},
        "connect.user": {
            "ada": {
                **user,
                "password": {"secret": {"ssm": "/row-i/password"}},
                "identity_info": {name: values[name] for name in IDENTITY},
                "phone_config": {
                    "phone_type": "DESK_PHONE",
                    "desk_phone_number": values["desk_phone"],
                    "auto_accept": False,
                    "after_contact_work_time_limit": 0,
                },
            },
            "bob": {
                **user,
                "password": {"secret": {"secretsmanager": "row-i", "member": "password"}},
                "identity_info": {"first_name": "Bob", "last_name": "Smith"},
                "phone_number_configs": [
                    {"channel": "VOICE", "phone_type": "DESK_PHONE", "phone_number": values["channel_phone"]}
                ],
            },
        },
        "apigateway.api_key": {"app": {"value": _secret("client_key")}},
        "cognito.user_pool": {"users": {}},
        "cognito.user_pool_client": {"web": {"client_secret": _secret("client")}},
        "cognito.identity_provider": {
            "Rally-ID": {
                "provider_type": "OIDC",
                "provider_details": {
                    "client_id": "rally",
                    "attributes_request_method": "GET",
                    "oidc_issuer": "https://id.example.com",
                    "authorize_scopes": "openid",
                },
                "client_secret": _secret("provider"),
                "attribute_mapping": {"name": "before" if values is BEFORE else "after"},
            },
            "SignInWithApple": {
                "provider_type": "SignInWithApple",
                "provider_details": {
                    "client_id": "rally",
                    "team_id": "rally",
                    "key_id": "rally",
                    "authorize_scopes": "name",
                },
                "private_key": _secret("apple"),
                "attribute_mapping": {"name": "before" if values is BEFORE else "after"},
            },
        },
        "lightsail.database": {
            "staff": {
                "availability_zone": f"{REGION}a",
                "relational_database_blueprint_id": "mysql_8_0",
                "relational_database_bundle_id": "micro_2_0",
                "master_database_name": "staff",
                "master_username": "staff",
                "master_user_password": _secret("master"),
            }
        },
        "s3.bucket": {
            "row-i-bucket": {
                "encryption": {"rules": [{"sse_algorithm": "aws:kms", "kms_master_key_id": values["key"]}]}
            }
        },
        "secretsmanager.secret": {"row-i-copy": {"secret_value": _secret("copied")}},
        "ssm.parameter": {
            "/row-i/copy": {
                "type": "SecureString",
                "secure_value": _secret("parameter"),
            }
        },
    }


def _secret(member: str) -> dict[str, Any]:
    """Where a secret is kept."""
    return {"secret": {"secretsmanager": "row-i", "member": member}}


def mistakes() -> Iterator[str]:
    """Texts of desired state with a mistake at every sentinel, one for each type of mistake."""
    passwords: list[Any] = [
        "",
        [],
        {"secret": ""},
        {"secret": []},
        {"secret": {"ssm": []}},
        {"secret": {"ssm": "/a", "member": ""}},
    ]
    for wrong in passwords:
        stack = desired(VALUES)
        ada, bob = stack["connect.user"]["ada"], stack["connect.user"]["bob"]
        ada["password"] = _with(wrong, VALUES["ssm"])
        bob["password"] = _with(wrong, VALUES["secretsmanager"])
        stack["ssm.parameter"]["/row-i/copy"]["secure_value"] = _with(wrong, VALUES["parameter"])
        stack["secretsmanager.secret"]["row-i-copy"]["secret_value"] = _with(wrong, VALUES["copied"])
        stack["apigateway.api_key"]["app"]["value"] = _with(wrong, VALUES["client_key"])
        password = _with(wrong, VALUES["master"])
        stack["lightsail.database"]["staff"]["master_user_password"] = password
        providers = stack["cognito.identity_provider"]
        stack["cognito.user_pool_client"]["web"]["client_secret"] = _with(wrong, VALUES["client"])
        providers["Rally-ID"]["client_secret"] = _with(wrong, VALUES["provider"])
        providers["SignInWithApple"]["private_key"] = _with(wrong, VALUES["apple"])
        ada["identity_info"] = {name: [value] for name, value in ada["identity_info"].items()}
        ada["phone_config"]["desk_phone_number"] = [VALUES["desk_phone"]]
        bob["phone_number_configs"][0]["phone_number"] = [VALUES["channel_phone"]]
        stack["s3.bucket"]["row-i-bucket"]["encryption"]["rules"][0]["kms_master_key_id"] = [VALUES["key"]]
        yield json.dumps(stack)
    stack = desired(VALUES)
    ada, bob = stack["connect.user"]["ada"], stack["connect.user"]["bob"]
    ada["identity_info"] = {"first_name": VALUES["first_name"] * 30, "last_name": VALUES["last_name"] * 30}
    ada["phone_config"] = [VALUES["desk_phone"], VALUES["email"]]
    ada["hierarchy_group"] = {"name": VALUES["secondary_email"]}
    bob["phone_number_configs"] = VALUES["channel_phone"]
    bob["phone_config"] = {"phone_type": VALUES["channel_phone"]}
    stack["s3.bucket"]["row-i-bucket"]["encryption"] = {"rules": VALUES["key"]}
    yield json.dumps(stack)
    whole = json.dumps(desired(VALUES), indent=1)
    for name, value in VALUES.items():
        if name in SECRETS:
            continue  # the files contain only its location
        said = json.dumps(value)
        yield whole.replace(said, said[:-1], 1)  # the quotes are not closed
        yield whole.replace(said, f"{said} {said}", 1)
        yield whole.replace(said, f"!!binary {said}", 1)
        yield whole.replace(said, f"&{re.sub('[^A-Za-z0-9]', '', value)} {said}", 1)
        yield whole.replace(said, f"%{value}", 1)


def _with(wrong: Any, value: str) -> Any:
    """The mistake with this value as its innermost value."""
    if isinstance(wrong, list):
        return [value]
    if isinstance(wrong, str):
        return value
    *kept, last = wrong
    return {**{name: wrong[name] for name in kept}, last: _with(wrong[last], value)}


@cache
def typed(service: str, operation: str, failure: str) -> Written:
    """Everything that `once -vv` writes when one operation fails in one way, in an account that already has the secrets."""
    if failure == "invalid":
        return _typed_wrong()
    update = operation.startswith("Update")
    shared_sandbox.leave()
    with a_place() as place, sandboxed() as (box, now), ExitStack() as held:
        held.enter_context(patch.object(shutdown, "StoppableClock", lambda _stop: now))
        held.enter_context(patch.object(shutdown.Stop, "wait", _never_for_real))
        held.enter_context(_aws(box, service, operation, place.written))
        _keep_secrets(box)
        if update:
            _write(place, json.dumps(desired(BEFORE)))
            with listening(Written()):
                _main(place, Written())
            redaction.SECRETS.forget()  # the next pass is another process
        wanted = desired(VALUES)
        if update:  # a secret that lives, and that no file names any more
            del wanted["cognito.identity_provider"]["Rally-ID"]["client_secret"]
        _write(place, json.dumps(wanted))
        if failure in FAULTS:
            box.inject(Rules([f"{service}:{operation}:*:{FAULTS[failure]}"]))
        _armed.append((operation, failure))
        try:
            with listening(place.written):
                _main(place, place.written)
        finally:
            _armed.clear()
        asked = box.journal.counts()[f"{service}:{operation}"]
        if not asked and failure not in UNSENT:
            place.written.unreached = f"{service}:{operation}"
        look_at_files(place)
    return place.written


@cache
def _typed_wrong() -> Written:
    with a_place() as place:
        for text in mistakes():
            _write(place, text)
            with listening(place.written), patch.object(pass_command, "run_pass", _not_refused):
                _main(place, place.written)
        look_at_files(place)
    return place.written


class NotRefused(BaseException):
    """Raised if invalid desired state is accepted, or if a case waits."""


def _never_for_real(_stop: shutdown.Stop, seconds: float) -> NoReturn:
    """Replaces the waits on the machine's clock: a case runs on the virtual one."""
    raise NotRefused(f"a wait of {seconds} s on the machine's clock")


def _not_refused(*_: Any, **__: Any) -> NoReturn:
    """Replaces the pass, which would wait for an AWS that does not exist."""
    raise NotRefused


def _write(place: Place, text: str) -> None:
    (place.stack / "stack.yaml").write_text(json.dumps(HEADER), encoding="utf-8")
    (place.stack / "all.yaml").write_text(text, encoding="utf-8")


def _main(place: Place, written: Written) -> None:
    """Run the command line in this process; an uncaught exception is printed as Python does it."""
    words = ["reconciler", "once", str(place.stack), "-vv", "--report", str(place.report)]
    place.report.unlink(missing_ok=True)
    with patch.object(sys, "argv", words), suppress(SystemExit):
        try:
            cli.main()
        except Exception as error:  # noqa: BLE001 -- as Python itself ends
            text = "".join(traceback.format_exception(error))
            sys.stderr.write(text)
            written.add("error", text)


def _keep_secrets(box: Sandbox) -> None:
    session = box.session(REGION)
    session.client("ssm").put_parameter(
        Name="/row-i/password", Value=VALUES["ssm"], Type="SecureString", Overwrite=True
    )
    members = {"password": "secretsmanager"} | {name: name for name in SECRETS if name not in BY_USERS}
    kept = json.dumps({member: VALUES[name] for member, name in members.items()})
    session.client("secretsmanager").create_secret(Name="row-i", SecretString=kept)


_armed: list[tuple[str, str]] = []
"""The operation that fails from now on, and its failure; empty while the account is prepared."""
_sent = local()
"""The request that this thread is about to send."""


@contextmanager
def _aws(box: Sandbox, service: str, operation: str, written: Written) -> Iterator[None]:
    """Run the sandbox instead of AWS; its errors repeat all parameters, and it triggers failures within the client."""
    call = ServiceApi.call

    def noting(api: ServiceApi, method: str, /, **parameters: Any) -> dict[str, Any]:
        aws_name = api.client.meta.method_to_api_mapping[method]
        if (aws_name, "mistyped") in _armed:
            shape = api.client.meta.service_model.operation_model(aws_name).input_shape
            parameters = mistyped(shape, deepcopy(parameters))
        _sent.parameters = parameters
        try:
            return call(api, method, **parameters)
        except CallError as error:
            if _armed:
                written.add("error", told(error))
            raise

    def repeating(kind: Any, target: Any) -> SandboxError:
        error = refusal(kind, target)
        return SandboxError(
            error.code, f"{error.message}: {spelled(_sent.parameters)}", http_status=error.http_status
        )

    def session(**_: Any) -> Any:
        made = box.session(REGION)
        made.events.register(f"before-call.{service}.{operation}", breaking)
        return made

    def breaking(params: Mapping[str, Any], **_: Any) -> None:
        if (operation, "crash") in _armed:
            raise RuntimeError(f"nobody foresaw this: {params['body']!r} {spelled(VALUES)}")

    with (
        patch.object(ServiceApi, "call", noting),
        patch.object(middleware, "refusal", repeating),
        patch.object(aws_account, "boto3", SimpleNamespace(Session=session)),
    ):
        yield
