"""What belongs to no single resource: operations, tags, Regions, bundles and blueprints."""
