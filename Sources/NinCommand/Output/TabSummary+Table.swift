import NetworkInNetwork
import Reporting

extension TabSummary {
  /// The table, in the framework's layouts.
  var table: ColumnTable {
    var table = ColumnTable(
      ["layer", "class", "output shape", "kernel", "padding"], alignment: Array(repeating: .left, count: 5))
    for row in rows {
      table.add([
        (row.isTopLevel ? "" : "  ") + row.name, row.className, row.outputShape, row.kernelShape ?? "",
        row.padding ?? "",
      ])
    }
    return table
  }
}
