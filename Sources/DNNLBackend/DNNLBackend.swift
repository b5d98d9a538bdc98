// DNNLBackend
