"""store/scalars.tfevents: an event file of TensorBoard's own writer and messages, read back by its own reader."""

import math

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.compat.proto.event_pb2 import Event, SessionLog
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.record_writer import RecordWriter

from common import area

OUT = area("store") / "scalars.tfevents"
SCALARS = [
    ("loss/train", 1, 0.75),
    ("loss/train", 200, 0.5),
    ("uar/dev", 200, 0.0),
    ("uar/dev", 2**40, 1 / 3),
    ("Größe", -1, math.inf),
    ("late", 7, math.nan),
]


def scalar(tag, step, value, wall_time):
    summary = Summary(value=[Summary.Value(tag=tag, simple_value=value)])
    return Event(wall_time=wall_time, step=step, summary=summary)


events = [Event(wall_time=1700000000.25, file_version="brain.Event:2")]
events.append(Event(wall_time=1700000000.25, step=5, session_log=SessionLog(status=SessionLog.START)))
events += [scalar(tag, step, value, 1700000001.5 + i) for i, (tag, step, value) in enumerate(SCALARS)]
with open(OUT, "wb") as file:
    writer = RecordWriter(file)
    for event in events:
        writer.write(event.SerializeToString())

reader = EventAccumulator(str(OUT)).Reload()
assert set(reader.Tags()["scalars"]) == {tag for tag, _, _ in SCALARS}
assert [(e.step, e.value) for e in reader.Scalars("loss/train")] == [(1, 0.75), (200, 0.5)]
print(OUT.stat().st_size, "bytes")
