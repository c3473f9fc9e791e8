"""The service Amazon Lightsail.

AWS publishes no request rates. Sources: the descriptions of the operations and their errors (Amazon Lightsail API Reference);
"Actions, resources, and condition keys for Amazon Lightsail" (Service Authorization Reference).
"""

from reconciler.errors import InUse, Taken, Waiting
from reconciler.service import Rate, Service

LIGHTSAIL = Service(
    name="lightsail",
    rate=Rate(5, 10),
    unscoped={
        **{
            f"lightsail:Get{noun}": "IAM names no resource of reads"
            for noun in (
                *("Disk", "Disks", "Instance", "Instances", "InstancePortStates", "InstanceSnapshots"),
                *("LoadBalancer", "LoadBalancers", "LoadBalancerTlsCertificates"),
                *("RelationalDatabase", "RelationalDatabases", "RelationalDatabaseParameters"),
                "RelationalDatabaseSnapshots",
                *("Alarms", "Buckets", "Certificates", "ContactMethods"),
                *("ActiveNames", "InstanceState", "KeyPair", "KeyPairs", "StaticIp", "StaticIps"),
            )
        },
        **{
            f"lightsail:{action}": "IAM names no resource of it"
            for action in (
                *("AllocateStaticIp", "CreateDisk", "CreateInstances", "CreateKeyPair"),
                *("DisableAddOn", "EnableAddOn", "CreateRelationalDatabase"),
                "CreateRelationalDatabaseSnapshot",
                *("CreateBucket", "CreateCertificate", "CreateContactMethod", "DeleteContactMethod"),
                "CreateLoadBalancer",
            )
        },
    },
    scopes={
        f"lightsail:{action}": "arn:{partition}:lightsail:{region}:{account}:InstanceSnapshot/*"
        for action in ("CreateInstancesFromSnapshot", "DeleteInstanceSnapshot")
    }
    | {
        f"lightsail:{action}": "arn:{partition}:lightsail:{region}:{account}:RelationalDatabaseSnapshot/*"
        for action in ("CreateRelationalDatabaseFromSnapshot", "DeleteRelationalDatabaseSnapshot")
    },
    also_on={
        "lightsail:AttachStaticIp": ("arn:{partition}:lightsail:{region}:{account}:Instance/*",),
        "lightsail:SetResourceAccessForBucket": ("arn:{partition}:lightsail:{region}:{account}:Instance/*",),
    },
    errors={"AccountSetupInProgressException": Waiting, "RegionSetupInProgressException": Waiting},
    # AWS publishes one code for each sort of refusal, and no texts.
    errors_by_message={
        "already in use": Taken,
        "is attached to": InUse,
        "in the state": Waiting,
        "valid state": Waiting,
    },
)
