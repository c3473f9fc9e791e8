"""iam.policy."""

from reconciler.testing import Change, Drift, Sample, Settings


def allowing(*actions: str, of: str = "arn:aws:s3:::orders/*") -> Settings:
    return {
        "Version": "2012-10-17",
        "Statement": [{"Sid": "Orders", "Effect": "Allow", "Action": list(actions), "Resource": of}],
    }


SAMPLE = Sample(
    name="orders",
    base={
        "description": "reads orders",
        "path": "/shop/",
        "policy_document": allowing("s3:GetObject"),
        "tags": {"Team": "shop"},
    },
    changes=(
        Change("description", "reads and writes orders", refused="AWS cannot change description"),
        Change("path", "/till/", refused="AWS cannot change path"),
        Change("policy_document", allowing("s3:GetObject", "s3:PutObject"), ("CreatePolicyVersion",)),
        Change("tags", {"Team": None, "Cost": "42"}, ("TagPolicy", "UntagPolicy")),
    ),
    drifts=(
        Drift(
            "policy_document",
            "create_policy_version",
            {
                "PolicyDocument": '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}',
                "SetAsDefault": True,
            },
        ),
    ),
)
