"""The settings of a user pool.

Sources: CreateUserPool, UpdateUserPool, SetUserPoolMfaConfig, AddCustomAttributes (Amazon Cognito User Pools API Reference).
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from reconciler.forms import Form
from reconciler.model import Cleared, Resource, Rows, Unordered, Whole, Wire
from reconciler.resources.cognito.user_pool_parts import (
    AccountRecoverySetting,
    AcrLevel,
    AdminCreateUserConfig,
    Attribute,
    DcrConfiguration,
    DeviceConfiguration,
    EmailConfiguration,
    EmailMfaConfiguration,
    IssuerConfiguration,
    KeyConfiguration,
    LambdaConfig,
    Policies,
    SchemaAttribute,
    Short,
    SmsConfiguration,
    SoftwareTokenMfaConfiguration,
    UserAttributeUpdateSettings,
    UsernameConfiguration,
    UserPoolAddOns,
    VerificationMessageTemplate,
    WebAuthnConfiguration,
)
from reconciler.resources.lasting import LASTS

NAMES = (Form(r"[\w\s+=,.@-]{1,128}", "1 to 128 letters, digits, spaces and + = , . @ - _"),)


class UserPool(Resource):
    """A directory of users, who sign up and sign in.

    AWS resets what UpdateUserPool leaves out, so each change sends everything else as it lives.
    """

    policies: Annotated[Policies | None, LASTS] = None
    deletion_protection: Annotated[Literal["ACTIVE", "INACTIVE"] | None, Cleared("INACTIVE")] = None
    lambda_config: Annotated[LambdaConfig | None, Cleared({})] = None
    auto_verified_attributes: Annotated[list[Attribute] | None, Unordered()] = None
    alias_attributes: Annotated[
        list[Literal["phone_number", "email", "preferred_username"]] | None, Unordered()
    ] = None
    """Attributes that serve as further names."""
    username_attributes: Annotated[list[Attribute] | None, Unordered()] = None
    """Attributes that serve as the name."""
    verification_message_template: Annotated[
        VerificationMessageTemplate | None, Cleared({"DefaultEmailOption": "CONFIRM_WITH_CODE"})
    ] = None
    sms_authentication_message: Short | None = None
    mfa_configuration: Annotated[Literal["OFF", "ON", "OPTIONAL"] | None, Cleared("OFF")] = None
    sms_mfa_enabled: Annotated[bool | None, Cleared(value=False)] = None
    """Codes by SMS as a second factor, sent with `sms_configuration` and `sms_authentication_message`."""
    software_token_mfa_configuration: Annotated[
        SoftwareTokenMfaConfiguration | None, Cleared({"Enabled": False})
    ] = None
    email_mfa_configuration: EmailMfaConfiguration | None = None
    web_authn_configuration: WebAuthnConfiguration | None = None
    user_attribute_update_settings: Annotated[
        UserAttributeUpdateSettings | None, Cleared({"AttributesRequireVerificationBeforeUpdate": []})
    ] = None
    device_configuration: DeviceConfiguration | None = None
    email_configuration: Annotated[
        EmailConfiguration | None, Cleared({"EmailSendingAccount": "COGNITO_DEFAULT"})
    ] = None
    sms_configuration: SmsConfiguration | None = None
    admin_create_user_config: Annotated[
        AdminCreateUserConfig | None, Cleared({"AllowAdminCreateUserOnly": False})
    ] = None
    schema_attributes: Annotated[
        list[SchemaAttribute] | None, Rows(("name",)), Field(max_length=50), Wire("Schema")
    ] = None
    """Attributes of users. AWS adds custom ones and removes none; attributes that the files leave out are not managed."""
    user_pool_add_ons: Annotated[UserPoolAddOns | None, Cleared({"AdvancedSecurityMode": "OFF"})] = None
    dcr_configuration: DcrConfiguration | None = None
    username_configuration: UsernameConfiguration | None = None
    account_recovery_setting: AccountRecoverySetting | None = None
    user_pool_tier: Annotated[Literal["LITE", "ESSENTIALS", "PLUS"] | None, Cleared("ESSENTIALS")] = None
    key_configuration: Annotated[KeyConfiguration | None, Cleared({"KeyType": "AWS_OWNED_KEY"})] = None
    issuer_configuration: Annotated[IssuerConfiguration | None, Cleared({"Type": "ORIGINAL"})] = None
    acr_configuration: Annotated[
        dict[Annotated[str, Form(r"Level[1-4]", "Level1 to Level4")], AcrLevel] | None, Whole()
    ] = None


DEFAULTS: Mapping[str, Any] = {
    "policies": {
        "password_policy": {
            "minimum_length": 8,
            "require_uppercase": True,
            "require_lowercase": True,
            "require_numbers": True,
            "require_symbols": True,
            "temporary_password_validity_days": 7,
        },
        "sign_in_policy": {"allowed_first_auth_factors": ["PASSWORD"]},
    },
    "deletion_protection": "INACTIVE",
    "mfa_configuration": "OFF",
    "user_pool_tier": "ESSENTIALS",
    "verification_message_template": {"default_email_option": "CONFIRM_WITH_CODE"},
    "email_configuration": {"email_sending_account": "COGNITO_DEFAULT"},
    "admin_create_user_config": {"allow_admin_create_user_only": False},
    "user_attribute_update_settings": {"attributes_require_verification_before_update": []},
}
"""The values of a pool whose author writes none."""
