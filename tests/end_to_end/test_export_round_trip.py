"""An export against its own account only adopts, and applied to an empty one it is exported as the same."""

import json
from pathlib import Path
from typing import Any

from reconciler.kinds import known_kinds
from reconciler.observing.observer import ReadContext, observe
from reconciler.planning.ownership import MARKS
from reconciler.sandbox.account import sandboxed
from reconciler.stack import Stack
from tests.end_to_end.live_centre import LiveCentre, live
from tests.end_to_end.test_export import ALIAS, exported, loaded


def flow(action: dict[str, Any]) -> dict[str, Any]:
    """A flow of one action and an end."""
    end = {"Identifier": "end", "Type": "DisconnectParticipant", "Parameters": {}, "Transitions": {}}
    error = {"ErrorType": "NoMatchingError", "NextAction": "end"}
    first = {"Identifier": "first", "Transitions": {"NextAction": "end", "Errors": [error]}, **action}
    return {"Version": "2019-10-30", "StartAction": "first", "Metadata": {}, "Actions": [first, end]}


SAID = "in ${instance}/x, ${instance#id}, $${x} and $${queue:No}"
RICH: dict[str, Any] = {
    "stack": "rich",
    "environments": {"dev": {"account": "123456789012", "region": "eu-west-2"}},
    "connect.instance": {
        "rich": {
            "identity_management_type": "SAML",
            "inbound_calls_enabled": True,
            "outbound_calls_enabled": False,
            "approved_origins": ["https://a.example.com"],
            "hierarchy_structure": {"level_one": "A", "level_two": "B"},
            "storage_configs": [
                {
                    "resource_type": "CHAT_TRANSCRIPTS",
                    "storage_type": "S3",
                    "s3_config": {"bucket_name": "some-bucket", "bucket_prefix": "chats"},
                }
            ],
        }
    },
    "connect.agent_status": {
        "Lunch": {"description": 'a: b #c $${nothing} "quoted"', "state": "ENABLED", "display_order": 3},
        "Odd } name": {"state": "DISABLED"},
    },
    "connect.hours_of_operation": {
        "Base": {
            "time_zone": "UTC",
            "config": [{"day": "MONDAY", "start_time": "00:00", "end_time": "00:00"}],
        },
        "Child": {
            "time_zone": "UTC",
            "config": [],
            "parents": [{"hours_of_operation": "Base"}],
            "overrides": [
                {
                    "name": "Christmas",
                    "config": [],
                    "effective_from": "2026-12-25",
                    "effective_till": "2026-12-25",
                    "override_type": "CLOSED",
                    "recurrence_config": {
                        "recurrence_pattern": {
                            "frequency": "YEARLY",
                            "interval": 1,
                            "by_month": [12],
                            "by_month_day": [25],
                        }
                    },
                }
            ],
        },
    },
    "connect.user_hierarchy_group": {"Top": {}, "Low": {"parent_group": "Top"}},
    "connect.queue": {
        "yes": {"hours_of_operation": "Child", "status": "DISABLED", "description": "null"},
        "Q } #vip": {
            "hours_of_operation": "Base",
            "quick_connects": ["ToUser", "ToFlow"],
            "max_contacts": 0,
        },
    },
    "connect.quick_connect": {
        "ToUser": {
            "description": "d",
            "quick_connect_config": {
                "quick_connect_type": "USER",
                "user_config": {"user": "ada", "contact_flow": "Default agent transfer"},
            },
        },
        "ToFlow": {
            "description": "d",
            "quick_connect_config": {"quick_connect_type": "FLOW", "flow_config": {"contact_flow": "Draft"}},
        },
    },
    "connect.routing_profile": {
        "Agents": {
            "description": "- dash",
            "default_outbound_queue": "Q } #vip",
            "media_concurrencies": [
                {
                    "channel": "VOICE",
                    "concurrency": 1,
                    "cross_channel_behavior": {"behavior_type": "ROUTE_ANY_CHANNEL"},
                }
            ],
            "queue_configs": [{"queue": "yes", "channel": "VOICE", "priority": 1, "delay": 0}],
        }
    },
    "connect.security_profile": {
        "Agent rights": {
            "permissions": ["BasicAgentAccess"],
            "allowed_access_control_tags": {"team": "blue"},
            "tag_restricted_resources": ["User"],
        }
    },
    "connect.user": {
        "ada": {
            "identity_info": {"first_name": "Ada", "last_name": "L\u00f6ve"},
            "phone_config": {"phone_type": "DESK_PHONE", "desk_phone_number": "+442079460000"},
            "routing_profile": "Agents",
            "security_profiles": ["Agent rights"],
            "hierarchy_group": "Low",
            "tags": {"Odd": "yes"},
        }
    },
    "connect.contact_flow": {
        "Default agent transfer": {"existing": True},
        "Draft": {
            "type": "CONTACT_FLOW",
            "status": "SAVED",
            "content": flow({"Type": "MessageParticipant", "Parameters": {"Text": SAID}}),
        },
        "Ring A": {
            "type": "CONTACT_FLOW",
            "state": "ARCHIVED",
            "content": flow({"Type": "TransferToFlow", "Parameters": {"ContactFlowId": "${flow:ring_a}"}}),
        },
        "ring_a": {
            "type": "CONTACT_FLOW",
            "content": flow(
                {"Type": "UpdateContactTargetQueue", "Parameters": {"QueueId": '${queue:"Q } #vip"}'}}
            ),
        },
    },
    "connect.phone_number": {"main": {"country_code": "GB", "type": "DID", "contact_flow": "Ring A"}},
}
"""A stack of every kind of Amazon Connect, with names and texts that are hard to write."""


def arns(centre: LiveCentre, stack: Stack) -> list[str]:
    """The ARN of each resource that the stack manages."""
    context = ReadContext(known_kinds(), centre.account().api, centre.clock)
    seen = observe(stack, context, frozenset()).sightings
    return [each.arn for key, each in seen.items() if not stack.resources[key].existing]


def test_what_nobody_owns_is_only_adopted(tmp_path: Path) -> None:
    with live() as centre:
        exported(centre, tmp_path / "owned")
        client = centre.box.session("eu-west-2").client("connect")
        owned = arns(centre, loaded(tmp_path / "owned"))
        for arn in owned:
            client.untag_resource(resourceArn=arn, tagKeys=sorted(MARKS))
        exported(centre, tmp_path / "out")
        stack = loaded(tmp_path / "out")
        assert (stack.name, stack.environment) == (ALIAS, "live")
        actions = centre.run(stack, dry_run=True).plan.actions.values()
        assert [(action.verb, action.refusal) for action in actions] == [("adopt", None)] * len(owned)
        fields = {each.field for action in actions for each in action.differences}
        assert fields == {"tags.reconciler:stack", "tags.reconciler:key"}
        assert centre.run(stack).outcome == "settled"
        assert centre.run(stack, dry_run=True).plan.actions == {}


def test_an_export_applied_to_an_empty_account_is_exported_as_the_same(tmp_path: Path) -> None:
    with live() as centre:
        first = exported(centre, tmp_path / "first")
    stack = loaded(tmp_path / "first")
    with sandboxed(stack.account) as (box, clock):
        store = box.session(stack.region).client("ssm")
        for desired in stack.resources.values():
            if "password" in desired.settings:
                name = desired.settings["password"].name
                store.put_parameter(Name=name, Value="Passw0rd!", Type="SecureString")
        empty = LiveCentre(box, clock)
        assert empty.run(stack).outcome == "settled"
        assert exported(empty, tmp_path / "second") == first


def test_every_kind_comes_back_the_same(tmp_path: Path) -> None:
    stack = tmp_path / "rich"
    stack.mkdir()
    (stack / "stack.yaml").write_text(json.dumps(RICH))
    known = {kind for kind, adapter in known_kinds().items() if adapter.parent == "connect.instance"}
    assert known <= RICH.keys()
    with live(stack) as centre:
        first = exported(centre, tmp_path / "first", instance="rich")
        again = loaded(tmp_path / "first")
        assert again.warnings == ()
        assert centre.run(again, dry_run=True).plan.actions == {}
    assert "password" not in first["user.yaml"]  # AWS takes none where users log in by SAML
    assert (
        '"in ${connect.instance:rich}/x, ${connect.instance:rich#id}, $${x} and $${queue:No}"'
        in (first["contact_flow_content/Draft.json"])
    )
    assert {"contact_flow_content/Ring_A.json", "contact_flow_content/ring_a_2.json"} <= first.keys()
    with sandboxed(again.account) as (box, clock):
        empty = LiveCentre(box, clock)
        assert empty.run(again).outcome == "settled"
        assert exported(empty, tmp_path / "second", instance="rich") == first
