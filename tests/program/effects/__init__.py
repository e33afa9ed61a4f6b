"""Proves what the settings promise of every key (`x-effect`): what happens when it is changed in a deployed stack.

Two runs of the program are compared: which pods get another template, which objects are deleted or made anew, what is
refused. That the engine and Kubernetes then do so is seen with the engine and on a cluster.
"""
