"""Values of the epochs sent to a server."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
import warnings

from tricorn.callbacks._callback import Callback
from tricorn.core.errors import bad_argument

_SECONDS = 10.0


class RemoteMonitor(Callback):
    """Sends the values of every epoch to a server by HTTP POST. A server that doesn't answer is warned about
    and passed over.

    Args:
        root: Address of the server.
        path: Path below it.
        field: Name of the form field that holds the values as JSON (unless `send_as_json`).
        headers: Dict of HTTP headers.
        send_as_json: Send JSON ("application/json") instead of a form.
    """

    def __init__(self, root="http://localhost:9000", path="/publish/epoch/end/", field="data", headers=None,
                 send_as_json=False):  # fmt: skip
        if urllib.parse.urlsplit(root).scheme not in ("http", "https"):
            raise bad_argument("RemoteMonitor", "`root` is no web address.", expected="http://... or https://...",
                               given=repr(root))  # fmt: skip
        self.root, self.path, self.field, self.headers, self.send_as_json = (
            root,
            path,
            field,
            headers,
            send_as_json,
        )

    def on_epoch_end(self, epoch, logs=None):
        text = json.dumps({"epoch": epoch, **{name: _plain(value) for name, value in (logs or {}).items()}})
        kind = "application/json" if self.send_as_json else "application/x-www-form-urlencoded"
        body = text if self.send_as_json else urllib.parse.urlencode({self.field: text})
        headers = {"Content-Type": kind, **(self.headers or {})}
        request = urllib.request.Request(self.root + self.path, data=body.encode(), headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=_SECONDS):
                return
        except (urllib.error.URLError, OSError) as error:
            warnings.warn(f"Could not reach RemoteMonitor root server at {self.root}: {error}", stacklevel=2)


def _plain(value):
    if hasattr(value, "tolist"):
        return value.tolist()
    return value
