"""The team's profile, `investigator.yaml`: what is the same in every incident, written down once, in a quiet hour.

    systems:                       # where the logs are; a command is printed ready to copy, and never run
      orders:
        fetch: kubectl logs deploy/orders --since-time={start} | grep {id}
        sources: ['orders*.log']   # what its files are called in a case
        retention: 7d              # how long it keeps them
        contact: dana
    ids: {document: 'DOC-[0-9]+'}
    zones: {'*.log': Europe/Berlin}
    lifecycle:
      - received: upload / received
      - indexed: {in: indexer, says: indexed document, within: 5 min}
    contacts: {dana: '+49 30 1234'}
    formats: [formats/billing.yaml]

Every key may be left out. It is found upward from where one stands, or by INVESTIGATOR_PROFILE.
"""

from __future__ import annotations

from investigator.profile.commands import filled
from investigator.profile.reading import FILE, VARIABLE, Profile, System, find, found, read

__all__ = ["FILE", "VARIABLE", "Profile", "System", "filled", "find", "found", "read"]
