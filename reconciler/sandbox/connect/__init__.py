"""The control plane of Amazon Connect in memory. Operations and members have botocore's names."""

from reconciler.sandbox.connect.backend import ConnectPlane

__all__ = ["ConnectPlane"]
