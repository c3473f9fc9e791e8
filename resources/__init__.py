"""Every kind of resource: one file each, listed here."""

from typing import Any

from reconciler.contract import Adapter
from resources.connect.contact_flow import ContactFlowAdapter
from resources.connect.hours_of_operation import HoursOfOperationAdapter
from resources.connect.instance import InstanceAdapter
from resources.connect.phone_number import PhoneNumberAdapter
from resources.connect.queue import QueueAdapter
from resources.connect.quick_connect import QuickConnectAdapter
from resources.connect.routing_profile import RoutingProfileAdapter
from resources.connect.security_profile import SecurityProfileAdapter
from resources.connect.user import UserAdapter
from resources.connect.user_hierarchy_group import UserHierarchyGroupAdapter
from resources.dynamodb.table import TableAdapter
from resources.s3.bucket import BucketAdapter

KINDS: tuple[type[Adapter[Any]], ...] = (
    InstanceAdapter,
    HoursOfOperationAdapter,
    QueueAdapter,
    RoutingProfileAdapter,
    SecurityProfileAdapter,
    QuickConnectAdapter,
    UserHierarchyGroupAdapter,
    UserAdapter,
    ContactFlowAdapter,
    PhoneNumberAdapter,
    TableAdapter,
    BucketAdapter,
)
