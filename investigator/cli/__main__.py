"""`python -m investigator.cli` is `inv`."""

from investigator.cli import main

main()
