"""Bad deeds by the AWS CLI in an account that stamp_rally manages: each is named, all are repaired, and nothing else is touched."""

import json
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from reconciler.sandbox.server import serve
from tests.end_to_end.by_aws_cli import Hands, named_in
from tests.end_to_end.typed import ROOT
from tests.sandbox.aws_cli.installed import required_aws

ACCOUNT, REGION, RALLY = "123456789012", "ap-northeast-1", "stamp-rally-dev"
STACK = Path("desired_state/stamp_rally")
API, STAGE, POOL = (
    f"apigateway.rest_api/{RALLY}",
    f"apigateway.stage/{RALLY}:v1",
    f"cognito.user_pool/{RALLY}-visitors",
)
LOOKUPS: Mapping[str, str] = {
    "api": "apigateway get-rest-apis --query items[].id",
    **{
        name: f"apigateway get-resources --rest-api-id {{api}} --query items[?path==`{path}`].id"
        for name, path in {"root": "/", "stamps": "/me/stamps", "profile": "/me/profile"}.items()
    },
    "old": "apigateway get-deployments --rest-api-id {api} --query sort_by(items,&createdDate)[0].id",
    "pool": "cognito-idp list-user-pools --max-results 60 --query UserPools[].Id",
    "tags": "cognito-idp describe-user-pool --user-pool-id {pool} --query to_string(UserPool.UserPoolTags)",
    "client": "cognito-idp list-user-pool-clients --user-pool-id {pool} --query UserPoolClients[].ClientId",
    "plan": "backup list-backup-plans --query BackupPlansList[].BackupPlanId",
    "selection": "backup list-backup-selections --backup-plan-id {plan}"
    " --query BackupSelectionsList[].SelectionId",
}
"""The ids that the deeds need, each found with those before it."""
STRANGER = (
    "apigateway create-resource --rest-api-id {api} --parent-id {root} --path-part status",
    "apigateway put-method --rest-api-id {api} --resource-id {status} --http-method GET --authorization-type NONE",
    "apigateway put-integration --rest-api-id {api} --resource-id {status} --http-method GET --type MOCK",
)
"""A path that the file of the API does not have."""
STATUS = "apigateway get-resources --rest-api-id {api} --query items[?path==`/status`].id"
CLIENT, UPDATE_STAGE = (
    f"cognito.user_pool_client/{RALLY}-app",
    "apigateway update-stage --rest-api-id {api} --stage-name v1",
)
DEEDS: Mapping[tuple[str, ...], str] = {
    (
        f"{STAGE} deployment_id",
    ): f"{UPDATE_STAGE} --patch-operations op=replace,path=/deploymentId,value={{old}}",
    (f"{STAGE} method_settings",): (
        f"{UPDATE_STAGE} --patch-operations op=replace,path=/*/*/throttling/rateLimit,value=10000"
    ),
    (f"{POOL} policies",): (
        "cognito-idp update-user-pool --user-pool-id {pool} --auto-verified-attributes email"
        " --account-recovery-setting RecoveryMechanisms=[{{Priority=1,Name=verified_email}}]"
        " --policies PasswordPolicy={{MinimumLength=6,RequireUppercase=false,RequireLowercase=false,"
        "RequireNumbers=false,RequireSymbols=false,TemporaryPasswordValidityDays=3}} --user-pool-tags {tags}"
    ),
    # AWS resets everything that an update leaves out.
    tuple(
        f"{CLIENT} {field}"
        for field in (
            *("access_token_validity", "allowed_oauth_flows", "allowed_oauth_flows_user_pool_client"),
            *(
                "allowed_oauth_scopes",
                "callback_urls",
                "explicit_auth_flows",
                "id_token_validity",
                "logout_urls",
            ),
            *("prevent_user_existence_errors", "supported_identity_providers", "token_validity_units"),
        )
    ): (
        "cognito-idp update-user-pool-client --user-pool-id {pool} --client-id {client}"
        " --explicit-auth-flows ALLOW_USER_PASSWORD_AUTH"
    ),
    ("cognito.user_pool_group/admins",): "cognito-idp delete-group --user-pool-id {pool} --group-name admins",
    (f"dynamodb.table/{RALLY}-UserStamps point_in_time_recovery",): (
        f"dynamodb update-continuous-backups --table-name {RALLY}-UserStamps"
        " --point-in-time-recovery-specification PointInTimeRecoveryEnabled=false"
    ),
    (f"s3.bucket/{RALLY}-images-{ACCOUNT} cors",): (
        f"s3api delete-bucket-cors --bucket {RALLY}-images-{ACCOUNT}"
    ),
    (f"iam.role/{RALLY}-api policies",): f"iam delete-role-policy --role-name {RALLY}-api --policy-name data",
    (f"lambda.function/{RALLY}-moderation permissions",): (
        f"lambda remove-permission --function-name {RALLY}-moderation --statement-id pictures"
    ),
    (f"budgets.budget/{RALLY} budget_limit",): (
        f"budgets update-budget --account-id {ACCOUNT} --new-budget"
        f" BudgetName={RALLY},BudgetLimit={{{{Amount=5,Unit=USD}}}},TimeUnit=MONTHLY,BudgetType=COST"
    ),
    (f"backup.selection/{RALLY}",): (
        "backup delete-backup-selection --backup-plan-id {plan} --selection-id {selection}"
    ),
    (f"cloudtrail.trail/{RALLY} is_logging",): f"cloudtrail stop-logging --name {RALLY}",
}
"""By what a plan must name, a new resource or a resource and its field: what somebody does."""
OF_API: Mapping[str, str] = {
    "openapi.GET /me/stamps ": "apigateway delete-method --rest-api-id {api} --resource-id {stamps} --http-method GET",
    "openapi.PUT /me/profile.authorizationType": (
        "apigateway update-method --rest-api-id {api} --resource-id {profile} --http-method PUT"
        " --patch-operations op=replace,path=/authorizationType,value=NONE"
    ),
}
"""By what a plan must print of the API: what somebody does to it."""


@pytest.fixture
def hands(tmp_path: Path) -> Iterator[Hands]:
    """The stack as it lives after two passes: its API has an old deployment, without one of the paths."""
    aws = required_aws()
    for folder in (STACK, Path("lambda_src")):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    openapi = tmp_path / STACK / "api" / "openapi.json"
    whole = openapi.read_text(encoding="utf-8")
    first = json.loads(whole)
    del first["paths"]["/me/profile"]
    with serve(0, ACCOUNT) as server:
        found = Hands(aws, server.url, REGION, str(tmp_path / STACK), tmp_path / "state")
        openapi.write_text(json.dumps(first), encoding="utf-8")
        found.settle()
        openapi.write_text(whole, encoding="utf-8")
        found.settle(2)
        yield found


@pytest.mark.whole
def test_bad_deeds_are_named_and_repaired_and_nothing_else_is_touched(hands: Hands, tmp_path: Path) -> None:
    known = hands.look_up(LOOKUPS)
    for words in STRANGER[:1]:
        hands.by_hand(words.format(**known))
    known["status"] = hands.by_hand(STATUS.format(**known))
    for words in STRANGER[1:]:
        hands.by_hand(words.format(**known))
    before = hands.account(tmp_path / "before")
    assert "/status" in json.loads(before[f"rest_api_openapi/{RALLY}.json"])["paths"]

    for words in DEEDS.values():
        hands.by_hand(words.format(**known))
    code, plan = hands.type("once", "--dry-run")
    assert (code, named_in(plan)) == (2, {name for names in DEEDS for name in names})
    hands.settle(len({name.partition(" ")[0] for names in DEEDS for name in names}))
    assert hands.account(tmp_path / "after") == before

    # The API is repaired part by part. What somebody else has made in it stays, and is published with it.
    for words in OF_API.values():
        hands.by_hand(words.format(**known))
    code, plan = hands.type("once", "--dry-run")
    assert code == 2
    for named in OF_API:
        assert f"        {named}" in plan
    assert named_in(plan) == {f"{API} openapi", f"{API} publish", f"{STAGE} deployment_id"}
    assert "others have made GET /status, not deployed yet" in plan
    hands.settle(2)
    assert hands.account(tmp_path / "repaired") == before
