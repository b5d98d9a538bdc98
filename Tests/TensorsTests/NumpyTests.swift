import Foundation
import Tensors
import TestSupport
import Testing

@Suite("Numpy's own files", .enabled(if: Numpy.isPresent, "needs python3 with numpy"))
struct NumpyTests {
  @Test("numpy reads what is written here")
  func writing() throws {
    let directory = try TemporaryFolder()
    let path = directory.path("a.npy")
    try NPY.write(Tensor<Float>(shape: [2, 3], elements: [0, 1, 2, 3, 4, .nan]), to: path)
    let program = """
      import sys, numpy
      a = numpy.load(sys.argv[1])
      expected = numpy.array([[0, 1, 2], [3, 4, numpy.nan]], dtype='<f4')
      assert a.dtype == expected.dtype and a.flags.c_contiguous
      numpy.testing.assert_array_equal(a, expected)
      """
    #expect(Numpy.run(program, path))
  }

  @Test(
    "what numpy writes is read here",
    arguments: ["<f4", "<f8", "<f2", "<i8", "<i4", "|u1", ">f4", ">f8", ">f2", ">i8", ">i4"], ["C", "F"])
  func reading(_ descr: String, _ order: String) throws {
    let directory = try TemporaryFolder()
    let path = directory.path("a.npy")
    let program = """
      import sys, numpy
      a = numpy.arange(24).reshape(2, 3, 4).astype(sys.argv[2], order=sys.argv[3])
      numpy.save(sys.argv[1], a)
      """
    #expect(Numpy.run(program, path, descr, order))
    let tensor = try NPY.read(path)
    #expect(tensor == Tensor(shape: [2, 3, 4], elements: (0..<24).map(Float.init)))
  }
}

private enum Numpy {
  static let isPresent = run("import numpy")

  /// Runs a Python program.
  ///
  /// - Returns: Whether it ran to its end.
  static func run(_ program: String, _ arguments: String...) -> Bool {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["python3", "-c", program] + arguments
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }
}
