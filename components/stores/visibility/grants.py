"""What pods must be allowed on AWS to search."""

from components.aws.account import AwsAccount
from components.aws.policies import Grant
from components.stores.visibility.domain_access import domain_grants, master_grant
from settings.visibility import RequestSigning, Visibility, domains, existing_stores


def search_grants(settings: Visibility, account: AwsAccount | None, installation: str) -> list[Grant]:
    """For every domain that the stack makes, and for those of somebody else's whose ARN is said. They are known before
    any domain is made, for a domain wants the roles to be there."""
    if account is None:
        return []
    ours = [account.arn("es", f"domain/{domain.name(installation)}") for _, domain in domains(settings)]
    signing = [store.authentication for _, store in existing_stores(settings)]
    theirs = [said.domain for said in signing if isinstance(said, RequestSigning) and said.domain]
    return [
        *(grant for arn in dict.fromkeys([*ours, *theirs]) for grant in domain_grants(arn)),
        *(master_grant(arn) for arn in ours),
    ]
