"""`make bootstrap`: what must be there before an AWS stack is, as a CloudFormation template on stdout.

The bucket of the state, the key of its secrets, and the role that deploys, with what it takes to deploy the resources
that the stack has. They come from the state after a simulated `up`, as for `make render`; nothing is contacted.
"""

import re
from typing import Final

from commands import simulation, stackfile
from commands.bootstrap.deployed import Deployed, deployed
from commands.bootstrap.template import Bootstrap, as_yaml, boundary_arn
from commands.environment import variable
from commands.errors import CommandError
from embedded.progress import Progress
from settings.aws import Aws

_ISSUER: Final = "token.actions.githubusercontent.com"
_HOST: Final = re.compile(r"[a-z0-9][-.a-z0-9]*\.[a-z0-9]+(/[-._~A-Za-z0-9]+)*")


def main() -> int:
    """Prints the template of STACK, and what to do with it on stderr. ISSUER is who issues the tokens of CI.

    Raises:
        CommandError: there is nothing to do on AWS, or something is missing.
    """
    issuer = _issuer()
    stack = stackfile.resolve()
    settings = stackfile.check(stack)
    if settings.aws is None:
        raise CommandError(
            f"{stack.source.name} does not name AWS (temporal:aws): there is nothing to do for it there."
        )
    _require_boundary(settings.name, settings.aws, stack.source.name)
    progress = Progress()
    found = deployed(settings.name, settings.aws, simulation.state(stack, progress))
    bootstrap = Bootstrap(found, issuer)
    text = as_yaml(bootstrap.template())
    print(
        f"# Written by make bootstrap from {stack.source.name}, for account {settings.aws.account} and region "
        f"{settings.aws.region}."
    )
    print(text, end="")
    progress.say("save it, deploy it with CloudFormation (docs/aws.md, Before the first deployment), then:")
    progress.say(f"  in {stack.source.name}, at the top: secretsprovider: {bootstrap.secrets_provider}")
    progress.say(f"  where it is deployed: export PULUMI_BACKEND_URL='{bootstrap.backend}'")
    return 0


def _issuer() -> str:
    said = variable("ISSUER") or _ISSUER
    if not _HOST.fullmatch(said):
        raise CommandError(f"ISSUER={said}: say the host, and the path if there is one, without https:// ({_ISSUER}).")
    return said


def _require_boundary(installation: str, aws: Aws, source: str) -> None:
    if aws.permissions_boundary is None:
        raise CommandError(
            f"{source} does not bound what its roles may do: whoever deploys could give one of them every right, and "
            f"use it. Say temporal:aws.permissionsBoundary: {boundary_arn(Deployed(installation, aws, ()))}"
        )
