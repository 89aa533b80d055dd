"""Why the private cluster cannot serve: each message is one line and names the mend."""

from app.bootstrap.failure import Unprepared


class ClusterFailure(Unprepared):
    """The private PostGIS cluster cannot be had, made, started or stopped."""


class PostgisMissing(ClusterFailure):
    """PostgreSQL with PostGIS is not on this machine and could not be brought."""


class OtherVersion(ClusterFailure):
    """The data were made by a major version of PostgreSQL that is not on this machine."""


class FolderUnusable(ClusterFailure):
    """The folder for the data cannot be written to, entered, or has no room left."""


class ServerFailed(ClusterFailure):
    """The server did not start, did not answer or did not stop."""
