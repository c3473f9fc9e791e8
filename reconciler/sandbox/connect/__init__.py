"""A whole Amazon Connect control plane in memory, spoken to by botocore's operation and member names."""

from reconciler.sandbox.connect.plane import ConnectPlane

__all__ = ["ConnectPlane"]
