"""`reconciler cost`: what the resources of a stack cost in a month, from a table of prices and the volumes of `cost.yaml`."""
