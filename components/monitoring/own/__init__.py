"""What programs of a monitoring of the stack's own have in common, bundled or not."""
