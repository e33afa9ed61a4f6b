"""What watches an installation: rules, dashboards, and what reads its metrics."""
