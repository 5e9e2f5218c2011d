from portal.models.activity import Activity
from portal.models.lease import Lease
from portal.models.removal import Removal, Tombstone
from portal.models.run import Rejection, Run
from portal.models.source import Frequency, Source
from portal.models.staged import Listed, Staged
from portal.models.text import ActivityText

__all__ = [
    "Activity",
    "ActivityText",
    "Frequency",
    "Lease",
    "Listed",
    "Rejection",
    "Removal",
    "Run",
    "Source",
    "Staged",
    "Tombstone",
]
