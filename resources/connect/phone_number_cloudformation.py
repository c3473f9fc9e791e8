"""The differences between CloudFormation's schema and the declaration of connect.phone_number, with reasons."""

from reconciler.cloudformation import CloudFormation

CLOUDFORMATION = CloudFormation(
    type="AWS::Connect::PhoneNumber",
    called={"TargetArn": "instance"},
    left_out={
        "SourcePhoneNumberArn": "numbers of AWS End User Messaging are imported by ImportPhoneNumber; not built"
    },
    fixed={"phone_number": "the number to claim; CloudFormation has no such property"},
    not_granted={
        "connect:ImportPhoneNumber": "numbers of AWS End User Messaging; not built",
        "connect:UpdatePhoneNumber": "moves a number to another instance; not built",
        "sms-voice:*": "numbers of AWS End User Messaging; not built",
        "social-messaging:*": "numbers of WhatsApp; not built",
    },
)
