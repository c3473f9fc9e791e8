"""The contents of a Connect instance that are deleted with it, although no kind manages them.

These are the list operations in botocore's model that need only an instance, except those of our kinds and of the instance's
settings. Rows that AWS created have a `Type` (agent statuses, views, metrics) or `IsDefault` (authentication profiles; Amazon
Connect API Reference). For prompts and predefined attributes, of which each instance has some, no reply shows it.
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
