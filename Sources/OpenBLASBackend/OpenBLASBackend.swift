// OpenBLASBackend
