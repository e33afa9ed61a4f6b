"""Resources whose whole behaviour follows from a table of their inputs: what is checked, what replaces, what is secret.

Both the live and the simulated `random` and `tls` stand on them. They follow the official plugins, which carry a
Terraform provider; the tables name their source.
"""
