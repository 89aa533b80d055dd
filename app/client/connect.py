"""From an address to a city."""

from app.city import read_city
from app.client.city import CityData
from app.client.door import DirectDoor, ServiceDoor
from app.errors import CommandFailed
from app.logs import configure_logs
from app.main import create_app
from app.settings import Settings
from app.state import open_state
from layers.registry import LAYERS


def connect(place: str | None = None) -> CityData:
    """The city behind an address.

    Args:
        place: HTTP address of a running service, or URL of its database, which needs no
            service; None for the database of RISKMAP_DATABASE_URL.

    Raises:
        CommandFailed: There is no address, or one that can't be read.
    """
    settings = Settings()
    city = read_city(settings.city_folder)
    place = place or settings.database_url
    if place is None:
        raise CommandFailed("give an address, or set RISKMAP_DATABASE_URL")
    if place.startswith(("http://", "https://")):
        return CityData(ServiceDoor(place), city)
    # A notebook shows answers, not one line a question.
    configure_logs("WARNING")
    state = open_state(settings, place, LAYERS)
    return CityData(DirectDoor(create_app(state)), city, state.close)
