"""What a made world is put together from: its causes, the platform, the ways of documents, and the noise around them."""
