"""Plugins without any I/O, for previews, renderings and estimates: inputs are checked, outputs are predicted.

Values that a real provider would make are deterministic and say that they are simulated. Nothing here proves that a
cluster would accept or run an object.
"""
