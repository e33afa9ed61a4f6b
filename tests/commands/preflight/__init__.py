"""Proves what `make up` misses in a cluster before anything is applied, against a made-up API server.

That it stands before the engine, and what real cert-manager's API answers, is seen on a cluster.
"""
