"""S3's bucket settings: stores what moto drops, and refuses what moto would misinterpret.

Known-lossy: analytics, metrics, intelligent tiering, metadata tables, annotations and sessions (refused with
501; moto would create or delete the bucket itself); the deletion of an inventory (501); MFA delete; ACLs are accepted
even if the bucket owner is enforced.
"""

import json
import re
import uuid
from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any

from moto.core.request import Request
from moto.core.responses import ActionResult
from moto.s3 import urls as moto_urls
from moto.s3.models import FakeBucket, PublicAccessBlock, S3Backend, s3_backends
from moto.s3.responses import S3Response
from moto.s3.utils import bucket_policy_is_public

from reconciler.sandbox import extension, wire_protocol
from reconciler.sandbox.constraints import check
from reconciler.sandbox.lightsail.buckets.objects import is_of_lightsail
from reconciler.sandbox.moto_patches import s3_locks, s3_rules, s3_times
from reconciler.sandbox.moto_patches.s3_operations import (
    BUCKET,
    OBJECT,
    operation_of,
    refuse_unknown,
    sub_resource,
    sub_resources,
)
from reconciler.sandbox.moto_patches.s3_principals import as_shown
from reconciler.sandbox.sandbox_error import SandboxError

Document = Mapping[str, Any]

CANONICAL_USER = "bcaf1ffd86f41161ca5fb16fd081034f"  # moto's owner of all buckets


BUCKET_NAME = re.compile(r"(?!xn--|sthree-|amzn-s3-demo-)(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
ADDRESS = re.compile(r"\d+\.\d+\.\d+\.\d+")
RESERVED_ENDINGS = ("-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3")

# New buckets accept no customer-provided keys:
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/blocking-unblocking-s3-c-encryption-gpb.html
AES256: Document = {
    "ServerSideEncryptionConfiguration": {
        "Rules": [
            {
                "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"},
                "BucketKeyEnabled": False,
                "BlockedEncryptionTypes": {"EncryptionType": ["SSE-C"]},
            }
        ]
    }
}
AES256_IN_MOTO = {"Rule": {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}}
FILTER_NAME = re.compile(rb"<Name>(Prefix|Suffix)</Name>", re.IGNORECASE)
SMALLEST_MOVED = "TransitionDefaultMinimumObjectSize"
CUSTOMER_KEY = "x-amz-server-side-encryption-customer-algorithm"
MOST_LISTED = 10_000


def install() -> None:
    """Call our handlers before moto's for every S3 request, and let objects be as old as the sandbox's clock says."""
    s3_times.install()
    paths = {path: getattr(BucketSettings, handler.__name__) for path, handler in moto_urls.url_paths.items()}
    extension.stand_in(
        s3_backends, S3Backend, SimpleNamespace(url_bases=moto_urls.url_bases, url_paths=paths)
    )


def _lifecycle(params: Document) -> Document:
    rules = [
        {"ID": f"rule-{number}", **rule}
        for number, rule in enumerate(params["LifecycleConfiguration"]["Rules"])
    ]
    return {"Rules": rules, SMALLEST_MOVED: params.get(SMALLEST_MOVED, "all_storage_classes_128K")}


def _encryption(params: Document) -> Document:
    rules = params["ServerSideEncryptionConfiguration"]["Rules"]
    filled = [{"BucketKeyEnabled": False, **rule} for rule in rules]
    return {"ServerSideEncryptionConfiguration": {"Rules": filled}}


def _notification(params: Document) -> Document:
    wanted = _with_capital_names(params.get("NotificationConfiguration") or {})
    return {
        name: [{"Id": str(uuid.uuid4()), **item} for item in value] if isinstance(value, list) else value
        for name, value in wanted.items()
    }


def _with_capital_names(value: Any) -> Any:
    """Return filter rules with the names "Prefix" and "Suffix": AWS reports them in upper case."""
    if isinstance(value, list):
        return [_with_capital_names(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        name: [{**rule, "Name": rule["Name"].capitalize()} for rule in item]
        if name == "FilterRules"
        else _with_capital_names(item)
        for name, item in value.items()
    }


# Settings that moto stores with losses: the function that turns the parameters of the put into the reply of the get.
REMEMBERED: Mapping[str, tuple[str, str, Callable[[Document], Document]]] = {
    "lifecycle": ("PutBucketLifecycleConfiguration", "GetBucketLifecycleConfiguration", _lifecycle),
    "encryption": ("PutBucketEncryption", "GetBucketEncryption", _encryption),
    "logging": (
        "PutBucketLogging",
        "GetBucketLogging",
        lambda params: params.get("BucketLoggingStatus") or {},
    ),
    "notification": (
        "PutBucketNotificationConfiguration",
        "GetBucketNotificationConfiguration",
        _notification,
    ),
    "replication": (
        "PutBucketReplication",
        "GetBucketReplication",
        lambda params: {"ReplicationConfiguration": params["ReplicationConfiguration"]},
    ),
    "object-lock": (
        "PutObjectLockConfiguration",
        "GetObjectLockConfiguration",
        lambda params: {"ObjectLockConfiguration": params["ObjectLockConfiguration"]},
    ),
    "requestPayment": (
        "PutBucketRequestPayment",
        "GetBucketRequestPayment",
        lambda params: {"Payer": params["RequestPaymentConfiguration"]["Payer"]},
    ),
    "abac": ("PutBucketAbac", "GetBucketAbac", lambda params: {"AbacStatus": params["AbacStatus"]}),
}
# What a query word reads of the locks of an object; the operation is the one that moto writes a reply of.
LOCKS: Mapping[str, Callable[[Any], Any]] = {
    "legal-hold": s3_locks.legal_hold_of,
    "retention": s3_locks.retention_of,
}
# Settings that moto does not have, and their default replies.
OURS: Mapping[str, Document] = {
    "requestPayment": {"Payer": "BucketOwner"},
    "abac": {"AbacStatus": {"Status": "Disabled"}},
}


class BucketSettings(S3Response):
    """moto's S3, called only for what it supports."""

    def _bucket_response(self, request: Any, full_url: str) -> Any:
        bucket = self.parse_bucket_name_from_url(request, full_url)
        try:
            return self._answer(request, full_url, bucket) if bucket else self._list(request)
        except SandboxError as refused:
            return wire_protocol.refuse(wire_protocol.Target("s3", str(self.region)), request, refused)

    def _key_response(self, request: Any, full_url: str) -> Any:
        try:
            refuse_unknown(request, OBJECT)
            self._refuse_customer_key(request, full_url)
            return super()._key_response(request, full_url)
        except SandboxError as refused:
            return wire_protocol.refuse(wire_protocol.Target("s3", str(self.region)), request, refused)

    def _key_response_get(self, query: dict[str, Any], key_name: str) -> Any:
        read = next((LOCKS[word] for word in LOCKS if word in query), None)
        if read is None:
            return super()._key_response_get(query, key_name)
        key, _ = self._get_key()
        return self.serialized(read(key))

    def _bucket_response_delete_keys(self, bucket_name: str, authenticated: bool = True) -> Any:
        asked = wire_protocol.parse(self._target("DeleteObjects", bucket_name), self.request)["Delete"]
        if not authenticated or not asked.get("Objects"):
            return super()._bucket_response_delete_keys(bucket_name, authenticated)
        bypass = self.headers.get("x-amz-bypass-governance-retention", "").lower() == "true"
        quiet = bool(asked.get("Quiet"))
        self.data["Action"] = "DeleteObjects"
        return self.serialized(
            s3_locks.delete_objects(self.backend, bucket_name, asked["Objects"], quiet=quiet, bypass=bypass)
        )

    def _answer(self, request: Request, full_url: str, bucket: str) -> Any:
        asked = sub_resource(request)
        if asked in OURS:
            return self._ours(request, str(asked), bucket)
        refuse_unknown(request, BUCKET)
        if asked == "tagging" and request.method != "GET":
            _refuse_under_abac(self.backend.get_bucket(bucket))
        if request.method == "PUT" and asked is None:
            return self._create(request, full_url, bucket)
        if request.method == "PUT":
            return self._put(request, full_url, str(asked), bucket)
        reply = super()._bucket_response(request, full_url)
        return reply if asked not in REMEMBERED else self._remembered(request, bucket, str(asked), reply)

    def _put(self, request: Request, full_url: str, asked: str, bucket_name: str) -> Any:
        """Put one setting. It is checked first, so a refused request changes nothing; moto would store it before its checks."""
        bucket = self.backend.get_bucket(bucket_name)
        put = REMEMBERED[asked][0] if asked in REMEMBERED else sub_resources()["PUT", asked, BUCKET]
        target = self._target(put, bucket_name)
        s3_rules.check_put(asked, wire_protocol.parse(target, request), bucket, _find_bucket)
        if asked == "policy":
            _refuse_policy(bucket, request.data)
        if asked == "notification":
            shown = FILTER_NAME.sub(lambda found: found[0].lower().replace(b"name>", b"Name>"), request.data)
            self.body = shown
        before = dict(vars(bucket))
        stored = False
        try:
            locked = self._locked(request, bucket) if asked == "object-lock" else None
            reply = locked or super()._bucket_response(request, full_url)
            stored = _succeeded(reply)
        finally:
            if not stored:
                vars(bucket).clear()
                vars(bucket).update(before)
        if asked == "policy" and stored:
            bucket.policy, reply = (
                as_shown(request.data),
                (204, {}, ""),
            )  # AWS returns an empty body, moto a text
        return reply if asked not in REMEMBERED else self._remembered(request, bucket_name, asked, reply)

    def _locked(self, request: Request, bucket: FakeBucket) -> Any:
        """Turn on object lock; unlike moto, AWS accepts a bucket with objects."""
        target = self._target("PutObjectLockConfiguration", str(bucket.name))
        wanted = wire_protocol.parse(target, request)["ObjectLockConfiguration"]
        retention = (wanted.get("Rule") or {}).get("DefaultRetention", {})
        bucket.object_lock_enabled = True
        bucket.default_lock_mode = retention.get("Mode")
        bucket.default_lock_days = retention.get("Days", 0)
        bucket.default_lock_years = retention.get("Years", 0)
        return wire_protocol.answer(target, request, None)

    def _list(self, request: Request) -> Any:
        """ListBuckets, with pages if requested; moto returns only the first page."""
        target = self._target("ListBuckets", "")
        asked = wire_protocol.parse(target, request)
        check("s3", "ListBuckets", asked)
        prefix, region = asked.get("Prefix") or "", asked.get("BucketRegion")
        after = asked.get("ContinuationToken") or ""
        rows = [
            bucket
            for name, bucket in sorted(self.backend.buckets.items())
            if name.startswith(prefix) and name > after and region in {None, bucket.region_name}
            if not is_of_lightsail(bucket)
        ]
        page = rows[: asked.get("MaxBuckets", MOST_LISTED)]
        shown = [
            {
                "Name": bucket.name,
                "CreationDate": bucket.creation_date,
                **({"BucketRegion": bucket.region_name} if asked else {}),
            }
            for bucket in page
        ]
        owner = {"ID": CANONICAL_USER, "DisplayName": "webfile"}
        more = {"ContinuationToken": page[-1].name} if len(rows) > len(page) else {}
        return wire_protocol.answer(
            target, request, {"Owner": owner, "Buckets": shown, "Prefix": prefix or None, **more}
        )

    def _refuse_customer_key(self, request: Request, full_url: str) -> None:
        """Refuse an upload with a customer-provided key if the bucket does not allow it."""
        if request.method not in {"PUT", "POST"} or CUSTOMER_KEY not in request.headers:
            return
        bucket = _find_bucket(str(self.parse_bucket_name_from_url(request, full_url)))
        settings = _documents(bucket).get("encryption", {}) if bucket else {}
        for rule in settings.get("ServerSideEncryptionConfiguration", {}).get("Rules", ()):
            if "SSE-C" in (rule.get("BlockedEncryptionTypes") or {}).get("EncryptionType", ()):
                raise SandboxError(
                    "AccessDenied",
                    "The bucket does not allow uploads with SSE-C encryption.",
                    http_status=403,
                )

    def _remembered(self, request: Request, bucket_name: str, asked: str, reply: Any) -> Any:
        """Store the document of a put that moto accepted, and return it for a get instead of moto's."""
        bucket = self.backend.get_bucket(bucket_name)
        documents = _documents(bucket)
        put, get, shown = REMEMBERED[asked]
        if request.method == "PUT" and _succeeded(reply):
            target = self._target(put, bucket_name)
            document = _remember(bucket, asked, shown(wire_protocol.parse(target, request)))
            if asked == "lifecycle":
                return wire_protocol.answer(target, request, {SMALLEST_MOVED: document[SMALLEST_MOVED]})
        if request.method == "DELETE":
            documents.pop(asked, None)
            if asked == "encryption":
                _encrypt(bucket)
        if request.method == "GET" and asked in documents and _succeeded(reply):
            return wire_protocol.answer(self._target(get, bucket_name), request, documents[asked])
        return reply

    def _ours(self, request: Request, asked: str, bucket_name: str) -> wire_protocol.Reply:
        """Put, get or delete a setting that moto does not have."""
        bucket = self.backend.get_bucket(bucket_name)
        put, get, shown = REMEMBERED[asked]
        if request.method == "PUT":
            target = self._target(put, bucket_name)
            _remember(bucket, asked, shown(wire_protocol.parse(target, request)))
            return wire_protocol.answer(target, request, None)
        document = _documents(bucket).get(asked, OURS[asked])
        return wire_protocol.answer(self._target(get, bucket_name), request, document)

    def _create(self, request: Request, full_url: str, bucket_name: str) -> Any:
        """CreateBucket, with AWS's settings of new buckets and the tags in the request."""
        _refuse_name(bucket_name)
        params = wire_protocol.parse(self._target("CreateBucket", bucket_name), request)
        tags = (params.get("CreateBucketConfiguration") or {}).get("Tags") or ()
        s3_rules.check_tags(tags)
        before = bucket_name in s3_backends.bucket_accounts
        reply = super()._bucket_response(request, full_url)
        if before or not _succeeded(reply):
            return reply
        bucket = self.backend.get_bucket(bucket_name)
        if bucket.ownership_rule is None:
            vars(bucket)["ownership_rule"] = "BucketOwnerEnforced"
        bucket.public_access_block = PublicAccessBlock("true", "true", "true", "true")
        _encrypt(bucket)
        if tags:
            self.backend.put_bucket_tagging(bucket_name, {tag["Key"]: tag["Value"] for tag in tags})
        return reply

    def _target(self, operation: str, bucket_name: str) -> wire_protocol.Target:
        return wire_protocol.Target("s3", str(self.region), operation_of(operation), {"Bucket": bucket_name})


def _refuse_name(name: str) -> None:
    """Refuse an invalid name: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html."""
    if not BUCKET_NAME.fullmatch(name) or ADDRESS.fullmatch(name) or name.endswith(RESERVED_ENDINGS):
        raise SandboxError("InvalidBucketName", "The specified bucket is not valid.")


def _refuse_policy(bucket: FakeBucket, body: bytes) -> None:
    """Refuse an invalid policy, and a public policy if the public access block forbids it."""
    try:
        policy = json.loads(body)
    except ValueError:
        policy = None
    if not isinstance(policy, dict):
        raise SandboxError("MalformedPolicy", "Policies must be valid JSON and the first byte must be '{'")
    if not policy.get("Statement"):
        raise SandboxError("MalformedPolicy", "Missing required field Statement")
    block = bucket.public_access_block
    if block and block.block_public_policy and bucket_policy_is_public(body):
        raise SandboxError(
            "AccessDenied",
            "User is not authorized to perform: s3:PutBucketPolicy because public policies are prevented by the "
            "BlockPublicPolicy setting in S3 Block Public Access.",
            http_status=403,
        )


def _refuse_under_abac(bucket: FakeBucket) -> None:
    """Refuse to replace all tags at once: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketAbac.html."""
    if _documents(bucket).get("abac", OURS["abac"])["AbacStatus"].get("Status") == "Enabled":
        raise SandboxError(
            "MethodNotAllowed",
            "The bucket has attribute-based access control: use TagResource and UntagResource.",
            http_status=405,
        )


def _find_bucket(name: str) -> FakeBucket | None:
    """Return a bucket of any account; None if there is none."""
    for account in s3_backends.values():
        for backend in account.values():
            if name in backend.buckets:
                bucket: FakeBucket = backend.buckets[name]
                return bucket
    return None


def _documents(bucket: FakeBucket) -> dict[str, Document]:
    """Return our documents of a bucket; they are an attribute of moto's object."""
    documents: dict[str, Document] = vars(bucket).get("sandbox_documents", {})
    return documents


def _remember(bucket: FakeBucket, asked: str, document: Document) -> Document:
    vars(bucket).setdefault("sandbox_documents", {})[asked] = document
    return document


def _encrypt(bucket: FakeBucket) -> None:
    bucket.encryption = AES256_IN_MOTO
    _remember(bucket, "encryption", AES256)


def _succeeded(reply: Any) -> bool:
    """Return whether a reply of moto's handlers is a success: a body without a status, or with a status below 300."""
    return isinstance(reply, str | ActionResult) or int(reply[0]) < 300
