"""The CloudFormation type of a database, and how it differs from the kind."""

from reconciler.cloudformation import CloudFormation

CHOICE = "it only says when AWS makes a change"
CLOUDFORMATION = CloudFormation(
    type="AWS::Lightsail::Database",
    called={
        "BackupRetention": "backup_retention_enabled",
        "RelationalDatabaseName": "name",
        "RelationalDatabaseParameters": "parameters",
    },
    fixed={
        "apply_immediately": CHOICE,
        "relational_database_blueprint_id": "UpdateRelationalDatabase takes a later version of the engine",
    },
    write_only={
        "apply_immediately": CHOICE,
        "parameters": "GetRelationalDatabaseParameters shows them",
    },
    not_granted={"lightsail:GetRegions": "a table has the zones"},
    left_out={"RotateMasterUserPassword": "an action and no state: AWS shows nothing of it"},
)
