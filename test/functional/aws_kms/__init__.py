"""Every AWS KMS keyring, over real HTTP, against the emulation."""
