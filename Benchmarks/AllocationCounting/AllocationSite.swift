import CAllocations

/// A site in the program that requested memory.
public struct AllocationSite: Sendable {
  /// The number of requests.
  public let calls: Int
  /// The functions on the call stack, innermost first, up to the one that counts.
  public let functions: [String]

  /// Groups requests by their call stacks.
  ///
  /// - Parameter stacks: The return addresses of each request, innermost first.
  /// - Returns: The sites, the most frequent first.
  static func sites(of stacks: [[UInt]]) -> [AllocationSite] {
    Dictionary(grouping: stacks) { $0 }
      .map { stack, requests in
        let functions = stack.map(functionName).prefix { !$0.contains("AllocationCounter.") }
        return AllocationSite(calls: requests.count, functions: Array(functions))
      }
      .sorted { ($1.calls, $0.functions.count) < ($0.calls, $1.functions.count) }
  }
}

extension AllocationSite: CustomStringConvertible {
  /// The number of requests, and below it the innermost functions.
  public var description: String {
    "  \(calls) ×\n" + functions.prefix(10).map { "    \($0)" }.joined(separator: "\n")
  }
}

private func functionName(_ address: UInt) -> String {
  withUnsafeTemporaryAllocation(of: CChar.self, capacity: 200) { text in
    guard let start = text.baseAddress, allocations_describe(address, start, text.count) else {
      return "0x" + String(address, radix: 16)
    }
    return String(cString: start)
  }
}
