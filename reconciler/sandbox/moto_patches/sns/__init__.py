"""Amazon SNS: keeps every attribute of topics and subscriptions, simulates confirmations, and refuses what AWS refuses.

Known-lossy: no confirmation is sent, neither by e-mail nor to a URL; it is not checked that queues, functions and roles
exist; the effective delivery policy is always the default one.
"""

from collections.abc import Mapping

from moto.sns.responses import SNSResponse
from moto.sns.urls import url_paths

from reconciler.sandbox import extension
from reconciler.sandbox.moto_patches.sns.subscriptions import Subscriptions


def install() -> None:
    """Replace moto's operations on topics; publishing, applications and SMS stay moto's."""
    certificates = {path: handler for path, handler in url_paths.items() if path.endswith(".pem")}
    extension.extend("sns", Sns, "moto.sns", SNSResponse.dispatch, certificates)


class Sns(Subscriptions):
    """The control plane of topics and subscriptions."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.operations: Mapping[str, extension.Operation] = {
            "CreateTopic": self.make,
            "DeleteTopic": self.drop,
            "ListTopics": self.names,
            "GetTopicAttributes": self.show,
            "SetTopicAttributes": self.change,
            "PutDataProtectionPolicy": self.put_data_protection,
            "GetDataProtectionPolicy": self.show_data_protection,
            "TagResource": self.tag,
            "Subscribe": self.add,
            "ConfirmSubscription": self.confirm,
            "Unsubscribe": self.remove,
            "ListSubscriptions": self.list_all,
            "ListSubscriptionsByTopic": self.list_of,
            "GetSubscriptionAttributes": self.show_attributes,
            "SetSubscriptionAttributes": self.set_attribute,
        }
