"""AWS's managed policies exist, and take no time until they are used."""

import json

from moto.iam.models import iam_backends

from reconciler.sandbox import Sandbox

REGION, READS = "eu-west-2", "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
ANYBODY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}],
}

ANY_OBJECT = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}],
}


def test_they_are_made_once_somebody_asks() -> None:
    with Sandbox() as box:
        session = box.session(REGION)
        session.client("connect").list_instances()
        kept = vars(iam_backends[box.account]["aws"])
        assert "managed_policies" not in kept
        (first,) = session.client("iam").list_policies(MaxItems=1)["Policies"]
        assert first["Arn"].startswith("arn:aws:iam::aws:policy/")
        assert (
            len(kept["managed_policies"]) == len(iam_backends[box.account]["aws"].aws_managed_policies) > 1000
        )


def test_a_role_uses_one_beside_ours() -> None:
    with Sandbox() as box:
        iam = box.session(REGION).client("iam")
        iam.create_role(RoleName="reader", AssumeRolePolicyDocument=json.dumps(ANYBODY))
        statement = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
        ours = iam.create_policy(
            PolicyName="ours", PolicyDocument=json.dumps({**ANYBODY, "Statement": [statement]})
        )["Policy"]["Arn"]
        for arn in (READS, ours):
            iam.attach_role_policy(RoleName="reader", PolicyArn=arn)
        rows = iam.list_attached_role_policies(RoleName="reader")["AttachedPolicies"]
        assert {row["PolicyArn"] for row in rows} == {READS, ours}
        assert iam.get_policy(PolicyArn=READS)["Policy"]["AttachmentCount"] == 1
        iam.detach_role_policy(RoleName="reader", PolicyArn=READS)
        assert iam.get_policy(PolicyArn=READS)["Policy"]["AttachmentCount"] == 0
        (mine,) = iam.list_policies(Scope="Local")["Policies"]
        assert mine["Arn"] == ours
    with Sandbox() as box:
        assert box.session(REGION).client("iam").list_policies(Scope="Local")["Policies"] == []


def test_inline_policies_of_a_template_are_read_like_others() -> None:
    properties = {
        "RoleName": "stacked",
        "AssumeRolePolicyDocument": ANYBODY,
        "Policies": [{"PolicyName": "p", "PolicyDocument": ANY_OBJECT}],
    }
    template = {"Resources": {"Role": {"Type": "AWS::IAM::Role", "Properties": properties}}}
    with Sandbox() as box:
        session = box.session(REGION)
        stacks, iam = session.client("cloudformation"), session.client("iam")
        stacks.create_stack(
            StackName="s", TemplateBody=json.dumps(template), Capabilities=["CAPABILITY_NAMED_IAM"]
        )
        (row,) = iam.get_account_authorization_details(Filter=["Role"])["RoleDetailList"]
        assert row["RolePolicyList"] == [{"PolicyName": "p", "PolicyDocument": ANY_OBJECT}]
