"""What lives in a Connect instance and is deleted with it, although no kind of ours stands for it.

The list operations of botocore's model that ask for an instance alone, without those of our kinds and without settings of the
instance itself. Which rows AWS made: `Type` of agent statuses, views and metrics and `IsDefault` of authentication profiles
(Amazon Connect API Reference). Of prompts and predefined attributes no reply tells it, and AWS brings some with each instance.
"""

from reconciler.contract import Unmanaged

UNMANAGED = (
    Unmanaged("analytics data associations", "list_analytics_data_associations", ("DataSetId",)),
    Unmanaged("authentication profiles", "list_authentication_profiles", made_by_aws=("IsDefault", (True,))),
    Unmanaged("data tables", "list_data_tables"),
    Unmanaged("email addresses", "search_email_addresses", ("EmailAddress",)),
    Unmanaged("evaluation forms", "list_evaluation_forms", ("Title",)),
    Unmanaged("extraction definitions", "list_extraction_definitions"),
    Unmanaged("flow modules", "list_contact_flow_modules"),
    Unmanaged(
        "integration associations",
        "list_integration_associations",
        ("SourceApplicationName", "IntegrationArn", "IntegrationAssociationId"),
    ),
    Unmanaged("metrics", "list_metrics", made_by_aws=("Type", ("AWS_MANAGED",))),
    Unmanaged("notifications", "list_notifications", ("Id",)),
    Unmanaged("predefined attributes", "list_predefined_attributes", with_defaults=True),
    Unmanaged("prompts", "list_prompts", with_defaults=True),
    Unmanaged("rules", "list_rules"),
    Unmanaged("task templates", "list_task_templates", ("Name", "Id")),
    Unmanaged("test cases", "list_test_cases"),
    Unmanaged("views", "list_views", made_by_aws=("Type", ("AWS_MANAGED",))),
    Unmanaged("vocabularies", "search_vocabularies"),
    Unmanaged("workspaces", "list_workspaces"),
)
