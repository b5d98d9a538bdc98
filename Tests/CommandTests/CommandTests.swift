import Testing

/// Each of its suites starts processes that take all cores, so that they run one after another.
@Suite("The command nin", .serialized)
struct CommandTests {}
