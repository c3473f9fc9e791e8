"""A contact centre with plain boto3 clients without retries, for tests of quotas, latency, lag and faults."""

from typing import Any

from botocore.config import Config
from botocore.exceptions import ClientError

from reconciler.sandbox import Sandbox
from reconciler.sandbox.fault_injection import Rules

REGION = "eu-west-2"
ONCE = Config(retries={"total_max_attempts": 1})


# It takes longer to create a client than to run most tests, and a client works with any sandbox.
CLIENTS: dict[tuple[str, str], Any] = {}


def client_in(sandbox: Sandbox, service: str = "connect", region: str = REGION) -> Any:
    if (service, region) not in CLIENTS:
        CLIENTS[service, region] = sandbox.session(region).client(service, config=ONCE)
    return CLIENTS[service, region]


def make_instance(connect: Any, alias: str = "acme-troubled") -> str:
    kind = {"IdentityManagementType": "CONNECT_MANAGED", "InstanceAlias": alias}
    made: str = connect.create_instance(**kind, InboundCallsEnabled=True, OutboundCallsEnabled=True)["Id"]
    return made


def make_hours(connect: Any, instance: str, name: str = "Days") -> str:
    made = connect.create_hours_of_operation(InstanceId=instance, Name=name, TimeZone="UTC", Config=[])
    found: str = made["HoursOfOperationId"]
    return found


def make_user(connect: Any, instance: str, name: str = "ada") -> str:
    security = connect.list_security_profiles(InstanceId=instance)["SecurityProfileSummaryList"][0]["Id"]
    routing = connect.list_routing_profiles(InstanceId=instance)["RoutingProfileSummaryList"][0]["Id"]
    made = connect.create_user(
        InstanceId=instance,
        Username=name,
        Password="Abcdefg1",
        IdentityInfo={"FirstName": "Ada", "LastName": "Lovelace"},
        PhoneConfig={"PhoneType": "SOFT_PHONE"},
        SecurityProfileIds=[security],
        RoutingProfileId=routing,
    )
    found: str = made["UserId"]
    return found


def names_of_hours(connect: Any, instance: str) -> set[str]:
    found = connect.list_hours_of_operations(InstanceId=instance)["HoursOfOperationSummaryList"]
    return {each["Name"] for each in found}


def struck(*rules: str, seed: int = 0) -> Rules:
    return Rules(rules, seed)


def answer_to(error: ClientError) -> tuple[str, int]:
    return error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"]
