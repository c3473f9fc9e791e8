"""What a stack owns in AWS, for people and for other programs: ids, ARNs, further attributes, states and console links."""
