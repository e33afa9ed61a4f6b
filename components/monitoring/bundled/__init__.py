"""A Prometheus, an Alertmanager and a Grafana of the stack's own."""
