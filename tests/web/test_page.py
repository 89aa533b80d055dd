"""What people do with the map page, done in a real Chromium."""

import json
import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, Route, expect

from .conftest import DESK, PATIENCE_MS, PHONE, Ask, OpenPage

expect.set_options(timeout=PATIENCE_MS)
