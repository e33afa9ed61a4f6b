"""Temporal Cloud: nothing runs, applications get what they need to use it."""
