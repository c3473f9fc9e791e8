"""The list of all kinds of resources. Each kind has its own file."""

from typing import Any

from reconciler.contract import Adapter
from reconciler.resources.apigateway.account import AccountAdapter
from reconciler.resources.apigateway.api_key import ApiKeyAdapter
from reconciler.resources.apigateway.rest_api import RestApiAdapter
from reconciler.resources.apigateway.stage import StageAdapter
from reconciler.resources.apigateway.usage_plan import UsagePlanAdapter
from reconciler.resources.awslambda.alias import AliasAdapter
from reconciler.resources.awslambda.event_source_mapping import EventSourceMappingAdapter
from reconciler.resources.awslambda.function import FunctionAdapter
from reconciler.resources.awslambda.function_url import FunctionUrlAdapter
from reconciler.resources.awslambda.layer import LayerAdapter
from reconciler.resources.backup.plan import PlanAdapter
from reconciler.resources.backup.selection import SelectionAdapter
from reconciler.resources.backup.vault import VaultAdapter
from reconciler.resources.budgets.budget import BudgetAdapter
from reconciler.resources.cloudtrail.trail import TrailAdapter
from reconciler.resources.cloudwatch.alarm import AlarmAdapter
from reconciler.resources.cloudwatch.composite_alarm import CompositeAlarmAdapter
from reconciler.resources.cloudwatch.dashboard import DashboardAdapter
from reconciler.resources.cognito.identity_pool import IdentityPoolAdapter
from reconciler.resources.cognito.identity_provider import IdentityProviderAdapter
from reconciler.resources.cognito.resource_server import ResourceServerAdapter
from reconciler.resources.cognito.user_pool import UserPoolAdapter
from reconciler.resources.cognito.user_pool_client import UserPoolClientAdapter
from reconciler.resources.cognito.user_pool_domain import UserPoolDomainAdapter
from reconciler.resources.cognito.user_pool_group import UserPoolGroupAdapter
from reconciler.resources.connect.agent_status import AgentStatusAdapter
from reconciler.resources.connect.contact_flow import ContactFlowAdapter
from reconciler.resources.connect.hours_of_operation import HoursOfOperationAdapter
from reconciler.resources.connect.instance import InstanceAdapter
from reconciler.resources.connect.phone_number import PhoneNumberAdapter
from reconciler.resources.connect.queue import QueueAdapter
from reconciler.resources.connect.quick_connect import QuickConnectAdapter
from reconciler.resources.connect.routing_profile import RoutingProfileAdapter
from reconciler.resources.connect.security_profile import SecurityProfileAdapter
from reconciler.resources.connect.user import UserAdapter
from reconciler.resources.connect.user_hierarchy_group import UserHierarchyGroupAdapter
from reconciler.resources.dynamodb.table import TableAdapter
from reconciler.resources.ec2.elastic_ip import ElasticIpAdapter
from reconciler.resources.ec2.flow_log import FlowLogAdapter
from reconciler.resources.ec2.internet_gateway import InternetGatewayAdapter
from reconciler.resources.ec2.nat_gateway import NatGatewayAdapter
from reconciler.resources.ec2.route_table import RouteTableAdapter
from reconciler.resources.ec2.security_group import SecurityGroupAdapter
from reconciler.resources.ec2.subnet import SubnetAdapter
from reconciler.resources.ec2.vpc import VpcAdapter
from reconciler.resources.ec2.vpc_endpoint import VpcEndpointAdapter
from reconciler.resources.events.bus import BusAdapter
from reconciler.resources.events.rule import RuleAdapter
from reconciler.resources.iam.oidc_provider import OidcProviderAdapter
from reconciler.resources.iam.policy import PolicyAdapter
from reconciler.resources.iam.role import RoleAdapter
from reconciler.resources.iam.service_linked_role import ServiceLinkedRoleAdapter
from reconciler.resources.kms.key import KeyAdapter
from reconciler.resources.lightsail.alarm import AlarmAdapter as LightsailAlarmAdapter
from reconciler.resources.lightsail.bucket import BucketAdapter as LightsailBucketAdapter
from reconciler.resources.lightsail.certificate import CertificateAdapter
from reconciler.resources.lightsail.contact_method import ContactMethodAdapter
from reconciler.resources.lightsail.database import DatabaseAdapter
from reconciler.resources.lightsail.disk import DiskAdapter
from reconciler.resources.lightsail.instance import InstanceAdapter as LightsailInstanceAdapter
from reconciler.resources.lightsail.load_balancer import LoadBalancerAdapter
from reconciler.resources.lightsail.static_ip import StaticIpAdapter
from reconciler.resources.logs.log_group import LogGroupAdapter
from reconciler.resources.s3.bucket import BucketAdapter
from reconciler.resources.scheduler.group import GroupAdapter
from reconciler.resources.secretsmanager.secret import SecretAdapter
from reconciler.resources.sns.topic import TopicAdapter
from reconciler.resources.sqs.queue import MessageQueueAdapter
from reconciler.resources.ssm.parameter import ParameterAdapter

KINDS: tuple[type[Adapter[Any]], ...] = (
    InstanceAdapter,
    DatabaseAdapter,
    LightsailBucketAdapter,
    CertificateAdapter,
    ContactMethodAdapter,
    LoadBalancerAdapter,
    LightsailAlarmAdapter,
    LightsailInstanceAdapter,
    StaticIpAdapter,
    DiskAdapter,
    HoursOfOperationAdapter,
    QueueAdapter,
    RoutingProfileAdapter,
    SecurityProfileAdapter,
    QuickConnectAdapter,
    UserHierarchyGroupAdapter,
    AgentStatusAdapter,
    UserAdapter,
    ContactFlowAdapter,
    PhoneNumberAdapter,
    AlarmAdapter,
    CompositeAlarmAdapter,
    DashboardAdapter,
    SecurityGroupAdapter,
    RouteTableAdapter,
    SubnetAdapter,
    VpcAdapter,
    ElasticIpAdapter,
    InternetGatewayAdapter,
    NatGatewayAdapter,
    VpcEndpointAdapter,
    FlowLogAdapter,
    RestApiAdapter,
    StageAdapter,
    AccountAdapter,
    ApiKeyAdapter,
    UsagePlanAdapter,
    PolicyAdapter,
    RoleAdapter,
    ServiceLinkedRoleAdapter,
    OidcProviderAdapter,
    AliasAdapter,
    FunctionAdapter,
    FunctionUrlAdapter,
    EventSourceMappingAdapter,
    LayerAdapter,
    KeyAdapter,
    LogGroupAdapter,
    TableAdapter,
    BucketAdapter,
    UserPoolAdapter,
    UserPoolClientAdapter,
    UserPoolDomainAdapter,
    UserPoolGroupAdapter,
    ResourceServerAdapter,
    IdentityPoolAdapter,
    IdentityProviderAdapter,
    TopicAdapter,
    MessageQueueAdapter,
    ParameterAdapter,
    SecretAdapter,
    BusAdapter,
    RuleAdapter,
    GroupAdapter,
    VaultAdapter,
    PlanAdapter,
    SelectionAdapter,
    BudgetAdapter,
    TrailAdapter,
)
