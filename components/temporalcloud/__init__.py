"""Resources of Temporal's own Terraform provider: thin classes, one input each for what this program says."""
