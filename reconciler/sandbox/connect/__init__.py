"""A whole Amazon Connect control plane in memory, spoken to by botocore's operation and member names."""

from reconciler.sandbox.connect.backend import ConnectPlane

__all__ = ["ConnectPlane"]
