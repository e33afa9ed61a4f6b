"""Rules of the Kubernetes provider without I/O: names, normal forms, diffs, replacement, readiness, state.

Both the live and the simulated provider stand on them. They follow the official plugin 4.34 (pulumi/pulumi-kubernetes);
where they differ, the module says so.
"""
