"""lambda.layer: a layer for functions, of a folder, of Python packages, or of an object in S3."""

from collections.abc import Mapping
from typing import Any, ClassVar

from reconciler.appearance import Appearance
from reconciler.cloudformation import CloudFormation
from reconciler.contract import FREE, Adapter, Address, Api, Attribute, Create, Named, Reads, Sighting, Wired
from reconciler.errors import Absent
from reconciler.forms import Form
from reconciler.resources.awslambda import layer_changes, unused
from reconciler.resources.awslambda.layer_marks import TAGGING
from reconciler.resources.awslambda.layer_model import Layer
from reconciler.resources.awslambda.layer_problems import problems
from reconciler.resources.awslambda.layer_reading import (
    ALONE,
    OF_VERSIONS,
    as_asked,
    content_of,
    deletes,
    kept,
    newest,
    newest_reply,
    shown,
)
from reconciler.resources.awslambda.service import LAMBDA

ARN = "arn:{partition}:lambda:{region}:{account}:layer:{name}"


class LayerAdapter(Adapter[Layer]):
    """PublishLayerVersion for each change. The ARN is that of the newest version."""

    kind = "lambda.layer"
    cloudformation = CloudFormation(
        type="AWS::Lambda::LayerVersion",
        fixed=dict.fromkeys(layer_changes.PUBLISHED, "a change publishes a new version"),
        write_only={"content": "GetLayerVersion shows its digest"},
        not_granted={"s3:*": "Lambda reads the object; the caller needs it only for content in S3"},
    )
    appearance = Appearance(sort="compute", column=2)
    service = LAMBDA
    model = Layer
    costs = FREE
    summary = "a layer for Lambda functions"
    identity = Named(
        name="LayerName",
        shown_in="LayerVersionArn",
        arns=(ARN, f"{ARN}:*"),  # and its versions
        forms=(Form(r"[a-zA-Z0-9-_]{1,140}", "1 to 140 of a-z, A-Z, 0-9, - and _"),),
    )
    create = Create(
        "publish_layer_version", layer_changes.PUBLISHED, needed=frozenset({"content"}), upsert=True
    )
    updates = layer_changes.UPDATES
    delete = layer_changes.DELETE
    reads = Reads(
        list="list_layers",
        get="get_layer_version",
        alone=ALONE,
        called=("list_layer_versions",),
        # Versions do not change, and the list shows a new one.
        remembered=frozenset({"content", "kept_versions"}),
        hints=OF_VERSIONS,
        listed=frozenset(layer_changes.PUBLISHED) - {"content"},
        page=50,
    )
    tagging = TAGGING
    unused = unused.LAYER
    compared = {"content": as_asked, "kept_versions": kept}
    attributes: ClassVar[Mapping[str, Attribute]] = {
        "arn": Attribute("the ARN of its newest version", "LayerVersionArn", layer_changes.PUBLISHED)
    }
    deletes = staticmethod(deletes)
    prepare = staticmethod(layer_changes.prepare)
    problems = staticmethod(problems)
    shown = staticmethod(shown)

    def seen(self, api: Api, scope: Address, row: Any) -> Sighting:
        del api
        version = row["LatestMatchingVersion"]
        address = {**scope, "LayerName": row["LayerName"]}
        return Sighting(row["LayerName"], address, version["LayerVersionArn"], settings=shown(version))

    def find_by_name(self, api: Api, scope: Address, name: str) -> Sighting | None:
        try:
            found = newest(api, name)
        except Absent:
            return None
        return self.seen(api, scope, {"LayerName": name, "LatestMatchingVersion": found})

    def attribute(self, api: Api, sighting: Sighting, name: str) -> str | None:
        del name
        arn: str = newest(api, sighting.address["LayerName"])["LayerVersionArn"]
        return arn

    def describe(self, api: Api, sighting: Sighting) -> Wired:
        reply = newest_reply(api, sighting.address["LayerName"])
        return {**shown(reply), "Content": content_of(reply)}
