"""Who reads the figures of a search store: a login that sees how the nodes are, and no document."""

from components.handles import SearchMonitor, SearchStore, SearchUser


def search_monitor(store: SearchStore, user: SearchUser, trust: str = "") -> SearchMonitor:
    """Who signs in where the server does, as somebody else."""
    return SearchMonitor(url=store.url, user=user, ca=store.ca, trust=trust, ready=store.ready)
