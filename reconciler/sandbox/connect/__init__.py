"""The control plane of Amazon Connect in memory. Operations and members have botocore's names."""

from reconciler.sandbox.connect.backend import ConnectPlane, plane_of

__all__ = ["ConnectPlane", "plane_of"]
