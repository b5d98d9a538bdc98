// ReferenceBackend
