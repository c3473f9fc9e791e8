"""Passes over an OIDC provider and the role that trusts it."""

from typing import Any

import pytest

from tests.resources.live_harness import LiveHarness, fields

pytestmark = pytest.mark.whole

GITHUB = "token.actions.githubusercontent.com"
ARN = f"arn:aws:iam::123456789012:oidc-provider/{GITHUB}"
FROM_GITHUB = {
    "Effect": "Allow",
    "Principal": {"Federated": f"${{iam.oidc_provider:{GITHUB}}}"},
    "Action": "sts:AssumeRoleWithWebIdentity",
}
TRUST = {"Version": "2012-10-17", "Statement": [FROM_GITHUB]}


def deploying(**provider: Any) -> dict[str, Any]:
    return {
        "iam.oidc_provider": {GITHUB: provider},
        "iam.role": {"deploy": {"assume_role_policy_document": TRUST}},
    }


def test_a_role_trusts_the_provider_that_is_created_before_it(harness: LiveHarness) -> None:
    harness.settle(deploying(client_id_list=["sts.amazonaws.com"]))
    role = harness.client("iam").get_role(RoleName="deploy")["Role"]
    (statement,) = role["AssumeRolePolicyDocument"]["Statement"]
    assert statement["Principal"] == {"Federated": ARN}


def test_thumbprints_in_another_case_are_the_same(harness: LiveHarness) -> None:
    written = deploying(thumbprint_list=["AB" * 20, "cd" * 20])
    harness.settle(written)
    iam = harness.client("iam")
    lower = ["ab" * 20, "cd" * 20]
    iam.update_open_id_connect_provider_thumbprint(OpenIDConnectProviderArn=ARN, ThumbprintList=lower)
    harness.require_quiet(written)
    others = ["ab" * 20, "ef" * 20]
    iam.update_open_id_connect_provider_thumbprint(OpenIDConnectProviderArn=ARN, ThumbprintList=others)
    report = harness.run(written)
    assert fields(report) == ["thumbprint_list"]
    harness.require_quiet(written)


def test_thumbprints_that_iam_got_itself_stay(harness: LiveHarness) -> None:
    harness.settle(deploying(client_id_list=["sts.amazonaws.com"]))
    shown = harness.client("iam").get_open_id_connect_provider(OpenIDConnectProviderArn=ARN)
    assert len(shown["ThumbprintList"]) == 1
