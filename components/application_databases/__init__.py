"""Databases that the stack makes for applications."""
