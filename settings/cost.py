"""`temporal:cost`: what `make cost` counts with where the stack alone does not tell. Nothing deployed depends on it."""

from typing import Annotated

from settings.base import Model
from settings.facts import changing
from settings.scalars import ActionCount, Amount, CapacityUnits, Ec2Type, Few, PriceName, UsDollars

_ESTIMATE = "make cost counts with it"


class AuroraUse(Model):
    """What Aurora bills by use."""

    gigabytes: Annotated[Amount, changing("nothing", _ESTIMATE, unit="GB")] = 100
    """Data in each Aurora cluster's volume."""
    requests: Annotated[Amount, changing("nothing", _ESTIMATE, unit="millions a month")] = 0
    """Reads and writes of each cluster's volume; I/O-Optimized clusters pay none."""
    capacity_units: Annotated[CapacityUnits | None, changing("nothing", _ESTIMATE, unit="ACU")] = None
    """Average capacity of each Serverless v2 instance; when left out the least that its cluster allows, and no less
    than 0.5, for the server's connections let it never pause."""


class ClusterShare(Model):
    """The share of what the stack runs on and does not make: the EKS cluster and the way out of its VPC. With any key
    of it a stack without AWS resources of its own counts as one on EKS."""

    control_planes: Annotated[Few, changing("nothing", _ESTIMATE)] = 1
    """EKS control planes; 0 where others pay for the one."""
    node_type: Annotated[Ec2Type, changing("nothing", _ESTIMATE)] = "m7g.large"
    """EC2 type of the nodes."""
    nodes: Annotated[Few | None, changing("nothing", _ESTIMATE, unit="nodes")] = None
    """Number of nodes; when left out as many as the pods' requests fill."""
    nat_gateways: Annotated[Few, changing("nothing", _ESTIMATE)] = 3
    """NAT gateways, one a zone."""


class Cost(Model):
    """What `make cost` counts with where the stack alone does not tell. Nothing that is deployed depends on it."""

    prices: Annotated[dict[PriceName, UsDollars], changing("nothing", _ESTIMATE, unit="USD for the price's unit")] = {}
    """Prices that replace those of the table or are not in it, such as {rds/db.r6g.large: 0.225}; `make cost` shows
    the names and the units."""
    actions_per_month: Annotated[ActionCount | None, changing("nothing", _ESTIMATE, unit="actions a month")] = None
    """Actions to ask Temporal Cloud's price for; when left out only the break-even is shown."""
    active_gigabytes: Annotated[Amount, changing("nothing", _ESTIMATE, unit="GB")] = 0
    """Histories of open executions in Temporal Cloud, on average."""
    retained_gigabytes: Annotated[Amount, changing("nothing", _ESTIMATE, unit="GB")] = 0
    """Histories of closed executions in Temporal Cloud, on average."""
    archive_gigabytes: Annotated[Amount, changing("nothing", _ESTIMATE, unit="GB")] = 100
    """Archived histories in the stack's buckets."""
    backup_gigabytes: Annotated[Amount, changing("nothing", _ESTIMATE, unit="GB")] = 100
    """What AWS Backup keeps of databases in the stack's vaults; of buckets it keeps archiveGigabytes."""
    log_gigabytes: Annotated[Amount, changing("nothing", _ESTIMATE, unit="GB a month")] = 10
    """What CloudWatch takes into log groups, of databases and search domains."""
    load_balancer_units: Annotated[Amount, changing("nothing", _ESTIMATE, unit="LCU")] = 1
    """Average capacity units of each load balancer."""
    aurora: AuroraUse = AuroraUse()
    """Use of Aurora clusters."""
    cluster: ClusterShare = ClusterShare()
    """The share of what the stack runs on."""
