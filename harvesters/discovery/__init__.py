"""From any address to a Source: which protocol, which dataset, what its columns mean. `docs/discovery.md` tells how.

look(address, client)                                what stands there, and its datasets, ranked
propose(address, client, dataset, corrections)       a Proposal: an unsaved Source with its evidence and questions
dry_run(source, client)                              what harvesting it would change; nothing is written
"""

from harvesters.discovery.look import Look, NeedsDataset, look
from harvesters.discovery.proposal import Finding, Proposal, Question
from harvesters.discovery.propose import propose
from harvesters.discovery.ranking import Ranked
from harvesters.discovery.trial import DryRun, dry_run

__all__ = [
    "DryRun", "Finding", "Look", "NeedsDataset", "Proposal", "Question", "Ranked", "dry_run", "look", "propose",
]  # fmt: skip
