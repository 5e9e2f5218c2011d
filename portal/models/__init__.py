from portal.models.activity import Activity
from portal.models.geocoded import Geocoded
from portal.models.lease import Lease
from portal.models.read import (
    ReadArea,
    ReadBrief,
    ReadCell,
    ReadConcern,
    ReadFeature,
    ReadItem,
    ReadLine,
    ReadPiece,
    ReadSource,
    ReadStale,
    ReadState,
)
from portal.models.removal import Removal, Tombstone
from portal.models.run import Rejection, Run
from portal.models.same import Cluster, Decision, Likeness, Membership, Trace
from portal.models.source import Frequency, Source
from portal.models.staged import Listed, Staged
from portal.models.text import ActivityText

__all__ = [
    "Activity",
    "ActivityText",
    "Cluster",
    "Decision",
    "Frequency",
    "Geocoded",
    "Lease",
    "Likeness",
    "Listed",
    "Membership",
    "ReadArea",
    "ReadBrief",
    "ReadCell",
    "ReadConcern",
    "ReadFeature",
    "ReadItem",
    "ReadLine",
    "ReadPiece",
    "ReadSource",
    "ReadStale",
    "ReadState",
    "Rejection",
    "Removal",
    "Run",
    "Source",
    "Staged",
    "Tombstone",
    "Trace",
]
