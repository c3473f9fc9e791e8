"""A real browser: what it shows, its requests, and its errors."""

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.remote.command import Command

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
MISSING = "chromium and chromedriver are not installed: apt-get install chromium chromium-driver"
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1200,900"),
    *("--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update"),
    *("--disable-sync", "--disable-extensions", "--no-proxy-server"),
)


class Browser(webdriver.Chrome):
    """Chromium with a page open."""

    def show(self, page: Path, width: int = 1200, scheme: str = "light") -> None:
        """Open a file on a screen of this width, in this colour scheme."""
        screen = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 640}
        self.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
        self.dress(scheme)
        self.get(page.as_uri())

    def dress(self, scheme: str) -> None:
        """Set the preferred colour scheme to light or dark."""
        prefers = {"name": "prefers-color-scheme", "value": scheme}
        self.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [prefers]})

    def js(self, expression: str) -> Any:
        """The value of an expression on the page."""
        return self.execute_script(f"return {expression}")

    def log(self, name: str) -> list[dict[str, Any]]:
        """The entries of one of Chromium's logs since the last call."""
        found: list[dict[str, Any]] = self.execute(Command.GET_LOG, {"type": name})["value"]
        return found

    def complaints(self) -> list[str]:
        """Every error on the console, including refused loads, since the last call."""
        return [each["message"] for each in self.log("browser") if each["level"] == "SEVERE"]

    def asked_for(self) -> dict[str, str]:
        """The address of every request since the last call, and why it was blocked, if it was."""
        told = [json.loads(each["message"])["message"] for each in self.log("performance")]
        events = [(each["method"], each["params"]) for each in told]
        sent = {
            said["requestId"]: said["request"]["url"]
            for method, said in events
            if method == "Network.requestWillBeSent"
        }
        blocked = {
            said["requestId"]: said.get("blockedReason", "")
            for method, said in events
            if method == "Network.loadingFailed"
        }
        return {url: blocked.get(request, "") for request, url in sent.items()}


@contextmanager
def browser() -> Iterator[Browser]:
    """A new Chromium, which is closed afterwards."""
    with tempfile.TemporaryDirectory(prefix="reconciler-browser-", ignore_cleanup_errors=True) as profile:
        options = webdriver.ChromeOptions()
        options.binary_location = str(CHROMIUM)
        for flag in (*FLAGS, f"--user-data-dir={profile}"):
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        started = Browser(options=options, service=Service(DRIVER))
        try:
            yield started
        finally:
            started.quit()
