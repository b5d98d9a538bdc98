/// The function that libFuzzer calls with each input.
///
/// An input may be read or rejected; a trap, an invalid memory access, or an error of more than one line ends the
/// process, and libFuzzer keeps the input.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafeRawPointer?, _ count: Int) -> CInt {
  let input = [UInt8](UnsafeRawBufferPointer(start: start, count: count))
  do {
    try FuzzTarget.chosen.read(input)
  } catch {
    let line = "\(error)"
    precondition(!line.contains(where: \.isNewline), "an error of more than one line: \(line)")
    precondition(line.utf8.count < 1 << 16, "an error of \(line.utf8.count) bytes")
  }
  return 0
}
