"""`serve`, from the port that must be free to the servers that have ended; what went wrong, told by its sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from carbon_pipeline import serving
from carbon_pipeline.console.errors import CommandError
from carbon_pipeline.console.language import sentence
from carbon_pipeline.console.output import say

if TYPE_CHECKING:
    from carbon_pipeline.settings import Settings


def serve(settings: Settings, port: int) -> None:
    """Run the servers of a home until they are stopped.

    Raises:
        CommandError: the home is served already, the port is taken, or a server does not answer or has ended.
    """
    url = f"http://{serving.LOOPBACK}:{port}"
    try:
        with serving.alone(settings):
            _run(settings, port, url)
    except serving.AlreadyServedError:
        raise CommandError("served_already", path=settings.home) from None
    except serving.NoAnswerError as error:
        raise CommandError("no_answer", url=url, seconds=error.seconds, path=settings.home / "logs") from None
    except serving.ServerEndedError as error:
        raise CommandError("server_ended", server=error.server.name, path=error.server.log) from None
    except KeyboardInterrupt:
        return


def _run(settings: Settings, port: int, url: str) -> None:
    if not serving.is_free(port):
        raise CommandError("port_taken", port=port)
    serving.stop_on_signals()
    say(sentence("starting", settings.lang))
    with serving.servers(settings, port) as running:
        serving.wait_until_up(running, url)
        say(sentence("serving", settings.lang, url=url, inbox=serving.inbox(settings)))
        serving.watch(running)
