"""One file a question: events in, a Finding out. `inv.find` is this folder's listing."""
