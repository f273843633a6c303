"""What is measured, against which peer, in one run: `make bench`, or `python -m benchmarks NAME`."""
