"""Takes in what is left in the inbox of a home, and brings the results up to date after it."""

import hashlib
import json
import time
from dataclasses import dataclass, field, replace
from typing import Any, Final

import dagster as dg

from assets.jobs import INTAKE, REFRESH, RETRIED
from assets.lake import Home
from carbon_pipeline import inbox as waiting
from carbon_pipeline.serving import inbox as inbox_of
from sensors.calendar import live_as_of

BATCH: Final = "carbon/batch"
"""Tag of an intake run: which files it was asked to take."""
_LOOK_EVERY_S: Final = 5


@dataclass(frozen=True, slots=True)
class Memory:
    """What the sensor remembers between two looks.

    Attributes:
        files: what lay in the inbox.
        batch: stamp by name of the files that were last asked for, until it is known what became of them.
        key: names the batch, and which attempt at it this is.
    """

    files: waiting.Files = field(default_factory=dict)
    batch: dict[str, list[int]] = field(default_factory=dict)
    key: str = ""

    @classmethod
    def asking(cls, files: waiting.Files, names: list[str]) -> "Memory":
        """Remember that some files were asked for."""
        batch = {name: list(files[name].stamp) for name in names}
        tries = [files[name].failures for name in names]
        return cls(files, batch, hashlib.sha256(json.dumps([batch, tries]).encode()).hexdigest() if names else "")

    @classmethod
    def of(cls, cursor: str | None) -> "Memory":
        """Read a cursor; one of an older version is forgotten, since taking a file in twice changes nothing."""
        kept: Any = json.loads(cursor or "{}")
        return cls(waiting.from_text(kept["files"]), kept["batch"], kept["key"]) if isinstance(kept, dict) and kept else cls()

    @property
    def cursor(self) -> str:
        """The memory as a cursor."""
        return json.dumps({"files": waiting.as_text(self.files), "batch": self.batch, "key": self.key}, ensure_ascii=False)


@dg.sensor(
    job=INTAKE,
    minimum_interval_seconds=_LOOK_EVERY_S,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="收件箱 · takes in what was left in the inbox, tries again what failed",
)
def inbox(context: dg.SensorEvaluationContext, home: Home) -> dg.SensorResult:
    """Start an intake of everything that has come to rest, together and in order; one at a time."""
    folder, memory, now = inbox_of(home.settings), Memory.of(context.cursor), time.time()
    state = _state(context.instance, memory) if memory.batch else "none"
    files = waiting.look(folder, memory.files, now)
    if state == "running":
        return dg.SensorResult(skip_reason="an intake is under way", cursor=replace(memory, files=files).cursor)
    if state == "failed":
        files = waiting.failed(files, memory.batch, now)
    elif state == "done":
        files = waiting.taken(files, memory.batch)
    asked = Memory.asking(files, waiting.due(files, now))
    if not asked.batch:
        return dg.SensorResult(skip_reason="nothing new has come to rest in the inbox", cursor=asked.cursor)
    config = {"ops": {"receipts": {"config": {"inbox": str(folder), "paths": list(asked.batch)}}}}
    request = dg.RunRequest(run_key=asked.key, run_config=config, tags={BATCH: asked.key})
    return dg.SensorResult(run_requests=[request], cursor=asked.cursor)


def _state(instance: dg.DagsterInstance, memory: Memory) -> str:
    """What became of the runs of a batch: `done`, `running`, or `failed`, which a run that is not there is too."""
    runs = instance.get_runs(dg.RunsFilter(tags={BATCH: memory.key}))
    if any(run.status == dg.DagsterRunStatus.SUCCESS for run in runs):
        return "done"
    return "failed" if all(run.is_finished for run in runs) else "running"


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
