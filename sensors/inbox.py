"""Takes in what is left in the inbox of a home, and brings the results up to date after it."""

import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import dagster as dg

from assets.jobs import INTAKE, REFRESH, RETRIED
from assets.lake import Home
from carbon_pipeline.serving import inbox as inbox_of
from sensors.calendar import live_as_of

QUIET_S: Final = 3.0
"""A file that changed less than this ago may still be on its way."""
_LOOK_EVERY_S: Final = 5
_UNFINISHED: Final = (".part", ".partial", ".tmp", ".crdownload", "~")


@dataclass(frozen=True, slots=True)
class Left:
    """A file in the inbox.

    Attributes:
        name: its path below the inbox.
        size: bytes.
        changed_ns: when it was last written.
        sha256: hash of its content.
    """

    name: str
    size: int
    changed_ns: int
    sha256: str


def waiting_files(folder: Path, seen: Mapping[str, Left], now_s: float) -> list[Left] | None:
    """Files of the inbox, each with its hash; only what changed since it was seen is read again.

    Returns:
        Files by full path in code-point order, None while any of them may still be on its way.
    """
    found = []
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and not _is_unfinished(p, folder)):
        stat, name = path.stat(), path.relative_to(folder).as_posix()
        if now_s - stat.st_mtime < QUIET_S:
            return None
        known = seen.get(name)
        is_same = known is not None and (known.size, known.changed_ns) == (stat.st_size, stat.st_mtime_ns)
        found.append(known if is_same and known else Left(name, stat.st_size, stat.st_mtime_ns, _hash(path)))
    return found


def new_content(found: list[Left], seen: Mapping[str, Left]) -> list[Left]:
    """Files whose content was not there before, under whatever name."""
    known = {left.sha256 for left in seen.values()}
    return [left for left in found if left.sha256 not in known]


def remembered(cursor: str | None) -> dict[str, Left]:
    """What a sensor has seen, from its cursor."""
    return {row[0]: Left(*row) for row in json.loads(cursor or "[]")}


def cursor_of(seen: Mapping[str, Left]) -> str:
    """What a sensor has seen, as its cursor."""
    return json.dumps([[left.name, left.size, left.changed_ns, left.sha256] for left in seen.values()], ensure_ascii=False)


def run_key(files: list[Left]) -> str:
    """One key for the content of some files."""
    return hashlib.sha256("".join(left.sha256 for left in files).encode()).hexdigest()


@dg.sensor(
    job=INTAKE,
    minimum_interval_seconds=_LOOK_EVERY_S,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="收件箱 · takes in new content of the inbox, once",
)
def inbox(context: dg.SensorEvaluationContext, home: Home) -> dg.SensorResult | dg.SkipReason:
    """Start an intake of every file of new content, together and in order."""
    folder, seen = inbox_of(home.settings), remembered(context.cursor)
    found = waiting_files(folder, seen, time.time())
    if found is None:
        return dg.SkipReason("a file is still on its way")
    files = new_content(found, seen)
    cursor = cursor_of(seen | {left.name: left for left in found})
    if not files:
        return dg.SensorResult(skip_reason="nothing new in the inbox", cursor=cursor)
    config = {"ops": {"receipts": {"config": {"paths": [str(folder / left.name) for left in files]}}}}
    return dg.SensorResult(run_requests=[dg.RunRequest(run_key=run_key(files), run_config=config, tags=RETRIED)], cursor=cursor)


@dg.run_status_sensor(
    run_status=dg.DagsterRunStatus.SUCCESS,
    name="after_intake",
    minimum_interval_seconds=_LOOK_EVERY_S,
    default_status=dg.DefaultSensorStatus.RUNNING,
    monitored_jobs=[INTAKE],
    request_job=REFRESH,
    description="收取之后更新结果 · brings every list up to date after an intake",
)
def after_intake(context: dg.RunStatusSensorContext, home: Home) -> dg.RunRequest | dg.SkipReason:
    """Refresh after an intake, if there is anything to reckon."""
    as_of = live_as_of(home.store)
    if as_of is None:
        return dg.SkipReason("no readings yet")
    return dg.RunRequest(run_key=context.dagster_run.run_id, partition_key=as_of.isoformat(), tags=RETRIED)


def _is_unfinished(path: Path, folder: Path) -> bool:
    return path.name.endswith(_UNFINISHED) or any(part.startswith(".") for part in path.relative_to(folder).parts)


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
