"""The proposed mapping on the rows of the sample: ten Activities to look at, and what becomes of all of them."""

from copy import copy

from harvesters.discovery.proposal import Proposal
from harvesters.discovery.sample import Sample
from harvesters.mapping.record import Recorder
from harvesters.mapping.remarks import Refused
from portal.models import Activity
from portal.vocabularies import AREAL, LOCATED

TEN = 10


def try_out(proposal: Proposal, sample: Sample) -> None:
    """Set the proposal's sample, counts and remarks."""
    counts = dict.fromkeys(("read", "rejected", "located", "areal", "unknown"), 0)
    if not {"id", "title"} <= set(proposal.source.mapping):
        proposal.counts = counts | {"read": len(sample.rows) + len(sample.broken)}
        return
    source = copy(proposal.source)
    recorder = Recorder(source)
    for row in [*sample.rows, *sample.broken]:
        counts["read"] += 1
        try:
            activity = recorder.activity(row)
        except Refused as refusal:
            counts["rejected"] += 1
            recorder.remarks.add(f"rejected: {refusal.reason}")
            continue
        counts[_place(activity)] += 1
        if len(proposal.sample) < TEN:
            proposal.sample.append(activity)
    proposal.counts = counts
    proposal.remarks += [f"{note['count']} × {note['text']}" for note in recorder.remarks.as_notes()]


def _place(activity: Activity) -> str:
    if activity.precision in LOCATED:
        return "located"
    return "areal" if activity.precision in AREAL else "unknown"
