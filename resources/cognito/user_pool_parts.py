"""The structures within a user pool: policies, messages, triggers, attributes and factors.

Sources: the data types of CreateUserPool and SetUserPoolMfaConfig (Amazon Cognito User Pools API Reference).
"""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from reconciler.forms import Email, Form
from reconciler.model import Cleared, Codec, Part, Rows, Unordered, Wire
from reconciler.resources.identifiers import Arn, KeyArn, NamedFunction, RoleArn
from reconciler.resources.lasting import LASTS

Attribute: TypeAlias = Literal["email", "phone_number"]
Switch: TypeAlias = Annotated[bool | None, LASTS]
CODE = Form(r"(?s:.*)\{####\}(?s:.*)", "a text with {####}, which AWS replaces by the code")
LINK = Form(r"(?s:.*)\{##(?s:.*)##\}(?s:.*)", "a text with {##words##}, which AWS makes a link")
Short: TypeAlias = Annotated[str, Field(min_length=6, max_length=140), CODE]
Long: TypeAlias = Annotated[str, Field(min_length=6, max_length=20_000), CODE]
PRINTABLE = Form(
    r"[\x21\x23-\x5B\x5D-\x7E]{1,256}", "1 to 256 printable characters without spaces, quotes and \\"
)
"""The form of scopes, and of identifiers of resource servers."""
Subject: TypeAlias = Annotated[str, Field(min_length=1, max_length=140)]


def _number(text: str) -> int | str:
    return int(text) if text.lstrip("-").isdecimal() else text


NUMBER = Codec(encode=str, decode=_number)
"""AWS takes these numbers as texts."""


class PasswordPolicy(Part):
    """What a password needs."""

    minimum_length: Annotated[Annotated[int, Field(ge=6, le=99)] | None, LASTS] = None
    require_uppercase: Switch = None
    require_lowercase: Switch = None
    require_numbers: Switch = None
    require_symbols: Switch = None
    password_history_size: Annotated[int | None, Field(ge=0, le=24)] = None
    """How many former passwords a new one must differ from."""
    temporary_password_validity_days: Annotated[Annotated[int, Field(ge=0, le=365)] | None, LASTS] = None


class SignInPolicy(Part):
    """How a user may begin a sign-in by choice (`ALLOW_USER_AUTH` of a client)."""

    allowed_first_auth_factors: Annotated[
        list[Literal["PASSWORD", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN", "SOFTWARE_TOKEN"]],
        Unordered(),
        Field(min_length=1, max_length=5),
    ]


class Policies(Part):
    """The policies of passwords and of sign-in."""

    password_policy: Annotated[PasswordPolicy | None, LASTS] = None
    sign_in_policy: Annotated[SignInPolicy | None, LASTS] = None


class TokenTrigger(Part):
    """The function that changes tokens; the version decides which tokens it sees."""

    lambda_version: Literal["V1_0", "V2_0", "V3_0"]
    lambda_arn: NamedFunction


class Sender(Part):
    """A function with a version of its event."""

    lambda_version: Literal["V1_0"]
    lambda_arn: NamedFunction


class LambdaConfig(Part):
    """The functions that Cognito invokes, each by its name in the stack or by its ARN.

    The permission of each function is made with it. Null removes a trigger.
    """

    pre_sign_up: NamedFunction | None = None
    custom_message: NamedFunction | None = None
    post_confirmation: NamedFunction | None = None
    pre_authentication: NamedFunction | None = None
    post_authentication: NamedFunction | None = None
    define_auth_challenge: NamedFunction | None = None
    create_auth_challenge: NamedFunction | None = None
    verify_auth_challenge_response: NamedFunction | None = None
    user_migration: NamedFunction | None = None
    pre_token_generation_config: TokenTrigger | None = None
    custom_sms_sender: Annotated[Sender | None, Wire("CustomSMSSender")] = None
    custom_email_sender: Sender | None = None
    inbound_federation: Sender | None = None
    kms_key_id: Annotated[KeyArn | None, Wire("KMSKeyID")] = None
    """The key that encrypts codes for `custom_sms_sender` and `custom_email_sender`."""


class VerificationMessageTemplate(Part):
    """The messages with codes or links."""

    sms_message: Short | None = None
    email_message: Long | None = None
    email_subject: Subject | None = None
    email_message_by_link: Annotated[str, Field(min_length=6, max_length=20_000), LINK] | None = None
    email_subject_by_link: Subject | None = None
    default_email_option: Annotated[
        Literal["CONFIRM_WITH_LINK", "CONFIRM_WITH_CODE"] | None, Cleared("CONFIRM_WITH_CODE")
    ] = None


class UserAttributeUpdateSettings(Part):
    """Attributes whose new value counts only when it is verified."""

    attributes_require_verification_before_update: Annotated[list[Attribute] | None, Unordered()] = None


class DeviceConfiguration(Part):
    """Which devices are remembered."""

    challenge_required_on_new_device: bool | None = None
    device_only_remembered_on_user_prompt: bool | None = None


class EmailConfiguration(Part):
    """Who sends e-mail: Cognito, or an identity of Amazon SES."""

    source_arn: Arn | None = None
    """The ARN of a verified identity of Amazon SES."""
    reply_to_email_address: Email | None = None
    email_sending_account: Annotated[
        Literal["COGNITO_DEFAULT", "DEVELOPER"] | None, Cleared("COGNITO_DEFAULT")
    ] = None
    from_address: Annotated[str | None, Field(min_length=1), Wire("From")] = None
    """The sender, such as `Rally <no-reply@example.com>`."""
    configuration_set: (
        Annotated[str, Form(r"[a-zA-Z0-9_-]{1,64}", "1 to 64 of a-z, A-Z, 0-9, _ and -")] | None
    ) = None


class EumsSms(Part):
    """Messages by AWS End User Messaging."""

    caller_arn: RoleArn
    external_id: str | None = None
    origination_identity: str | None = None
    configuration_set_name: str | None = None
    in_entity_id: str | None = None
    in_template_id: str | None = None
    region: Annotated[str | None, Field(min_length=5, max_length=32)] = None


class SmsConfiguration(Part):
    """The role with which Cognito sends messages."""

    sns_caller_arn: RoleArn | None = None
    external_id: str | None = None
    sns_region: Annotated[str | None, Field(min_length=5, max_length=32)] = None
    eums_sms: EumsSms | None = None


class InviteMessageTemplate(Part):
    """The messages to a new user of an administrator, with `{username}` and `{####}`."""

    sms_message: Annotated[str | None, Field(min_length=6, max_length=140), Wire("SMSMessage")] = None
    email_message: Annotated[str | None, Field(min_length=6, max_length=20_000)] = None
    email_subject: Subject | None = None


class AdminCreateUserConfig(Part):
    """Who makes users."""

    allow_admin_create_user_only: Annotated[bool | None, Cleared(value=False)] = None
    """Whether nobody can sign up."""
    invite_message_template: InviteMessageTemplate | None = None


class NumberConstraints(Part):
    """The range of a number."""

    min_value: Annotated[int | None, NUMBER] = None
    max_value: Annotated[int | None, NUMBER] = None


class StringConstraints(Part):
    """The length of a text."""

    min_length: Annotated[int | None, Field(ge=0, le=2048), NUMBER] = None
    max_length: Annotated[int | None, Field(ge=0, le=2048), NUMBER] = None


class SchemaAttribute(Part):
    """One attribute of users; a custom one without `custom:` before its name."""

    name: Annotated[str, Form(r"\S{1,20}", "1 to 20 characters without spaces")]
    attribute_data_type: Literal["String", "Number", "DateTime", "Boolean"] | None = None
    developer_only_attribute: bool | None = None
    mutable: bool | None = None
    required: bool | None = None
    number_attribute_constraints: NumberConstraints | None = None
    string_attribute_constraints: StringConstraints | None = None


class AdvancedSecurityAdditionalFlows(Part):
    """Threat protection of custom authentication."""

    custom_auth_mode: Literal["AUDIT", "ENFORCED"] | None = None


class UserPoolAddOns(Part):
    """Threat protection."""

    advanced_security_mode: Literal["OFF", "AUDIT", "ENFORCED"]
    advanced_security_additional_flows: AdvancedSecurityAdditionalFlows | None = None


Grant: TypeAlias = Literal["code", "implicit", "client_credentials"]


class DcrConfiguration(Part):
    """Dynamic registration of clients."""

    enable_status: Literal["Enabled", "Disabled"] | None = None
    open_dcr_enabled: bool | None = None
    authenticated_grant_types: Annotated[list[Grant] | None, Unordered()] = None
    open_dcr_grant_types: Annotated[list[Grant] | None, Unordered()] = None
    allowed_scopes: Annotated[list[Annotated[str, PRINTABLE]] | None, Unordered(), Field(max_length=50)] = (
        None
    )


class UsernameConfiguration(Part):
    """Whether `Ada` and `ada` are two users."""

    case_sensitive: bool


class RecoveryMechanism(Part):
    """One way to recover an account."""

    priority: Annotated[int, Field(ge=1, le=2)]
    name: Literal["verified_email", "verified_phone_number", "admin_only"]


class AccountRecoverySetting(Part):
    """How users get back into their account."""

    recovery_mechanisms: Annotated[
        list[RecoveryMechanism], Rows(("name",)), Field(min_length=1, max_length=2)
    ]


class KeyConfiguration(Part):
    """The key that encrypts the data of users."""

    key_type: Annotated[Literal["AWS_OWNED_KEY", "CUSTOMER_MANAGED_KEY"] | None, LASTS] = None
    kms_key_arn: KeyArn | None = None


class IssuerConfiguration(Part):
    """The form of the issuer in tokens."""

    type: Annotated[Literal["ORIGINAL", "UPDATED"] | None, Cleared("ORIGINAL")] = None


class AcrLevel(Part):
    """The value of one level of authentication in tokens."""

    acr_value: Annotated[str, Field(max_length=64), PRINTABLE]


class SoftwareTokenMfaConfiguration(Part):
    """Codes of an authenticator app as a second factor."""

    enabled: Annotated[bool | None, Cleared(value=False)] = None


class EmailMfaConfiguration(Part):
    """Codes by e-mail as a second factor; needs a sender of Amazon SES."""

    message: Long | None = None
    subject: Subject | None = None


class WebAuthnConfiguration(Part):
    """Passkeys."""

    relying_party_id: Annotated[str | None, Field(min_length=1, max_length=127)] = None
    """The domain that passkeys are for."""
    user_verification: Literal["required", "preferred"] | None = None
    factor_configuration: Literal["SINGLE_FACTOR", "MULTI_FACTOR_WITH_USER_VERIFICATION"] | None = None
