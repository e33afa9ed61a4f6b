"""Amazon Managed Service for Prometheus, and the agent that sends it what it reads."""
