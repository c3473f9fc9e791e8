"""Resource policies: comparison by meaning, and mistakes."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.resources.policy_document import REWRITTEN, canonical, problems

ONE = "statement One:"
BUCKET = "arn:aws:s3:::"


def policy(**changes: Any) -> dict[str, Any]:
    statement = {
        "Sid": "One",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [f"{BUCKET}b", f"{BUCKET}a"],
    }
    return {"Version": "2012-10-17", "Statement": [{**statement, **changes}]}


CLOUDFRONT = "arn:aws:iam::cloudfront:user/"
SAME: Mapping[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "one statement": (policy(), {**policy(), "Statement": policy()["Statement"][0]}),
    "one action in a list": (policy(), policy(Action=["s3:*"])),
    "actions in another case and order": (
        policy(Action=["s3:GetObject", "s3:PutObject"]),
        policy(Action=["S3:putobject", "s3:getobject"]),
    ),
    "resources in another order": (policy(), policy(Resource=[f"{BUCKET}a", f"{BUCKET}b"])),
    "everyone": (policy(), policy(Principal={"AWS": "*"})),
    "an account and its root": (
        policy(Principal={"AWS": ["123456789012"]}),
        policy(Principal={"AWS": "arn:aws:iam::123456789012:root"}),
    ),
    "both spellings of an identity of CloudFront": (
        policy(Principal={"AWS": f"{CLOUDFRONT}CloudFront Origin Access Identity E1ABCDEF"}),
        policy(Principal={"AWS": [f"{CLOUDFRONT}CloudFront_Origin_Access_Identity_E1ABCDEF"]}),
    ),
    "a truth as text": (
        policy(Condition={"Bool": {"aws:SecureTransport": False}}),
        policy(Condition={"Bool": {"aws:SecureTransport": ["false"]}}),
    ),
    "statements in another order": (
        {"Statement": [{"Sid": "A", "Effect": "Allow"}, {"Sid": "B", "Effect": "Deny"}]},
        {"Statement": [{"Sid": "B", "Effect": "Deny"}, {"Sid": "A", "Effect": "Allow"}]},
    ),
    "no version": ({"Statement": []}, {"Version": "2008-10-17", "Statement": []}),
}


@pytest.mark.parametrize("name", SAME)
def test_policies_that_mean_the_same_are_equal(name: str) -> None:
    one, other = SAME[name]
    assert canonical(one) == canonical(other)


@pytest.mark.parametrize(
    "other",
    [
        policy(Effect="Allow"),
        policy(Action="s3:Get*"),
        policy(Resource="a"),
        policy(Principal={"Service": "*"}),
        policy(Principal={"AWS": f"{CLOUDFRONT}CloudFront Origin Access Identity E1ABCDEF"}),
        policy(Sid="Two"),
        {**policy(), "Version": "2008-10-17"},
    ],
)
def test_policies_that_mean_something_else_are_not(other: dict[str, Any]) -> None:
    assert canonical(policy()) != canonical(other)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (policy(Effect="deny"), "statement One: Effect must be Allow or Deny"),
        (policy(Action=5), "statement One: Action must be a text or a list of texts"),
        (policy(Principal={"AWS": {}}), "statement One: Principal must be a text or a list of texts"),
        (policy(Condition={"Bool": "x"}), "statement One: Condition must be an object of objects"),
        (policy(NotAction="s3:Get*"), "statement One: write either Action or NotAction"),
        (policy(Principal={"CanonicalUser": "a" * 64}), f"statement One: {REWRITTEN}"),
        (policy(Principal={"AWS": "*", "CanonicalUser": ["a"]}), f"statement One: {REWRITTEN}"),
        ({"Statement": []}, "the policy has no Statement"),
        ({**policy(), "Version": "2024-01-01"}, "Version must be 2012-10-17 or 2008-10-17"),
        ({"Statement": policy()["Statement"] * 2}, "two statements have the Sid One"),
        ({"Statement": ["s3:*"]}, "statement 1 is not an object"),
        (policy(Resource=f"{BUCKET}{'x' * 20480}"), "the policy has 20607 bytes; AWS accepts 20480"),
        (
            policy(Action="GetObject"),
            f"{ONE} Action: expected a service, a colon and an action, such as s3:GetObject, not GetObject",
        ),
        (policy(Resource="photos"), f"{ONE} Resource: expected an ARN or *, not photos"),
        (policy(Actions="s3:Get*"), f"{ONE} there is no element Actions; did you mean Action?"),
        (
            policy(Principal={"Services": "s3.amazonaws.com"}),
            f"{ONE} Principal: there is no element Services; did you mean Service?",
        ),
        (
            policy(Condition={"StringEqual": {"a": "b"}}),
            f"{ONE} Condition: there is no operator StringEqual; did you mean StringEquals?",
        ),
        ({**policy(), "Statements": []}, "there is no element Statements; did you mean Statement?"),
        ([], "a policy must be a JSON object"),
    ],
)
def test_what_is_wrong_with_a_policy_is_said(wrong: Any, said: str) -> None:
    assert problems(wrong) == (said,)


@pytest.mark.parametrize(
    "right",
    [
        policy(),
        policy(Action=["*", "s3:Get?bject*", "execute-api:Invoke"], Resource="*"),
        policy(
            Resource=[
                "arn:aws:s3:::${aws:username}/*",
                "arn:*:s3:::a",
                "${s3.bucket:photos}/*",
                "arn:aws:s3*",
            ]
        ),
        policy(
            Principal={
                "AWS": "*",
                "Federated": "cognito-identity.amazonaws.com",
                "Service": ["s3.amazonaws.com"],
            }
        ),
        policy(
            Condition={
                "ForAllValues:StringLikeIfExists": {"a": "b"},
                "dateGreaterThan": {"c": "d"},
                "Null": {"e": "true"},
            }
        ),
    ],
)
def test_a_policy_without_mistakes(right: Any) -> None:
    assert problems(right) == ()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)
ELEMENTS = ("Sid", "Effect", "Action", "NotAction", "Resource", "Principal", "NotPrincipal", "Condition")


@given(
    JSON
    | st.fixed_dictionaries({"Statement": JSON | st.lists(st.dictionaries(st.sampled_from(ELEMENTS), JSON))})
)
def test_whatever_comes_as_a_policy_can_be_compared(policy: Any) -> None:
    assert canonical(policy) == canonical(policy)
