"""Running the pretend LMS on a port of this machine."""

import threading
from types import TracebackType
from typing import Self

from werkzeug.serving import WSGIRequestHandler, make_server

from ltitool.demo.lms import Lms
from ltitool.demo.pages import create_lms_app


class _Quiet(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Keep the terminal for the two lines that matter."""


class LmsServer:
    """The pretend LMS, served from a thread until it is stopped."""

    def __init__(self, lms: Lms, port: int, host: str = "127.0.0.1") -> None:
        """Take the port; raises OSError when somebody else has it."""
        try:
            self._server = make_server(
                host, port, create_lms_app(lms), threaded=True, request_handler=_Quiet
            )
        except SystemExit as busy:  # the development server would end the whole program
            raise OSError(f"Port {port} is in use.") from busy
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), daemon=True
        )

    def __enter__(self) -> Self:
        """Start serving."""
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
