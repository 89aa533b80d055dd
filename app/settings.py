"""Settings of the program, read once from the environment (prefix RISKMAP_) and passed down."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

CHECKOUT = Path(__file__).resolve().parent.parent
"""Folder that holds `app/`, `layers/` and `data/`."""


class Settings(BaseSettings):
    """What a person may set; units stand in the names."""

    model_config = SettingsConfigDict(env_prefix="RISKMAP_", frozen=True, extra="ignore")

    host: str = Field("127.0.0.1", description="Address on which the service listens.")
    port: int = Field(8000, ge=0, le=65535, description="Port on which the service listens.")
    home: Path = Field(CHECKOUT / ".riskmap", description="Folder of all that the program keeps.")
    database_url: str | None = Field(
        None, description="A PostGIS to use instead of the private cluster (SQLAlchemy or libpq)."
    )
    city: str = Field("yuyao", description="City profile: a folder of data/cities.")
    statement_timeout_ms: int = Field(15_000, gt=0, description="Limit of one read statement.")
    export_timeout_ms: int = Field(3_600_000, gt=0, description="Limit of one export.")
    connections: int = Field(12, ge=1, le=200, description="Connections kept for reading.")
    tile_cache_mb: int = Field(64, ge=0, description="Memory for tiles that were made before.")
    tile_budget: int = Field(4000, ge=100, description="Features in a tile before cells replace.")
    uploads: bool = Field(True, description="Whether files may be imported over HTTP.")
    upload_mb: int = Field(500, ge=1, le=100_000, description="Largest uploaded file.")
    trusted_hosts: str = Field(
        "",
        description="Names, split by commas, under which browsers may send files to the service.",
    )
    events_every_s: int = Field(
        60, ge=0, le=86_400, description="Seconds between looks for events at sea; 0: by command."
    )
    log_level: str = Field("INFO", description="Least level that is logged.")

    @property
    def city_folder(self) -> Path:
        """Folder of the city profile."""
        return CHECKOUT / "data" / "cities" / self.city
