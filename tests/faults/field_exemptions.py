"""Fields that are exempt from a transition, with the reason."""

from collections.abc import Mapping

from reconciler.kinds import known_kinds
from reconciler.resources.awslambda.event_source_mapping_problems import ONLY_FOR
from tests.faults.field_places import spots

DIRECTORY = "it names something of AWS Directory Service, and the sandbox has no directory"
ALLOWED = "AWS changes it only in accounts that it has let in, and refuses every other"
KEPT = "AWS makes no such resource without it, and no update takes it away"
REPORTED = "AWS reports it of every claimed number: there is none without it"
ONE_TYPE = "KMS is the only type that there is: AWS reports it of every table that is encrypted so"
ALONE = "AWS changes it together with the index that uses it, and refuses it alone"
CHOSEN = "AWS chooses one where none is written, and it may be the same"
OF_GROUP = "AWS reports the account of every group that a rule names: it has no other value"
OUTPOSTS = "it names something of AWS Outposts, and the sandbox has none"
POOLS = "it names something of Amazon VPC IPAM, and the sandbox has no pools"
REPORTED_BLOCK = "a subnet without it has IPv6 addresses alone"
ROOT = "only the root user with its MFA device may change it"
SLIDES = "windows slide where nothing is written, and AWS shows no difference"
RETURNED = "exactly one query returns data: without it here, two would"
STORES = "the sandbox has no custom key stores"
AS_OF_QUEUES = "it differs by its name alone from that of queues (sqs), which goes through all of them"
UNCONFIRMED = (
    "SNS shows nothing of a page until its owner has confirmed it; tests/resources/test_live_topics.py does"
)
WINDOW = "a flexible window has a length, and a window that is off has none"
OTHER_SOURCE = "only other sources than the queue of the sample take it; the forms of the sample have them"
API = "apigateway.rest_api"
MADE_OF_PARTS = "AWS shows methods and deployments; tests/resources/test_live_routes.py and test_live_deployments.py play it"
PERMITTED = (
    "the permission of the function comes and goes with it; tests/resources/test_live_user_pools.py does"
)
OF_POOL = "they are tags of its pool, which the calls name; test_live_user_pool_parts looks at them"
TOGETHER = "AWS takes them only together; test_live_user_pool_parts does"
BY_NAME = "a domain is custom by its name, which has dots; test_live_user_pool_parts does"
ADDED = (
    "AWS adds attributes, and neither changes nor removes one; tests/resources/test_live_user_pools.py does"
)
ANY_INPUT = "AWS takes every JSON value and every text"
MAPPING = "lambda.event_source_mapping"
OF_OTHER_SOURCES = {
    *(field for field, sources in ONLY_FOR.items() if "sqs" not in sources),
    "provisioned_poller_config",
    "self_managed_event_source",
    "source_access_configurations",
    "starting_position_timestamp",
}
EXEMPT: Mapping[str, Mapping[tuple[str, str], str]] = {
    MAPPING: {
        (field_path.path, "*"): OTHER_SOURCE
        for field_path in spots(known_kinds()[MAPPING])
        if field_path.top in OF_OTHER_SOURCES
    },
    API: {
        (field_path.path, "*"): MADE_OF_PARTS
        for field_path in spots(known_kinds()[API])
        if field_path.top in ("authorizers", "cors", "kept_deployments", "publish", "routes")
    },
    "cognito.user_pool_client": {
        ("tags", "*"): OF_POOL,
        **{
            (f"allowed_oauth_{each}", "*"): TOGETHER for each in ("flows", "scopes", "flows_user_pool_client")
        },
    },
    "cognito.user_pool_domain": {("tags", "*"): OF_POOL, ("custom_domain_config", "*"): BY_NAME}
    | {
        (field_path.path, "*"): BY_NAME
        for field_path in spots(known_kinds()["cognito.user_pool_domain"])
        if field_path.top == "custom_domain_config"
    },
    "cognito.identity_provider": {
        ("tags", "*"): OF_POOL,
        ("provider_type", "*"): "each type needs other details",
        ("attribute_mapping", "set"): "AWS maps username where nothing is written",
    },
    "cognito.resource_server": {("tags", "*"): OF_POOL},
    "backup.selection": {
        (
            "tags",
            "*",
        ): "they are tags of its plan, which the calls name; test_live_backup_selections looks at them",
    },
    "budgets.budget": {
        **{
            (f"auto_adjust_data.{name}", "*"): "HISTORICAL has options, and FORECAST has none"
            for name in ("auto_adjust_type", "historical_options")
        },
        **{
            ("auto_adjust_data.historical_options.budget_adjustment_period", transition): (
                "the options have no other member"
            )
            for transition in ("set", "cleared")
        },
    },
    "cloudtrail.trail": {
        (
            f"cloud_watch_logs_{name}_arn",
            transition,
        ): "the log group and its role are set and cleared together"
        for name in ("log_group", "role")
        for transition in ("set", "cleared", "new")
    },
    "cognito.user_pool": {
        **{
            (field_path.path, "*"): ADDED
            for field_path in spots(known_kinds()["cognito.user_pool"])
            if field_path.top == "schema_attributes"
        },
        **{
            (field_path.path, "*"): PERMITTED
            for field_path in spots(known_kinds()["cognito.user_pool"])
            if field_path.top == "lambda_config" and "custom_" in field_path.path
        },
        ("mfa_configuration", "*"): "a pool without MFA takes no factors",
        ("lambda_config", "*"): PERMITTED,
        **{
            (
                f"policies.password_policy.require_{each}",
                "set",
            ): "AWS has a value of its own where none is written"
            for each in ("uppercase", "lowercase", "numbers", "symbols")
        },
        ("lambda_config.kms_key_id", "*"): "the senders of messages need it",
        **{
            (
                f"account_recovery_setting.recovery_mechanisms[].{name}",
                "*",
            ): "the two rows have different ones"
            for name in ("name", "priority")
        },
    },
    "events.rule": {("targets[].input", "invalid"): ANY_INPUT},
    "lambda.function_url": {("qualifier", "cleared"): "without it, the URL of the function itself is meant"},
    "scheduler.group": {
        ("schedules[].flexible_time_window.mode", "*"): WINDOW,
        ("schedules[].target.input", "invalid"): ANY_INPUT,
        ("schedules[].flexible_time_window.maximum_window_in_minutes", "set"): WINDOW,
        ("schedules[].flexible_time_window.maximum_window_in_minutes", "cleared"): WINDOW,
        ("schedules[].flexible_time_window.maximum_window_in_minutes", "left out and back"): WINDOW,
    },
    "kms.key": {
        ("custom_key_store_id", "*"): STORES,
        ("xks_key_id", "*"): STORES,
        ("key_spec", "set"): "AWS makes no such key without its usage, and another key has no such usage",
        ("key_spec", "cleared"): "without it AWS makes a symmetric key, which has no such usage",
    },
    "cloudwatch.alarm": {
        ("evaluation_window.sliding_window", "*"): SLIDES,
        ("metrics[].return_data", "*"): RETURNED,
        ("evaluation_window.wall_clock_window", "cleared"): "a window is of one sort or the other",
    },
    "connect.instance": {
        ("directory_id", "*"): DIRECTORY,
        **{
            ("attributes.use_custom_tts_voices", transition): ALLOWED
            for transition in ("set", "changed", "invalid", "valid again")
        },
    },
    "connect.user": {
        ("directory_user_id", "*"): DIRECTORY,
        ("identity_info", "set"): "Connect makes no user without a name where it manages identities itself",
        (
            "identity_info.first_name",
            "set",
        ): "Connect makes no user without it where it manages identities itself",
        (
            "identity_info.last_name",
            "set",
        ): "Connect makes no user without it where it manages identities itself",
        ("password", "set"): "Connect makes no user without it where it manages identities itself",
    },
    "connect.contact_flow": {
        ("status", "set"): "AWS publishes a flow that says nothing of it, and takes nothing back to a draft",
    },
    "connect.phone_number": {
        ("country_code", "set"): REPORTED,
        ("type", "set"): REPORTED,
    },
    "dynamodb.table": {
        **{
            (f"attribute_definitions{path}", transition): ALONE
            for path in ("", "[].attribute_name", "[].attribute_type")
            for transition in ("changed", "valid again")
        },
        **{
            (f"{path}provisioned_throughput{member}", "set"): (
                "AWS makes no table and no index without it that is paid for by provisioned units"
            )
            for path in ("", "global_secondary_indexes[].")
            for member in ("", ".read_capacity_units", ".write_capacity_units")
        },
        ("sse.sse_type", "set"): ONE_TYPE,
        ("sse.sse_type", "cleared"): ONE_TYPE,
    },
    "lightsail.database": {
        **{
            (path, transition): "a replace makes another database of a snapshot, and the old one stays"
            for path in ("availability_zone", "relational_database_bundle_id")
            for transition in ("set", "changed")
        },
        **{
            (path, "changed"): "a snapshot keeps it, so a replace is refused as well"
            for path in ("master_database_name", "master_username")
        },
    },
    "lightsail.disk": {
        ("size_in_gb", "changed"): "a replace would lose the data, so it is refused as well",
        **{
            (path, transition): "a disk is attached at a path, so both are written or neither"
            for path in ("attached_to", "path")
            for transition in ("cleared", "left out and back")
        },
    },
    "lightsail.instance": {
        ("blueprint_id", "changed"): "a snapshot keeps it, so a replace is refused as well",
        **{
            (path, transition): "a replace makes another instance of a snapshot, and the old one stays"
            for path in ("availability_zone", "bundle_id", "key_pair_name")
            for transition in ("set", "changed")
        },
    },
    "ec2.elastic_ip": {
        ("public_ipv4_pool", "*"): POOLS,
        ("customer_owned_ipv4_pool", "*"): OUTPOSTS,
        ("ipam_pool_id", "*"): POOLS,
    },
    "ec2.nat_gateway": {
        ("max_drain_duration_seconds", "*"): "it is sent with addresses that are taken away alone",
        ("availability_mode", "set"): "its place is another field with each mode",
        ("vpc_id", "set"): "AWS makes no regional NAT gateway without it",
        **{
            ("availability_zone_addresses[].availability_zone_id", transition): "the kind shows Zones by name"
            for transition in ("set", "changed", "new", "valid again")
        },
    },
    "ec2.route_table": {
        ("routes[].instance_id", "changed"): "AWS also shows its interface, by which the kind shows it",
        ("routes[].local_target", "changed"): "it means the same as no route, and the kind shows none",
    },
    "ec2.security_group": {
        **{(f"{direction}[].user_id", "*"): OF_GROUP for direction in ("ingress", "egress")},
    },
    "ec2.subnet": {
        ("outpost_arn", "*"): OUTPOSTS,
        ("cidr_block", "set"): REPORTED_BLOCK,
        ("availability_zone", "set"): CHOSEN,
        ("availability_zone_id", "set"): CHOSEN,
        **{
            (name, "*"): POOLS
            for name in (
                "ipv4_ipam_pool_id",
                "ipv4_netmask_length",
                "ipv6_ipam_pool_id",
                "ipv6_netmask_length",
            )
        },
    },
    "ec2.vpc": {
        ("cidr_block", "set"): "AWS makes no VPC without it",
        **{
            ("instance_tenancy", transition): "AWS changes it only to default"
            for transition in ("set", "changed")
        },
        **{
            (name, "*"): POOLS
            for name in (
                "ipv4_ipam_pool_id",
                "ipv4_netmask_length",
                "ipv6_ipam_pool_id",
                "ipv6_netmask_length",
                "secondary_cidr_blocks[].ipv4_ipam_pool_id",
                "ipv6_cidr_blocks",
                "ipv6_cidr_blocks[].ipv6_cidr_block",
                "ipv6_cidr_blocks[].ipv6_pool",
                "ipv6_cidr_blocks[].ipv6_ipam_pool_id",
            )
        },
    },
    "lambda.function": {
        ("publish", "set"): "to publish no versions and to write nothing about them is the same",
        ("kept_versions", "*"): (
            "it only deletes versions, and there is none; tests/resources/test_function_versions.py has some"
        ),
    },
    "lambda.layer": {
        ("permissions[].organization_id", "*"): "it goes only with the principal *: the sample plays both",
        (
            "kept_versions",
            "*",
        ): "it only deletes versions, and there is none; tests/resources/test_live_layers.py has some",
    },
    "secretsmanager.secret": {
        (
            "rotation.rotate_immediately",
            "*",
        ): "it is part of the request that sets a rotation; AWS never shows it",
    },
    "sqs.queue": {
        ("fifo_queue", "cleared"): "it decides the name: without it the queue of another name is meant",
    },
    "ssm.parameter": {
        ("tier", "set"): "every parameter has the tier Standard from the start",
    },
    "sns.topic": {
        ("fifo_topic", "cleared"): "it decides the name: without it the topic of another name is meant",
        ("subscriptions[].delivery_policy", "*"): UNCONFIRMED,
        **{
            (f"{protocol}_{what}", transition): AS_OF_QUEUES
            for protocol in ("http", "firehose", "lambda", "application")
            for what in (
                "success_feedback_role_arn",
                "success_feedback_sample_rate",
                "failure_feedback_role_arn",
            )
            for transition in ("changed", "new", "boundary", "invalid", "valid again")
        },
    },
    "s3.bucket": {
        ("versioning.mfa_delete", "*"): ROOT,
    },
}
