import Testing

@Suite("The pages of modules")
struct ModulePagesTests {
  private static let modules: [String] = {
    let manifest = (try? Clone.text(of: "Package.swift")) ?? ""
    return manifest.matches(of: /\.library\(name: "([A-Za-z]+)"/).map { String($0.1) }
  }()

  @Test("there is one for each product, with an overview", arguments: modules)
  func overview(module: String) throws {
    let page = try Clone.text(of: "Sources/\(module)/\(module).docc/\(module).md")
    #expect(page.hasPrefix("# ``\(module)``\n"))
    #expect(page.contains("\n## Overview\n"))
  }

  @Test("the start page has them all")
  func startPage() throws {
    let start = try Clone.text(of: "Docs/Documentation.docc/Start.md")
    let listed = start.matches(of: /(?m)^- ``([A-Za-z]+)``$/).map { String($0.1) }
    #expect(!Self.modules.isEmpty)
    #expect(listed.sorted() == Self.modules.sorted())
  }
}
