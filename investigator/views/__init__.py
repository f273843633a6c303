"""One file a picture: events in, a plotly Figure out. `inv.show` is this folder's listing."""
