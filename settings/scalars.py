"""Scalars that several models share, each with its pattern, examples and the words for what is allowed."""

from typing import Annotated, Final

from settings.checks import Address, IpAddress, IpNetwork, Number, Text, Whole

_CPU: Final = r"[1-9][0-9]{0,4}m|[1-9][0-9]{0,3}(\.[0-9]{1,3})?|0\.(?!0+$)[0-9]{1,3}"
_BYTES: Final = r"[1-9][0-9]{0,8}(Mi|Gi|Ti|M|G|T)"
_DURATION: Final = r"0s|[1-9][0-9]{0,5}(ms|s|m|h)|[1-9][0-9]{0,4}d"
_BYTE_UNITS: Final = {"Mi": 1024**2, "Gi": 1024**3, "Ti": 1024**4, "M": 1000**2, "G": 1000**3, "T": 1000**4}
_MILLISECONDS: Final = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
_LABEL: Final = r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?"
_SUBDOMAIN: Final = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*"
_WORD: Final = r"[A-Za-z0-9]([-_.A-Za-z0-9]{0,61}[A-Za-z0-9])?"


def bytes_of(quantity: str) -> int:
    """The number of bytes a checked `Bytes` quantity stands for: `bytes_of("1Gi") == 1073741824`."""
    number = quantity.rstrip("MGTi")
    return int(number) * _BYTE_UNITS[quantity.removeprefix(number)]


def millicores_of(quantity: str) -> int:
    """The thousandths of a core a checked `Cpu` quantity stands for: `millicores_of("0.5") == 500`."""
    return int(quantity.removesuffix("m")) if quantity.endswith("m") else round(float(quantity) * 1000)


def milliseconds_of(duration: str) -> int:
    """The milliseconds a checked `Duration` or `Retention` stands for: `milliseconds_of("2m") == 120000`."""
    number = duration.rstrip("mshd")
    return int(number) * _MILLISECONDS[duration.removeprefix(number)]


KUBERNETES_OWN: Final = ("default", "kube-system", "kube-public", "kube-node-lease")
"""Namespaces that every cluster has."""

DnsLabel = Annotated[
    str,
    Text(
        _LABEL,
        "a DNS label: 1 to 63 of a-z, 0-9 and '-', beginning and ending with a letter or digit",
        ("legal-backend",),
    ),
]
InstallationName = Annotated[
    str,
    Text(
        r"[a-z]([-a-z0-9]{0,28}[a-z0-9])?",
        "1 to 30 of a-z, 0-9 and '-', beginning with a letter, not ending with '-', and no namespace of Kubernetes' "
        "own (30, so that names built from it stay within Kubernetes' 63)",
        ("legal-ai",),
        reserved=KUBERNETES_OWN,
    ),
]
ObjectName = Annotated[
    str,
    Text(
        _SUBDOMAIN,
        "the name of a Kubernetes object: 1 to 253 of a-z, 0-9, '-' and '.', "
        "each part between dots beginning and ending with a letter or digit",
        ("temporal-db-credentials",),
        longest=253,
    ),
]
DataKey = Annotated[
    str,
    Text(
        r"(?!\.$|\.\.)[-._A-Za-z0-9]{1,253}",
        "a key of a Secret: 1 to 253 of letters, digits, '-', '_' and '.', neither '.' nor beginning with '..'",
        ("ca.crt",),
    ),
]
Host = Annotated[
    str,
    Address(
        r"(?=.{1,253}$)(?=.*[a-z])([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)*",
        "an IP address or a DNS name in lower case, without scheme or port",
        ("db.example.com", "10.0.0.7"),
    ),
]
TemporalNamespace = Annotated[
    str,
    Text(
        r"[A-Za-z0-9]([-_.A-Za-z0-9]{0,253}[A-Za-z0-9])?",
        "1 to 255 of letters, digits, '-', '_' and '.', beginning and ending with a letter or digit, "
        "and not temporal-system, which belongs to the server",
        ("production",),
        reserved=("temporal-system",),
    ),
]
SecretText = Annotated[str, Text(r"\S{16,4096}", "a secret text of at least 16 characters without spaces")]
Retention = Annotated[
    str,
    Text(
        r"[1-9][0-9]{0,5}h|[1-9][0-9]{0,4}d",
        "text of whole hours or days from 1h to 99999d, such as 72h or 30d",
        ("72h", "30d"),
    ),
]
Duration = Annotated[
    str,
    Text(
        _DURATION,
        "text of a whole number with ms, s, m, h or d, such as 30s, 5m or 90d; at most 6 digits, with d 5",
        ("30s", "5m", "90d"),
    ),
]
Cpu = Annotated[
    str, Text(_CPU, "text of a Kubernetes CPU quantity, such as '250m', '0.5' or '2'", ("250m", "0.5", "2"))
]
Bytes = Annotated[
    str, Text(_BYTES, "text of a whole number with Mi, Gi, Ti, M, G or T, such as 512Mi", ("512Mi", "20Gi"))
]
Replicas = Annotated[int, Whole(1, 100)]
Connections = Annotated[int, Whole(20, 100000)]
Rotation = Annotated[int, Whole(0, 1000000)]
Day = Annotated[
    str,
    Text(
        r"2[0-9]{3}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))",
        "a day such as '2027-06-01', in quotes",
        ("2027-06-01",),
    ),
]
Port = Annotated[int, Whole(1, 65535)]
NodePort = Annotated[int, Whole(30000, 32767)]
ContextName = Annotated[
    str,
    Text(
        r"\S(.{0,250}\S)?",
        "the name of a context in the kubeconfig: 1 to 252 characters, no space at either end",
        ("eks-prod",),
    ),
]
Description = Annotated[
    str,
    Text(r"[^\x00-\x1f\x7f|]{0,1000}", "one line of at most 1000 characters, without '|'", ("Production workflows",)),
]
Owner = Annotated[
    str,
    Text(r"[^\x00-\x1f\x7f|]{0,320}", "one line of at most 320 characters, without '|'", ("payments@example.com",)),
]
PostgresName = Annotated[
    str,
    Text(
        r"[A-Za-z_][A-Za-z0-9_-]{0,62}",
        "a PostgreSQL name: 1 to 63 of letters, digits, '_' and '-', beginning with a letter or '_'",
        ("temporal",),
    ),
]
EnvironmentName = Annotated[
    str,
    Text(
        r"[A-Za-z_][A-Za-z0-9_]{0,127}",
        "the name of an environment variable: at most 128 of letters, digits and '_', not beginning with a digit",
        ("OTEL_EXPORTER_OTLP_ENDPOINT",),
    ),
]
EnvironmentValue = Annotated[str, Text(r"[^\x00]{0,4096}", "text of at most 4096 characters", ("info",))]
LabelKey = Annotated[
    str,
    Text(
        rf"((?=[^/]{{1,253}}/){_SUBDOMAIN}/)?{_WORD}",
        "a Kubernetes label key: a name of at most 63 characters, optionally after a DNS name of at most 253 and '/'",
        ("topology.kubernetes.io/zone",),
    ),
]
LabelValue = Annotated[
    str,
    Text(
        rf"({_WORD})?",
        "text: a Kubernetes label value, at most 63 of letters, digits, '-', '_' and '.'",
        ("temporal",),
    ),
]
AnnotationValue = Annotated[str, Text(r"[^\x00]{0,4096}", "text of at most 4096 characters", ("true",))]
RegistryPath = Annotated[
    str,
    Text(
        r"[a-z0-9]([-.a-z0-9]*[a-z0-9])?(:[0-9]{2,5})?(/[a-z0-9]+([._-][a-z0-9]+)*)*",
        "the host of a registry, optionally with port and path, without scheme and without '/' at the end",
        ("registry.example.com/mirror",),
        longest=200,
    ),
]
Subject = Annotated[
    str,
    Text(
        r'[A-Za-z]{1,30}=[^\x00-\x1f\x7f"]{1,500}',
        "a distinguished name, the most specific part first, as in 'CN=search,O=Example'",
        ("CN=search,O=Example",),
    ),
]
Digest = Annotated[str, Text(r"sha256:[0-9a-f]{64}", "an image digest: sha256: and 64 hex digits", ())]
BucketName = Annotated[
    str,
    Text(
        r"(?!.*\.\.)[a-z0-9][-.a-z0-9]{1,61}[a-z0-9]",
        "the name of a bucket: 3 to 63 of a-z, 0-9, '-' and '.', beginning and ending with a letter or digit; no s3://",
        ("temporal-archive",),
    ),
]
ArchivePrefix = Annotated[
    str,
    Text(
        r"([-_.A-Za-z0-9]+(/[-_.A-Za-z0-9]+)*)?",
        "a path of letters, digits, '-', '_' and '.' between '/', with none at either end, at most 200 in all",
        ("temporal/production",),
        longest=200,
    ),
]
Region = Annotated[
    str,
    Text(r"[a-z0-9]([-a-z0-9]{0,62})", "the name of a region: 1 to 63 of a-z, 0-9 and '-'", ("eu-central-1",)),
]
Endpoint = Annotated[
    str,
    Text(
        r"https?://[a-z0-9]([-.a-z0-9]{0,252})(:[1-9][0-9]{0,4})?",
        "https://, or http:// for no TLS, then host and optionally port, without path",
        ("https://s3.example.com:9000",),
    ),
]
PriceName = Annotated[
    str,
    Text(
        r"[a-z0-9-]{1,32}/[a-z0-9][a-z0-9.-]{0,63}",
        "the name of a price: a service, '/' and what it bills, as make cost shows them",
        ("rds/db.r6g.large", "opensearch/gp3"),
    ),
]
UsDollars = Annotated[float, Number(0, 100_000)]
Amount = Annotated[float, Number(0, 1_000_000_000)]
CapacityUnits = Annotated[float, Number(0.5, 256)]
Few = Annotated[int, Whole(0, 1000)]
ActionCount = Annotated[int, Whole(1, 1_000_000_000_000)]
Ec2Type = Annotated[
    str,
    Text(r"[a-z][a-z0-9-]{1,15}\.[a-z0-9-]{1,16}", "an EC2 instance type", ("m7g.large",)),
]
WorkloadName = Annotated[
    str,
    Text(
        r"[a-z]([-a-z0-9]{0,38}[a-z0-9])?",
        "1 to 40 of a-z, 0-9 and '-', beginning with a letter, not ending with '-' (40, so that names built from it "
        "stay within Kubernetes' 63)",
        ("document-processing",),
    ),
]
VolumeName = Annotated[
    str,
    Text(
        r"[a-z]([-a-z0-9]{0,18}[a-z0-9])?",
        "1 to 20 of a-z, 0-9 and '-', beginning with a letter, not ending with '-', and neither tmp nor "
        "temporal-client",
        ("data",),
        reserved=("tmp", "temporal-client"),
    ),
]
ImageReference = Annotated[
    str,
    Text(
        rf"[a-z0-9]([-.a-z0-9]*[a-z0-9])?(:[0-9]{{2,5}})?(/[a-z0-9]+([._-]+[a-z0-9]+)*)*(:{_WORD}|(:{_WORD})?@sha256:[0-9a-f]{{64}})",
        "an image with its tag (at most 63 letters, digits, '-', '_' and '.'), its digest, or both",
        ("registry.example.com/greeter:1.4.2",),
        longest=400,
    ),
]
TaskQueue = Annotated[
    str,
    Text(
        r"(?!temporal-sys-|/_sys/)[-_./:A-Za-z0-9]{1,200}",
        "the name of a task queue: 1 to 200 of letters, digits, '-', '_', '.', '/' and ':', beginning neither with "
        "temporal-sys- nor with /_sys/, which belong to the server",
        ("document-processing",),
    ),
]
MountPath = Annotated[
    str,
    Text(
        r"(?!.*/\.\.?(/|$))(/[-_.A-Za-z0-9]{1,100}){1,10}",
        "a path in the container: 1 to 10 times '/' and 1 to 100 of letters, digits, '-', '_' and '.', and neither '.' "
        "nor '..' between",
        ("/app/data",),
    ),
]
HttpPath = Annotated[
    str,
    Text(
        r"/[-_.~%/A-Za-z0-9]{0,200}",
        "the path of a URL: '/' and at most 200 of letters, digits, '/', '-', '_', '.', '~' and '%'",
        ("/healthz",),
    ),
]
DnsName = Annotated[
    str,
    Text(
        rf"(?=.{{1,253}}$)(?=.*[a-z]){_LABEL}(\.{_LABEL})*",
        "a DNS name in lower case, without scheme or port",
        ("api.example.com",),
    ),
]
CommandWord = Annotated[str, Text(r"[^\x00]{1,4096}", "text of 1 to 4096 characters", ("worker.py",))]
LoadBalancerAddress = Annotated[str, IpAddress(("203.0.113.10",))]
Network = Annotated[str, IpNetwork(("203.0.113.0/24",))]
