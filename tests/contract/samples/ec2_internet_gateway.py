"""ec2.internet_gateway."""

from reconciler.testing import Change, Given, Sample

ATTACH, DETACH = "AttachInternetGateway", "DetachInternetGateway"
BLOCK = {"CidrBlock": "10.0.0.0/16"}

SAMPLE = Sample(
    name="main",
    given=(
        Given("ec2", "create_vpc", BLOCK, "one_vpc", "Vpc.VpcId", like="vpc-01234567"),
        Given("ec2", "create_vpc", BLOCK, "another_vpc", "Vpc.VpcId", like="vpc-12345678"),
    ),
    base={"vpc_id": "${one_vpc}", "tags": {"Name": "main", "Team": "shop"}},
    changes=(
        Change("vpc_id", "${another_vpc}", (DETACH, ATTACH)),
        Change("vpc_id", None, (DETACH,), "taken away"),
        Change("tags", {"Name": "another", "Team": None}, ("CreateTags", "DeleteTags")),
    ),
    drifts=(),
)
