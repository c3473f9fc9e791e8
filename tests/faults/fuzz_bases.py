"""The initial stacks of fuzzing."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TypeAlias

Files: TypeAlias = dict[str, bytes]
EXAMPLES = Path(__file__).parents[2] / "desired_state"

HEADER = """\
stack: shop
tags: {Project: "${stack}", Environment: "${environment}"}
prune: true
release: [connect.queue/Gone]
environments:
  dev: {account: "111111111111", region: eu-west-2, variables: {alias: acme-dev, limit: 5, open: true}}
  prod: {account: "222222222222", region: ap-northeast-1, variables: {alias: acme, limit: 9, open: false}, tags: {A: b}}
"""
INSTANCE = "connect.instance:\n  ${alias}: {identity_management_type: CONNECT_MANAGED, inbound_calls_enabled: true}\n"
HOURS = """\
connect.hours_of_operation:
  Always:
    time_zone: Europe/London
    config:
      - {day: MONDAY, start_time: "09:00", end_time: "17:00"}
"""
FLOW = """{
  "Version": "2019-10-30", "StartAction": "a",
  "Actions": [
    {"Identifier": "a", "Type": "UpdateContactTargetQueue", "Parameters": {"QueueId": "${queue:Sales}"},
     "Transitions": {"NextAction": "b", "Errors": [{"ErrorType": "NoMatchingError", "NextAction": "b"}]}},
    {"Identifier": "b", "Type": "DisconnectParticipant", "Parameters": {}, "Transitions": {}}
  ]
}
"""
POLICY = """{
  "Version": "2012-10-17",
  "Statement": [{"Sid": "A", "Effect": "Deny", "Principal": "*", "Action": "s3:*",
    "Resource": "arn:aws:s3:::shop-${environment}/*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}]
}
"""

SMALL: Mapping[str, Mapping[str, str]] = {
    "routing": {
        "stack.yaml": HEADER + INSTANCE + HOURS,
        "routing.yaml": """\
connect.queue:
  Sales:
    hours_of_operation: Always
    max_contacts: ${limit}
    status: ENABLED
    quick_connects: [Boss]
connect.quick_connect:
  Boss:
    description: "Of ${alias}, at $${5}"
    quick_connect_config:
      quick_connect_type: PHONE_NUMBER
      phone_config: {phone_number: "+442079460999"}
connect.routing_profile:
  Agent:
    description: All
    default_outbound_queue: Sales
    media_concurrencies: [{channel: VOICE, concurrency: 1}]
    queue_configs: [{queue: Sales, channel: VOICE, priority: 1, delay: 0}]
""",
        "environments/dev.yaml": "connect.queue:\n  Sales: {max_contacts: 3, policy: {on_drift: report}}\n",
    },
    "people": {
        "stack.yaml": HEADER + INSTANCE,
        "people.yaml": """\
connect.security_profile:
  Admin: {existing: true}
  Agent: {permissions: [BasicAgentAccess, OutboundCallAccess], tags: {A: b, C: null}}
connect.routing_profile:
  Basic: {existing: true}
connect.user_hierarchy_group:
  Top: {}
  Below: {parent_group: Top, renamed_from: Under}
connect.user:
  ada:
    identity_info: {first_name: Ada, last_name: L, email: ada@example.com}
    phone_config: {phone_type: SOFT_PHONE, auto_accept: false, after_contact_work_time_limit: 30}
    routing_profile: Basic
    security_profiles: [Agent, Admin]
    hierarchy_group: Below
    password: {secret: {ssm: "/${alias}/password"}}
    policy: {ignore: [phone_config], protect: true}
""",
        "environments/prod.yaml": "connect.user_hierarchy_group:\n  Below: {parent_group: null}\nconnect.user:\n  ada: null\n",
    },
    "flows": {
        "stack.yaml": HEADER + INSTANCE + "connect.queue: {Sales: {existing: true}}\n",
        "flows.yaml": """\
connect.contact_flow:
  Main: {type: CONTACT_FLOW, description: First, content: {file: flows/main.json}}
  Inline:
    type: CONTACT_FLOW
    content:
      Version: "2019-10-30"
      StartAction: a
      Actions:
        - {Identifier: a, Type: DisconnectParticipant, Parameters: {}, Transitions: {}}
connect.phone_number:
  line: {country_code: GB, type: DID, contact_flow: Main, adopt: true}
""",
        "flows/main.json": FLOW,
    },
    "tables": {
        "stack.yaml": HEADER
        + "defaults:\n  dynamodb.table: {billing_mode: PAY_PER_REQUEST, policy: {replace: true}}\n",
        "tables.yml": """\
dynamodb.table:
  shop-${environment}-Users:
    attribute_definitions: [{attribute_name: id, attribute_type: S}, {attribute_name: at, attribute_type: N}]
    key_schema: [{attribute_name: id, key_type: HASH}]
    global_secondary_indexes:
      - index_name: by-time
        key_schema: [{attribute_name: at, key_type: HASH}]
        projection: {projection_type: INCLUDE, non_key_attributes: [x]}
    time_to_live: {enabled: true, attribute_name: at}
    tags: {A: b}
""",
        "environments/dev.yaml": "dynamodb.table:\n  shop-${environment}-Users: {policy: {protect: false}}\n",
        "environments/prod.yaml": "dynamodb.table:\n  shop-${environment}-Users: {deletion_protection_enabled: true}\n",
    },
    "buckets": {
        "stack.yaml": HEADER,
        "a/b/images.yaml": """\
s3.bucket:
  shop-${environment}-${account}:
    object_ownership: BucketOwnerEnforced
    versioning: {status: Enabled}
    encryption: {rules: [{sse_algorithm: "aws:kms", bucket_key_enabled: true}]}
    bucket_policy: {file: policies/images.json}
    cors: [{allowed_origins: ["https://${alias}.example.com"], allowed_methods: [GET], max_age_seconds: 3000}]
    lifecycle:
      - {id: a, status: Enabled, filter: {prefix: t/}, expiration: {days: 1}}
""",
        "policies/images.json": POLICY,
    },
}


@cache
def bases() -> tuple[Files, ...]:
    """The initial stacks of fuzzing: five small ones, each many times, and the two examples."""
    small = [{name: text.encode() for name, text in files.items()} for files in SMALL.values()]
    examples = [
        {
            str(path.relative_to(directory)): path.read_bytes()
            for path in sorted(directory.rglob("*"))
            if path.is_file()
        }
        for directory in (EXAMPLES / "contact_center", EXAMPLES / "stamp_rally")
    ]
    return (*small * 4, *examples)
