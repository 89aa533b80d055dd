"""A private PostGIS cluster from the system's PostgreSQL: made, started, healed and stopped here.

Standard library only, so that it can bring PostGIS to a bare machine. The order of things is:
`RISKMAP_DATABASE_URL` (the caller's business: then nothing of this is used), the PostGIS on disk,
packages installed as root, the same packages unpacked in the program's folder as anybody else.
"""

from app.cluster.cluster import Cluster
from app.cluster.failure import (
    ClusterFailure,
    FolderUnusable,
    OtherVersion,
    PostgisMissing,
    ServerFailed,
)

__all__ = [
    "Cluster",
    "ClusterFailure",
    "FolderUnusable",
    "OtherVersion",
    "PostgisMissing",
    "ServerFailed",
]
