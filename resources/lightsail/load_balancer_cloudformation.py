"""The CloudFormation type of a load balancer, and how it differs from the kind."""

from reconciler.cloudformation import CloudFormation

CLOUDFORMATION = CloudFormation(
    type="AWS::Lightsail::LoadBalancer",
    called={
        "LoadBalancerName": "name",
        "SessionStickinessLBCookieDurationSeconds": "session_stickiness_lb_cookie_duration_seconds",
    },
    fixed={"ip_address_type": "SetIpAddressType changes it; CloudFormation does not say so"},
    not_granted={"lightsail:GetInstance": "the load balancer itself shows its instances"},
)
