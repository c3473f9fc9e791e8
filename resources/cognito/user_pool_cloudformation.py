"""The differences between CloudFormation's schema and the declaration of cognito.user_pool, with reasons."""

from reconciler.cloudformation import CloudFormation

REPEATED = "AWS no longer uses it: `verification_message_template` holds the message"
CREATE_ONLY = "CloudFormation's schema names no property that only create can set, but UpdateUserPool takes none of these"

CLOUDFORMATION = CloudFormation(
    type="AWS::Cognito::UserPool",
    called={
        "EmailAuthenticationMessage": "email_mfa_configuration",
        "EmailAuthenticationSubject": "email_mfa_configuration",
        "EnabledMfas": ("sms_mfa_enabled", "software_token_mfa_configuration"),
        "Schema": "schema_attributes",
        "UserPoolName": "name",
        "UserPoolTags": "tags",
        "WebAuthnFactorConfiguration": "web_authn_configuration",
        "WebAuthnRelyingPartyID": "web_authn_configuration",
        "WebAuthnUserVerification": "web_authn_configuration",
    },
    left_out=dict.fromkeys(
        ("EmailVerificationMessage", "EmailVerificationSubject", "SmsVerificationMessage"), REPEATED
    ),
    fixed=dict.fromkeys(("alias_attributes", "username_attributes", "username_configuration"), CREATE_ONLY),
    write_only={
        "sms_mfa_enabled": "CloudFormation cannot read which factors are on; GetUserPoolMfaConfig shows them"
    },
    not_granted={
        "iam:PassRole": "granted for each written role",
        "iam:CreateServiceLinkedRole": "granted where a pool sends e-mail by Amazon SES",
        "kms:*": "granted for each written key",
    },
)
