"""`make render`: the Kubernetes objects of a stack as YAML, its AWS resources as JSON.

They come from the state after a simulated `up`, not from a preview: only there every value is known that one resource
takes from another, and the keys of a Secret are told apart from its values.
"""

import json
from pathlib import Path

from commands import manifests, simulation, stackfile
from commands.environment import variable
from commands.errors import CommandError
from commands.rendered import Folder
from embedded.progress import Progress


def main() -> int:
    """Writes STACK into the folder OUT and prints how much that is.

    Raises:
        CommandError: no OUT, an OUT that holds other things, or a stack file or program that refuses.
    """
    out = variable("OUT")
    if out is None:
        raise CommandError("say where the files go: OUT=<folder>, a new one or one that make render wrote before.")
    folder = Folder(Path(out).expanduser())
    folder.refuse_if_not_ours()
    stack = stackfile.resolve()
    stackfile.check(stack)
    resources = simulation.state(stack, Progress())
    objects = manifests.kubernetes_objects(resources)
    aws = manifests.aws_resources(resources)
    files = {f"kubernetes/{name}": manifests.as_yaml(obj) for name, obj in manifests.named(objects).items()}
    folder.write({**files, "aws.json": f"{json.dumps(aws, indent=2)}\n"})
    print(f"{out}: {len(objects)} Kubernetes objects, {len(aws)} AWS resources")
    return 0
