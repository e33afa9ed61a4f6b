"""Which leaves the parts of a stack serve, as their clients see them."""

import socket
import ssl
import time
from urllib.parse import urlsplit

from cryptography import x509

from tests.cluster.stack import Deployment


def serials(deployment: Deployment) -> dict[str, int]:
    """The serial number of each serving leaf."""
    ui = urlsplit(deployment.outputs["uiAddress"])
    host, port = deployment.outputs["externalAddress"].rsplit(":", 1)
    return {
        "frontend": serial(host, int(port)),
        "ui": serial(str(ui.hostname), int(ui.port or 443)),
        "postgres": _postgres(deployment),
    }


def pods(deployment: Deployment) -> dict[str, int]:
    """Every long-running pod by name and uid, and how often its containers restarted."""
    return {
        f"{pod['metadata']['name']} {pod['metadata']['uid']}": sum(
            status["restartCount"] for status in pod["status"]["containerStatuses"]
        )
        for pod in deployment.get("pods")["items"]
        if not any(owner["kind"] == "Job" for owner in pod["metadata"].get("ownerReferences", ()))
    }


def hurry(deployment: Deployment) -> None:
    """Makes the kubelet bring changed Secrets to the pods now: it looks when a pod changes, else once a minute or so.
    How long it takes by itself is for the drills."""
    words = ["annotate", "pods", "--all", "--overwrite", f"temporal-platform-tests/looked-at={time.time()}"]
    deployment.kubectl("-n", deployment.namespace, *words)


def serial(host: str, port: int) -> int:
    """Nobody is trusted: the leaf is only looked at."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with (
        socket.create_connection((host, port), timeout=10) as plain,
        context.wrap_socket(plain, server_hostname=host) as secured,
    ):
        return x509.load_der_x509_certificate(secured.getpeercert(binary_form=True) or b"").serial_number


def _postgres(deployment: Deployment) -> int:
    shown = "openssl s_client -starttls postgres -connect 127.0.0.1:5432 </dev/null 2>/dev/null | openssl x509 -serial"
    words = ["exec", "temporal-postgres-0", "-c", "postgres", "--", "sh", "-c", f"{shown} -noout"]
    return int(deployment.kubectl("-n", deployment.namespace, *words).strip().removeprefix("serial="), 16)
