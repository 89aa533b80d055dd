"""The client for notebooks: the same functions over a database and over a running service.

```python
from app.client import connect

city = connect()                             # the database of RISKMAP_DATABASE_URL, no server
city = connect("http://127.0.0.1:8000")      # a running service
grave = city.read("risk_points", {"grade": [1, 2]}, bbox=(121.1, 30.0, 121.2, 30.1))
```
"""

from app.client.city import CityData
from app.client.connect import connect
from app.client.door import RequestRefused

__all__ = ["CityData", "RequestRefused", "connect"]
