"""PostgreSQL that this stack makes in Amazon RDS: what a stack file may say of it, and what RDS offers."""
