"""The differences between CloudFormation's schema and the declaration of secretsmanager.secret, with reasons."""

from reconciler.cloudformation import CloudFormation

CLOUDFORMATION = CloudFormation(
    type="AWS::SecretsManager::Secret",
    called={
        "GenerateSecretString": "generated",
        "KmsKeyId": "kms_key_id",
        "Name": "name",
        "ReplicaRegions": "replicas",
        "SecretString": "secret_value",
    },
    left_out={"Type": "managed external secrets, which a partner of AWS rotates, are not built"},
    not_granted={"secretsmanager:GetSecretValue": "no pass reads the value of a secret that it manages"},
)
