"""lightsail.bucket: storage for objects, for a fixed price."""

from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar

from reconciler.appearance import Appearance
from reconciler.cloudformation import CloudFormation
from reconciler.contract import (
    Attribute,
    Check,
    Create,
    Reads,
    Wired,
    own_fields,
    state_check,
)
from reconciler.model import Settings
from reconciler.resources.lightsail import costs
from reconciler.resources.lightsail.bucket_changes import DELETE, GROUPS
from reconciler.resources.lightsail.bucket_model import BUCKET_NAME, DEFAULTS, Bucket
from reconciler.resources.lightsail.bucket_problems import BUNDLE, problems
from reconciler.resources.lightsail.bucket_reading import ADDRESS, CONNECTED, CORS, GET, ROWS, asked, shown
from reconciler.resources.lightsail.common import identity
from reconciler.resources.lightsail.listed import ListedAdapter, tagging_of_rows


class BucketAdapter(ListedAdapter[Bucket]):
    """CreateBucket, UpdateBucket, UpdateBucketBundle, SetResourceAccessForBucket."""

    kind = "lightsail.bucket"
    cloudformation = CloudFormation(
        type="AWS::Lightsail::Bucket",
        called={
            "BucketName": "name",
            "ObjectVersioning": "versioning",
            "ReadOnlyAccessAccounts": "readonly_access_accounts",
        },
        not_granted={"lightsail:GetInstance": "only handlers look at the instances"},
    )
    appearance = Appearance(sort="storage", column=3)
    attributes: ClassVar[Mapping[str, Attribute]] = {"url": Attribute("the address of its objects", "url")}
    model = Bucket
    costs = costs.BUCKET
    summary = "a bucket of Lightsail, with its access rules and the instances that use it"
    defaults: ClassVar[Settings] = DEFAULTS
    identity = replace(identity("Bucket", ADDRESS), forms=(BUCKET_NAME,))
    create = Create("create_bucket", (BUNDLE,), needed=frozenset({BUNDLE}))
    updates = GROUPS
    delete = DELETE
    reads = Reads(
        list=GET,
        list_with=CONNECTED,
        rows_in=ROWS,
        get=GET,
        shown_in=ROWS,
        alone={"cors_rules": CORS},
        listed=frozenset(own_fields(Bucket, "cors_rules")),
        details=frozenset({"cors_rules"}),
        gets_one=True,
    )
    tagging = tagging_of_rows(GET, ROWS, asked)
    checks: ClassVar[Mapping[str, Check]] = {"state": state_check("condition", ("OK",), GET)}
    problems = staticmethod(problems)
    shown = staticmethod(shown)

    def impossible(self, field: str, written: Settings, reported: Wired) -> str:
        """Why the bundle cannot be changed now."""
        del written
        if field == BUNDLE and reported.get("ableToUpdateBundle") is False:
            return "AWS changes the bundle of a bucket once in a billing month; try again in the next one"
        return ""
