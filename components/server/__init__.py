"""Temporal's server on Kubernetes: configuration, services, schema, namespaces, Web UI."""
