"""An account that Terraform has made, in a sandbox: each resource by plain boto3, and its attributes as the provider keeps them.

Source of the attributes: https://registry.terraform.io/providers/hashicorp/aws/latest/docs
"""

import json
from collections.abc import Callable
from typing import Any

REGION = "eu-west-2"
FUNCTION = "arn:aws:lambda:eu-west-2:123456789012:function:lookup"
TIMES = {"start": (9, 0), "end": (17, 30)}
STORAGE = ("CHAT_TRANSCRIPTS", "acme-recordings", "chats")
POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "Read",
            "Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
            "Action": "s3:GetObject",
            "Resource": "arn:aws:s3:::acme-recordings/*",
        }
    ],
}


class TerraformAccount:
    """Makes resources, and collects the state of them."""

    def __init__(self, client: Callable[[str], Any]) -> None:
        self.connect, self.table, self.s3 = client("connect"), client("dynamodb"), client("s3")
        self.resources: list[dict[str, Any]] = []

    @property
    def state(self) -> dict[str, Any]:
        """What `terraform show -json` prints."""
        module = {"resources": self.resources[:2], "child_modules": [{"resources": self.resources[2:]}]}
        return {"format_version": "1.0", "terraform_version": "1.9.0", "values": {"root_module": module}}

    def keep(
        self, type_: str, label: str, /, *, index: object = None, mode: str = "managed", **values: Any
    ) -> None:
        """Keep one resource in the state."""
        address = f"{type_}.{label}" + ("" if index is None else f"[{json.dumps(index)}]")
        resource = {"address": address, "mode": mode, "type": type_, "name": label, "values": values}
        self.resources.append(resource if index is None else {**resource, "index": index})

    def make_centre(self) -> None:
        """An instance with one resource of each type that is imported."""
        made = self.connect.create_instance(
            IdentityManagementType="CONNECT_MANAGED",
            InstanceAlias="acme",
            InboundCallsEnabled=True,
            OutboundCallsEnabled=False,
        )
        self.instance, arn = made["Id"], made["Arn"]
        self.connect.update_instance_attribute(
            InstanceId=self.instance, AttributeType="CONTACTFLOW_LOGS", Value="true"
        )
        self.keep(
            "aws_connect_instance", "centre", id=self.instance, arn=arn, instance_alias="acme", directory_id="",
            identity_management_type="CONNECT_MANAGED", inbound_calls_enabled=True, outbound_calls_enabled=False,
            contact_flow_logs_enabled=True, contact_lens_enabled=False, auto_resolve_best_voices_enabled=True,
            early_media_enabled=True, multi_party_conference_enabled=False, status="ACTIVE", tags={}, tags_all={},
        )  # fmt: skip
        self.connect.associate_lambda_function(InstanceId=self.instance, FunctionArn=FUNCTION)
        self.keep(
            "aws_connect_lambda_function_association", "lookup", id=f"{self.instance},{FUNCTION}",
            instance_id=self.instance, function_arn=FUNCTION,
        )  # fmt: skip
        self._storage()
        self._routing()
        self._people()
        self._number()

    def _in_instance(self, operation: str, **parameters: Any) -> dict[str, Any]:
        reply: dict[str, Any] = getattr(self.connect, operation)(InstanceId=self.instance, **parameters)
        return reply

    def _storage(self) -> None:
        resource_type, bucket, prefix = STORAGE
        config = {"StorageType": "S3", "S3Config": {"BucketName": bucket, "BucketPrefix": prefix}}
        self._in_instance(
            "associate_instance_storage_config", ResourceType=resource_type, StorageConfig=config
        )
        s3_config = [{"bucket_name": bucket, "bucket_prefix": prefix, "encryption_config": []}]
        self.keep(
            "aws_connect_instance_storage_config", "chats", instance_id=self.instance,
            resource_type=resource_type,
            storage_config=[{
                "storage_type": "S3", "s3_config": s3_config, "kinesis_firehose_config": [],
                "kinesis_stream_config": [], "kinesis_video_stream_config": [],
            }],
        )  # fmt: skip

    def _routing(self) -> None:
        start, end = ({"Hours": hours, "Minutes": minutes} for hours, minutes in TIMES.values())
        hours = self._in_instance(
            "create_hours_of_operation", Name="Office", TimeZone="Europe/London", Tags={"Team": "ops"},
            Config=[{"Day": "MONDAY", "StartTime": start, "EndTime": end}],
        )  # fmt: skip
        self.keep(
            "aws_connect_hours_of_operation", "office", instance_id=self.instance, name="Office", description="",
            hours_of_operation_id=hours["HoursOfOperationId"], arn=hours["HoursOfOperationArn"],
            time_zone="Europe/London", tags={"Team": "ops"}, tags_all={"Team": "ops"},
            config=[{
                "day": "MONDAY",
                **{f"{name}_time": [{"hours": at[0], "minutes": at[1]}] for name, at in TIMES.items()},
            }],
        )  # fmt: skip
        queue = self._in_instance(
            "create_queue", Name="Sales ${team}", Description="Sells", HoursOfOperationId=hours["HoursOfOperationId"]
        )  # fmt: skip
        self.queue = queue["QueueId"]
        self.keep(
            "aws_connect_queue", "queues", index="sales", instance_id=self.instance, name="Sales ${team}",
            description="Sells", queue_id=self.queue, arn=queue["QueueArn"], status="ENABLED", max_contacts=0,
            hours_of_operation_id=hours["HoursOfOperationId"], outbound_caller_config=[], quick_connect_ids=[],
            tags=None, tags_all={},
        )  # fmt: skip
        profile = self._in_instance(
            "create_routing_profile", Name="Sellers", Description="Sell", DefaultOutboundQueueId=self.queue,
            MediaConcurrencies=[{"Channel": "VOICE", "Concurrency": 1}],
            QueueConfigs=[{
                "QueueReference": {"QueueId": self.queue, "Channel": "VOICE"}, "Priority": 2, "Delay": 0,
            }],
        )  # fmt: skip
        self.profile = profile["RoutingProfileId"]
        self.keep(
            "aws_connect_routing_profile", "sellers", instance_id=self.instance, name="Sellers",
            description="Sell", routing_profile_id=self.profile, arn=profile["RoutingProfileArn"],
            default_outbound_queue_id=self.queue, media_concurrencies=[{"channel": "VOICE", "concurrency": 1}],
            queue_configs=[{
                "channel": "VOICE", "delay": 0, "priority": 2, "queue_id": self.queue,
                "queue_arn": queue["QueueArn"], "queue_name": "Sales ${team}",
            }],
            tags={}, tags_all={},
        )  # fmt: skip
        transfer = next(
            row
            for row in self._in_instance("list_contact_flows", ContactFlowTypes=["QUEUE_TRANSFER"])[
                "ContactFlowSummaryList"
            ]
        )
        self.keep(
            "aws_connect_contact_flow", "transfer", mode="data", instance_id=self.instance,
            contact_flow_id=transfer["Id"], arn=transfer["Arn"], name=transfer["Name"],
        )  # fmt: skip
        quick = self._in_instance(
            "create_quick_connect", Name="To sales",
            QuickConnectConfig={
                "QuickConnectType": "QUEUE",
                "QueueConfig": {"QueueId": self.queue, "ContactFlowId": transfer["Id"]},
            },
        )  # fmt: skip
        self.keep(
            "aws_connect_quick_connect", "sales", instance_id=self.instance, name="To sales", description="",
            quick_connect_id=quick["QuickConnectId"], arn=quick["QuickConnectARN"], tags={}, tags_all={},
            quick_connect_config=[{
                "quick_connect_type": "QUEUE", "phone_config": [], "user_config": [],
                "queue_config": [{"queue_id": self.queue, "contact_flow_id": transfer["Id"]}],
            }],
        )  # fmt: skip

    def _people(self) -> None:
        self._in_instance(
            "update_user_hierarchy_structure", HierarchyStructure={"LevelOne": {"Name": "Country"}}
        )
        self.keep(
            "aws_connect_user_hierarchy_structure", "levels", instance_id=self.instance, id=self.instance,
            hierarchy_structure=[{
                "level_one": [{"name": "Country", "id": "1", "arn": "a"}],
                **{f"level_{each}": [] for each in ("two", "three", "four", "five")},
            }],
        )  # fmt: skip
        group = self._in_instance("create_user_hierarchy_group", Name="UK")
        self.keep(
            "aws_connect_user_hierarchy_group", "uk", instance_id=self.instance, name="UK", level_id="1",
            hierarchy_group_id=group["HierarchyGroupId"], arn=group["HierarchyGroupArn"], parent_group_id="",
            hierarchy_path=[], tags={}, tags_all={},
        )  # fmt: skip
        security = self._in_instance(
            "create_security_profile", SecurityProfileName="Seller", Permissions=["BasicAgentAccess"]
        )
        self.keep(
            "aws_connect_security_profile", "seller", instance_id=self.instance, name="Seller", description="",
            security_profile_id=security["SecurityProfileId"], arn=security["SecurityProfileArn"],
            organization_resource_id="", permissions=["BasicAgentAccess"], tags={}, tags_all={},
        )  # fmt: skip
        user = self._in_instance(
            "create_user", Username="ada", Password="Secret-Of-Ada-1",
            IdentityInfo={"FirstName": "Ada", "LastName": "Byron"}, RoutingProfileId=self.profile,
            PhoneConfig={"PhoneType": "SOFT_PHONE", "AutoAccept": False, "AfterContactWorkTimeLimit": 0},
            SecurityProfileIds=[security["SecurityProfileId"]], HierarchyGroupId=group["HierarchyGroupId"],
        )  # fmt: skip
        self.keep(
            "aws_connect_user", "ada", instance_id=self.instance, name="ada", user_id=user["UserId"],
            arn=user["UserArn"], password="Secret-Of-Ada-1", directory_user_id="",
            identity_info=[{"email": "", "first_name": "Ada", "last_name": "Byron", "secondary_email": ""}],
            phone_config=[{
                "phone_type": "SOFT_PHONE", "auto_accept": False, "after_contact_work_time_limit": 0,
                "desk_phone_number": "",
            }],
            routing_profile_id=self.profile, security_profile_ids=[security["SecurityProfileId"]],
            hierarchy_group_id=group["HierarchyGroupId"], tags={}, tags_all={},
        )  # fmt: skip

    def _number(self) -> None:
        content = {
            "Version": "2019-10-30", "StartAction": "a", "Metadata": {},
            "Actions": [
                {
                    "Identifier": "a", "Type": "UpdateContactTargetQueue",
                    "Parameters": {"QueueId": self.queue},
                    "Transitions": {"NextAction": "b", "Errors": [{"NextAction": "b", "ErrorType": "NoMatchingError"}]},
                },
                {"Identifier": "b", "Type": "DisconnectParticipant", "Parameters": {}, "Transitions": {}},
            ],
        }  # fmt: skip
        flow = self._in_instance(
            "create_contact_flow", Name="Main", Type="CONTACT_FLOW", Content=json.dumps(content)
        )
        self.keep(
            "aws_connect_contact_flow", "main", instance_id=self.instance, name="Main", type="CONTACT_FLOW",
            description="", content=json.dumps(content), contact_flow_id=flow["ContactFlowId"],
            arn=flow["ContactFlowArn"], filename=None, content_hash=None, tags={}, tags_all={},
        )  # fmt: skip
        found = self._in_instance(
            "search_available_phone_numbers", PhoneNumberCountryCode="GB", PhoneNumberType="DID"
        )["AvailableNumbersList"][0]["PhoneNumber"]
        number = self._in_instance("claim_phone_number", PhoneNumber=found)
        self.number = found
        self.connect.associate_phone_number_contact_flow(
            PhoneNumberId=number["PhoneNumberId"],
            InstanceId=self.instance,
            ContactFlowId=flow["ContactFlowId"],
        )
        self.keep(
            "aws_connect_phone_number", "lines", index="main", id=number["PhoneNumberId"],
            arn=number["PhoneNumberArn"], phone_number=found, country_code="GB", type="DID", prefix=None,
            description="", target_arn=f"arn:aws:connect:{REGION}:123456789012:instance/{self.instance}",
            tags={}, tags_all={},
        )  # fmt: skip
        self.keep(
            "aws_connect_phone_number_contact_flow_association", "main", phone_number_id=number["PhoneNumberId"],
            instance_id=self.instance, contact_flow_id=flow["ContactFlowId"],
        )  # fmt: skip

    def make_table(self) -> None:
        """A table with an index, whose items expire."""
        made = self.table.create_table(
            TableName="customers", BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("id", "phone")],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            GlobalSecondaryIndexes=[{
                "IndexName": "by_phone", "KeySchema": [{"AttributeName": "phone", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["name"]},
            }],
        )  # fmt: skip
        self.table.update_time_to_live(
            TableName="customers", TimeToLiveSpecification={"Enabled": True, "AttributeName": "expires"}
        )
        self.keep(
            "aws_dynamodb_table", "customers", id="customers", name="customers",
            arn=made["TableDescription"]["TableArn"], billing_mode="PAY_PER_REQUEST", hash_key="id",
            range_key=None, read_capacity=0, write_capacity=0, table_class="STANDARD",
            deletion_protection_enabled=False, stream_enabled=False, stream_view_type="",
            attribute=[{"name": "id", "type": "S"}, {"name": "phone", "type": "S"}],
            global_secondary_index=[{
                "name": "by_phone", "hash_key": "phone", "range_key": "", "projection_type": "INCLUDE",
                "non_key_attributes": ["name"], "read_capacity": 0, "write_capacity": 0,
                "on_demand_throughput": [],
            }],
            local_secondary_index=[], server_side_encryption=[], on_demand_throughput=[],
            ttl=[{"attribute_name": "expires", "enabled": True}],
            point_in_time_recovery=[{"enabled": False, "recovery_period_in_days": 0}], tags={}, tags_all={},
        )  # fmt: skip

    def make_bucket(self) -> None:
        """A bucket with a configuration of most types."""
        bucket, here = {"Bucket": "acme-recordings"}, {"bucket": "acme-recordings", "id": "acme-recordings"}
        self.s3.create_bucket(**bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
        self.keep(
            "aws_s3_bucket", "recordings", **here, arn="arn:aws:s3:::acme-recordings", region=REGION,
            object_lock_enabled=False, tags={}, tags_all={},
        )  # fmt: skip
        self.s3.put_bucket_versioning(**bucket, VersioningConfiguration={"Status": "Enabled"})
        self.keep(
            "aws_s3_bucket_versioning", "recordings", **here,
            versioning_configuration=[{"status": "Enabled", "mfa_delete": ""}],
        )  # fmt: skip
        blocked = (
            "block_public_acls",
            "block_public_policy",
            "ignore_public_acls",
            "restrict_public_buckets",
        )
        switches: dict[str, Any] = {name: name != blocked[1] for name in blocked}
        self.s3.put_public_access_block(
            **bucket,
            PublicAccessBlockConfiguration={
                "".join(word.capitalize() for word in name.split("_")): on for name, on in switches.items()
            },
        )
        self.keep(
            "aws_s3_bucket_public_access_block", "recordings", **here,
            **switches,
        )  # fmt: skip
        self.s3.put_bucket_policy(**bucket, Policy=json.dumps(POLICY))
        self.keep("aws_s3_bucket_policy", "recordings", **here, policy=json.dumps(POLICY))
        self.s3.put_bucket_lifecycle_configuration(
            **bucket,
            LifecycleConfiguration={
                "Rules": [{
                    "ID": "old", "Status": "Enabled", "Filter": {"Prefix": "calls/"}, "Expiration": {"Days": 90},
                    "Transitions": [{"Days": 30, "StorageClass": "STANDARD_IA"}],
                    "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
                }]
            },
        )  # fmt: skip
        self.keep(
            "aws_s3_bucket_lifecycle_configuration", "recordings", **here,
            rule=[{
                "id": "old", "status": "Enabled", "prefix": "",
                "filter": [{"and": [], "prefix": "calls/", "tag": [], "object_size_greater_than": None, "object_size_less_than": None}],
                "expiration": [{"date": None, "days": 90, "expired_object_delete_marker": False}],
                "transition": [{"date": None, "days": 30, "storage_class": "STANDARD_IA"}],
                "noncurrent_version_expiration": [], "noncurrent_version_transition": [],
                "abort_incomplete_multipart_upload": [{"days_after_initiation": 7}],
            }],
        )  # fmt: skip
        self.s3.put_bucket_cors(
            **bucket,
            CORSConfiguration={
                "CORSRules": [{"AllowedMethods": ["GET"], "AllowedOrigins": ["https://acme.example"]}]
            },
        )
        self.keep(
            "aws_s3_bucket_cors_configuration", "recordings", **here,
            cors_rule=[{
                "id": "", "allowed_headers": [], "allowed_methods": ["GET"], "expose_headers": [],
                "allowed_origins": ["https://acme.example"], "max_age_seconds": 0,
            }],
        )  # fmt: skip
        self.s3.put_bucket_ownership_controls(
            **bucket, OwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerPreferred"}]}
        )
        self.keep(
            "aws_s3_bucket_ownership_controls", "recordings", **here,
            rule=[{"object_ownership": "BucketOwnerPreferred"}],
        )  # fmt: skip
