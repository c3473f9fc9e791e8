"""The differences between CloudFormation's schema and the declaration of ec2.nat_gateway, with reasons."""

from reconciler.cloudformation import CloudFormation

CLOUDFORMATION = CloudFormation(type="AWS::EC2::NatGateway")
