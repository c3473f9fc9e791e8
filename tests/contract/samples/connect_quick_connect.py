"""connect.quick_connect."""

from reconciler.testing import Change, Drift, Sample
from tests.contract.contract_around import in_instance

HOURS = {
    "time_zone": "Europe/London",
    "config": [{"day": "MONDAY", "start_time": "09:00", "end_time": "17:00"}],
}
CONFIG = ("UpdateQuickConnectConfig",)
TO_QUEUE = {
    "quick_connect_type": "QUEUE",
    "queue_config": {"queue": "Orders", "contact_flow": "Default queue transfer"},
}
TO_USER = {
    "quick_connect_type": "USER",
    "user_config": {"user": "ada", "contact_flow": "Default agent transfer"},
}
TO_NUMBER = {"quick_connect_type": "PHONE_NUMBER", "phone_config": {"phone_number": "+442079460999"}}
TO_FLOW = {"quick_connect_type": "FLOW", "flow_config": {"contact_flow": "Default queue transfer"}}

SAMPLE = Sample(
    name="Supervisor",
    around=in_instance(
        {
            "connect.hours_of_operation": {"Weekdays": HOURS},
            "connect.queue": {"Orders": {"hours_of_operation": "Weekdays"}},
            "connect.contact_flow": {
                "Default queue transfer": {"existing": True},
                "Default agent transfer": {"existing": True},
            },
            "connect.routing_profile": {"Basic Routing Profile": {"existing": True}},
            "connect.security_profile": {"Agent": {"existing": True}},
            "connect.user": {
                "ada": {
                    "identity_info": {"first_name": "Ada", "last_name": "Lovelace"},
                    "security_profiles": ["Agent"],
                    "routing_profile": "Basic Routing Profile",
                    "password": {"secret": {"ssm": "/sandbox/password"}},
                }
            },
        }
    ),
    base={
        "description": "The supervisor on duty",
        "quick_connect_config": TO_QUEUE,
        "tags": {"Team": "orders"},
    },
    forms={
        "to a user": {"quick_connect_config": TO_USER},
        "to a number": {"quick_connect_config": TO_NUMBER},
        "to a flow": {"quick_connect_config": TO_FLOW},
    },
    changes=(
        Change("description", "Any supervisor", ("UpdateQuickConnectName",)),
        Change("quick_connect_config", TO_USER, CONFIG, "to a user"),
        Change("quick_connect_config", TO_NUMBER, CONFIG, "to a number"),
        Change(
            "quick_connect_config",
            {**TO_NUMBER, "phone_config": {"phone_number": "+442079460111"}},
            CONFIG,
            "to another number",
            form="to a number",
        ),
        Change("tags", {"Team": None, "Cost": "42"}, ("TagResource", "UntagResource")),
    ),
    drifts=(
        Drift("description", "update_quick_connect_name", {"Description": "by hand"}),
        Drift(
            "quick_connect_config",
            "update_quick_connect_config",
            {
                "QuickConnectConfig": {
                    "QuickConnectType": "PHONE_NUMBER",
                    "PhoneConfig": {"PhoneNumber": "+442079460222"},
                }
            },
        ),
    ),
)
