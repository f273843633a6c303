"""Live systems: what a question to one of them gave, frozen as a file that can be added as evidence.

Each has a time window, pages, a limit of rows and progress. Nothing is changed over there: SQL runs in a transaction
that may only read. Addresses with a password come from the environment or a keyring and are kept nowhere.

    fetch(address("env:ORDERS_DB"), "SELECT * FROM jobs WHERE at >= :start AND at < :end", folder, window=(start, end))
    fetch(address("http://prometheus:9090"), "sum by (job) (rate(errors_total[5m]))", folder, window=(start, end))
"""

from __future__ import annotations

from investigator.connect.address import Address, address
from investigator.connect.fetched import Fetched, fetch

__all__ = ["Address", "Fetched", "address", "fetch"]
