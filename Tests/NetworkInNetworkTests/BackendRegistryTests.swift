import Foundation
import NetworkInNetwork
import TestSupport
import Testing

@Suite("Backends by name and by type")
struct BackendRegistryTests {
  @Test("the built-in ones are registered automatically")
  func builtIn() throws {
    #expect(BackendRegistry.entries.map(\.name).starts(with: ["dnnl", "openblas", "blis", "reference"]))
    for name in TestedBackends.names {
      #expect(try BackendRegistry.backend(named: name).name == name)
    }
  }

  @Test("an unknown name is rejected with the available ones")
  func unknown() {
    let error = #expect(throws: BackendError.self) { try BackendRegistry.backend(named: "cudnn") }
    #expect(error == .unknownName("cudnn", available: BackendRegistry.entries.map(\.name)))
    for entry in BackendRegistry.entries {
      #expect("\(error.map { "\($0)" } ?? "")".contains(entry.name))
    }
  }

  @Test("names are checked without making the backends")
  func known() throws {
    try BackendRegistry.requireKnown(["reference", "blis"])
    #expect(throws: BackendError.self) { try BackendRegistry.requireKnown(["reference", "cudnn"]) }
  }

  @Test("a registered one replaces another of the same name")
  func registered() throws {
    BackendRegistry.register(.init(name: "mine", summary: "first") { Reference(threads: $0.threads) })
    BackendRegistry.register(.init(name: "mine", summary: "second") { Reference(threads: $0.threads) })
    #expect(BackendRegistry.entries.filter { $0.name == "mine" }.map(\.summary) == ["second"])
    #expect(try BackendRegistry.backend(named: "mine").threads == .automatic)
  }

  @Test("by type, with the default threads")
  func byType() throws {
    #expect(Reference().threads == .automatic)
    #if OpenBLAS
      #expect(try OpenBLAS().threads == .automatic)
    #endif
    #if DNNL
      #expect(try DNNL().threads == .automatic)
    #endif
  }
}
