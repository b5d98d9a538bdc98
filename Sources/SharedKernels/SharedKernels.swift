// SharedKernels
