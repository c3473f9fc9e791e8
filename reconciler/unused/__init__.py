"""`reconciler unused`: finds live resources that nothing uses, with the evidence; it never changes anything."""
