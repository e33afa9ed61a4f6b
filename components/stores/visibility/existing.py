"""An OpenSearch or Elasticsearch that somebody else runs: nothing is made here, the schema job finds it there."""

from components.handles import SearchLogin, SearchStore, SearchUser, SigningRegion, key_of
from settings.visibility import Authentication, ExistingTarget, Login, RequestSigning, SearchRole


def existing_search(settings: ExistingTarget) -> SearchStore:
    """The store as the stack file describes it."""
    return SearchStore(
        url=settings.url,
        place=settings.url,
        index=settings.index,
        version=settings.version,
        authentication=_authentication(settings.authentication),
        ca=key_of(settings.ca) if settings.ca else None,
        cluster_settings=settings.cluster_settings,
        watched=[],
        ready=[],
    )


def _authentication(said: Authentication) -> SearchLogin | SigningRegion | None:
    if isinstance(said, Login):
        return SearchLogin(user=_user(said), owner=_user(said.owner or said))
    return SigningRegion(region=said.region) if isinstance(said, RequestSigning) else None


def _user(role: SearchRole) -> SearchUser:
    return SearchUser(name=role.user, password=key_of(role.password))
