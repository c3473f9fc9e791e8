"""`destroy` needs nothing that the policy of `iam-policy --destroy` does not allow."""

from collections.abc import Iterator

import pytest

from reconciler.desired import load
from reconciler.destroying import emptied
from reconciler.iam import grants, policy_of
from reconciler.kinds import known_kinds
from reconciler.permissions import Location
from reconciler.stack import Destruction
from tests.end_to_end.destroyed import Scene, applied
from tests.end_to_end.typed import ROOT
from tests.faults.iam_evaluator import Guard

BUCKET = "stamp-rally-dev-images-123456789012"
STACKS = (ROOT / "tests" / "faults" / "stacks" / "platform", ROOT / "desired_state" / "stamp_rally")


@pytest.fixture(params=STACKS, ids=lambda path: path.name)
def scene(request: pytest.FixtureRequest) -> Iterator[Scene]:
    with applied(load(request.param, "dev", known_kinds())) as scene:
        s3 = scene.client("s3")
        if any(each["Name"] == BUCKET for each in s3.list_buckets()["Buckets"]):
            s3.delete_bucket_policy(Bucket=BUCKET)
            s3.put_object(Bucket=BUCKET, Key="a/b.jpg", Body=b"x")
            s3.create_multipart_upload(Bucket=BUCKET, Key="c.jpg")
            locks = {"ObjectLockEnabled": "Enabled"}
            s3.put_object_lock_configuration(Bucket=BUCKET, ObjectLockConfiguration=locks)
        yield scene


def guarded(scene: Scene, *, empties: bool, read_only: bool = False) -> Guard:
    """Refuse from now on what the policy does not allow."""
    stack, location = scene.stack, Location("aws", scene.stack.region, scene.stack.account)
    asked = emptied(stack, Destruction(empties=empties))
    guard = Guard(location)
    guard.enforce(policy_of(grants(asked, known_kinds(), location, read_only=read_only)))
    scene.harness.inject(guard)
    return guard


def test_the_policy_is_enough_and_that_of_dry_runs_for_a_dry_run(scene: Scene) -> None:
    guard = guarded(scene, empties=False, read_only=True)
    assert scene.plan().outcome == "pending"
    assert guard.refused == []
    guard = guarded(scene, empties=True)
    _, left = scene.destroy()
    assert (guard.refused, [*left.left], scene.changed()) == ([], [], [])


def test_objects_are_deleted_only_with_the_policy_for_it(scene: Scene) -> None:
    guard = guarded(scene, empties=False)
    scene.destroy()
    wanted = {"s3:DeleteObject", "s3:DeleteObjectVersion"} if "rally" in scene.stack.name else set()
    assert set(guard.refused) == wanted
