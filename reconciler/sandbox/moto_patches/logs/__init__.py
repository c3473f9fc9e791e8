"""CloudWatch Logs: keeps every setting of a log group, its filters and policies, and refuses what AWS refuses.

Known-lossy: account policies, anomaly detectors and query definitions (refused with 501); filter patterns are not
checked; the rules of a transformer are stored, but not applied; no event is masked.
"""

from collections.abc import Mapping

from moto.logs.responses import LogsResponse

from reconciler.sandbox import extension
from reconciler.sandbox.moto_patches.logs.filters import Filters
from reconciler.sandbox.moto_patches.logs.policies import Policies


def install() -> None:
    """Replace moto's operations on log groups; streams, events, queries and deliveries stay moto's."""
    extension.extend("logs", Logs, "moto.logs", LogsResponse.dispatch)


class Logs(Filters, Policies):
    """The control plane of log groups."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.operations: Mapping[str, extension.Operation] = {
            "CreateLogGroup": self.make_group,
            "DeleteLogGroup": self.drop_group,
            "DescribeLogGroups": self.show_groups,
            "PutRetentionPolicy": self.keep_for,
            "DeleteRetentionPolicy": self.keep_for_ever,
            "AssociateKmsKey": self.add_key,
            "DisassociateKmsKey": self.remove_key,
            "PutLogGroupDeletionProtection": self.protect,
            "PutBearerTokenAuthentication": self.take_bearer_tokens,
            "TagResource": self.tag,
            "UntagResource": self.untag,
            "ListTagsForResource": self.tags_of,
            "PutMetricFilter": self.put_metrics,
            "DescribeMetricFilters": self.show_metrics,
            "DeleteMetricFilter": self.drop_metrics,
            "PutSubscriptionFilter": self.put_subscription,
            "DescribeSubscriptionFilters": self.show_subscriptions,
            "DeleteSubscriptionFilter": self.drop_subscription,
            "PutDataProtectionPolicy": self.protect_data,
            "GetDataProtectionPolicy": self.show_data_protection,
            "DeleteDataProtectionPolicy": self.drop_data_protection,
            "PutIndexPolicy": self.put_indexes,
            "DescribeIndexPolicies": self.show_indexes,
            "DeleteIndexPolicy": self.drop_indexes,
            "PutTransformer": self.transform,
            "GetTransformer": self.show_transformer,
            "DeleteTransformer": self.drop_transformer,
            "PutResourcePolicy": self.put_policy,
            "DescribeResourcePolicies": self.show_policies,
            "DeleteResourcePolicy": self.drop_policy,
        }
