"""The differences between CloudFormation's schema and the declaration of lightsail.instance, with reasons."""

from reconciler.cloudformation import CloudFormation

CLOUDFORMATION = CloudFormation(
    type="AWS::Lightsail::Instance",
    called={"InstanceName": "name", "Networking": "public_ports"},
    left_out={
        "Hardware": "follows from the bundle; disks are `lightsail.disk`",
        "Location": "the Availability Zone is a field of its own",
        "State": "instances are started and stopped by people, not by files",
    },
    fixed={
        "bundle_id": "another generation of the same size comes with a restart, and one without IPv4 in place",
        "key_pair_name": "no operation changes it; CloudFormation does not say so",
    },
    needed={"availability_zone": "CloudFormation chooses a zone; CreateInstances needs one"},
    not_granted={
        "lightsail:*Disk": "disks are `lightsail.disk`",
        "lightsail:GetRegions": "the files name the zone",
    },
)
