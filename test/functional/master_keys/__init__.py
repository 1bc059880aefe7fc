"""Master key providers of AWS KMS, over HTTP against the emulation."""
