"""What an Alertmanager of the stack's own must be allowed on AWS to tell people."""

from components.aws.policies import Grant, Statement
from components.monitoring.own.places import ALERTMANAGER
from settings.monitoring.bundled import Bundled
from settings.monitoring.models import Monitoring
from settings.monitoring.notifications import Sns


def telling_grants(said: Monitoring) -> list[Grant]:
    """To publish in the topics that routes name; Amazon's Alertmanager is let in by the topics themselves."""
    told = said.notifications if isinstance(said, Bundled) else None
    topics = [route.topic for route in (told.routes if told else ()) if isinstance(route, Sns) and route.topic]
    if not topics:
        return []
    tell = Statement(sid="TellTopics", actions=["sns:Publish"], resources=[*dict.fromkeys(topics)])
    return [Grant(workload=ALERTMANAGER.removeprefix("temporal-"), statements=[tell])]
