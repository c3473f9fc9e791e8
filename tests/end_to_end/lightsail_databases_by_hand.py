"""The databases of Lightsail, alarms, buckets, certificates and load balancers of an account that somebody filled by hand."""

from tests.end_to_end.request_steps import Step

DATABASES = (
    Step(
        "lightsail",
        "create_relational_database",
        {
            "relationalDatabaseName": "staff-db",
            "relationalDatabaseBlueprintId": "mysql_8_0",
            "relationalDatabaseBundleId": "small_2_0",
            "masterDatabaseName": "staff",
            "masterUsername": "admin",
            "tags": [{"key": "team", "value": "blue"}],
        },
    ),
    Step(
        "lightsail",
        "update_relational_database",
        {"relationalDatabaseName": "staff-db", "preferredMaintenanceWindow": "wed:17:00-wed:17:30"},
    ),
    Step(
        "lightsail",
        "put_alarm",
        {
            "alarmName": "staff-busy",
            "monitoredResourceName": "staff-db",
            "metricName": "CPUUtilization",
            "comparisonOperator": "GreaterThanThreshold",
            "threshold": 80,
            "evaluationPeriods": 3,
            "contactProtocols": ["Email"],
            "tags": [{"key": "team", "value": "blue"}],
        },
    ),
    Step(
        "lightsail",
        "create_contact_method",
        {
            "protocol": "Email",
            "contactEndpoint": "ops@example.com",
            "tags": [{"key": "team", "value": "blue"}],
        },
    ),
    Step(
        "lightsail",
        "create_bucket",
        {
            "bucketName": "acme-staff-files",
            "bundleId": "small_1_0",
            "enableObjectVersioning": True,
            "tags": [{"key": "team", "value": "blue"}],
        },
    ),
    Step("lightsail", "create_bucket_access_key", {"bucketName": "acme-staff-files"}),
    Step(
        "lightsail",
        "create_certificate",
        {
            "certificateName": "staff-site",
            "domainName": "staff.example.com",
            "subjectAlternativeNames": ["www.staff.example.com"],
            "tags": [{"key": "team", "value": "blue"}],
        },
    ),
    Step(
        "lightsail",
        "create_load_balancer",
        {
            "loadBalancerName": "staff-front",
            "instancePort": 80,
            "healthCheckPath": "/health",
            "certificateName": "staff-front-site",
            "certificateDomainName": "front.example.com",
            "tags": [{"key": "team", "value": "blue"}],
        },
    ),
    Step(
        "lightsail",
        "attach_load_balancer_tls_certificate",
        {"loadBalancerName": "staff-front", "certificateName": "staff-front-site"},
    ),
)
