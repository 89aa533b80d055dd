"""The server's configuration: small, private, for a machine with two cores."""

import os
import shutil
import stat
from pathlib import Path

from app.bootstrap.home import MEGABYTE

PORT = 5432
"""Names the socket's file; nothing listens on a network."""
SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - the kernel's own place, not a temporary file


def configuration(socket_folder: Path, log_folder: Path, *, durable: bool) -> str:
    """Return the text of `postgresql.conf`.

    Args:
        socket_folder: Where the unix socket is made; nothing listens on a network.
        log_folder: Where the server writes its log, one file a weekday, each a week old at most.
        durable: False trades the safety of what is written for speed: tests only.
    """
    memory_mb = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // MEGABYTE
    settings = {
        "listen_addresses": "",
        "port": PORT,
        "unix_socket_directories": _listed(socket_folder),
        "max_connections": 80,
        "max_logical_replication_workers": 0,
        "shared_buffers": f"{max(16, min(256, memory_mb // 8))}MB",
        "effective_cache_size": f"{max(64, memory_mb // 2)}MB",
        "work_mem": f"{max(4, min(16, memory_mb // 128))}MB",
        "maintenance_work_mem": f"{max(16, min(256, memory_mb // 16))}MB",
        "dynamic_shared_memory_type": _shared_memory(),
        "max_locks_per_transaction": 256,
        "jit": "off",
        "random_page_cost": 1.1,
        "wal_compression": "on",
        "min_wal_size": "80MB",
        "max_wal_size": "1GB",
        "checkpoint_timeout": "15min",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "lc_messages": "C",
        "logging_collector": "on",
        "log_directory": log_folder,
        "log_filename": "server-%a.log",
        "log_rotation_age": "1d",
        "log_rotation_size": 0,
        "log_truncate_on_rotation": "on",
        "log_line_prefix": "%m [%p] %q%u@%d %a ",
    }
    if not durable:
        settings |= {
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
            "wal_level": "minimal",
            "max_wal_senders": 0,
            "autovacuum_naptime": "5min",
        }
    lines = ["# Written at each start of the program; put settings of your own in local.conf."]
    lines += [f"{name} = {_quoted(value)}" for name, value in settings.items()]
    return "\n".join([*lines, "include_if_exists = 'local.conf'", ""])


def _quoted(value: object) -> str:
    return "'" + str(value).replace("'", "''") + "'"


def _listed(folder: Path) -> str:
    """Return a folder as one entry of a list, which may hold commas and quotation marks."""
    return '"' + str(folder).replace('"', '""') + '"'


def _shared_memory() -> str:
    """Return the kind of memory that parallel workers share; containers often give 64 MB of it."""
    try:
        open_to_all = SHARED_MEMORY.stat().st_mode & stat.S_IWOTH
        roomy = shutil.disk_usage(SHARED_MEMORY).free >= 256 * MEGABYTE
    except OSError:
        return "mmap"
    return "posix" if open_to_all and roomy else "mmap"
