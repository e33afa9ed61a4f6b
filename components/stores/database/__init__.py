"""Databases: each kind a file, one handle (`SqlStore`) out."""
