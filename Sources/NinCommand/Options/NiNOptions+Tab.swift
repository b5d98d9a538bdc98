import ArgumentParser
import ModelOptions
import NetworkInNetwork
import Reporting

extension NiNOptions {
  /// Rejects a head that a tab replaces.
  ///
  /// - Throws: `ValidationError`.
  func requireHead(of tab: Tab?) throws {
    guard let tab, head == .globalAverage,
      try tab.choice(ModelChoice(.nin)).design.head != NiNDesign.Head.globalAverage
    else { return }
    throw ValidationError(
      "--head global-average has no effect: the head of the tab \(tab.rawValue.quoted) is the mean of 5×5 windows; omit one"
    )
  }
}
