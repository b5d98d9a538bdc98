import Testing

@testable import FeatureMaps

@Suite("Colors and interpolation")
struct ColorTests {
  @Test("viridis grows lighter step by step, and red and blue are as light as each other around white")
  func lightness() {
    func light(_ color: RGB) -> Double {
      0.2126 * Double(color.red) + 0.7152 * Double(color.green) + 0.0722 * Double(color.blue)
    }
    let viridis = (0...100).map { light(ColorMap.viridis.color(at: Double($0) / 100)) }
    #expect(zip(viridis, viridis.dropFirst()).allSatisfy { $0 < $1 })
    #expect(ColorMap.viridis.color(at: 0) == RGB(0x440154))
    #expect(ColorMap.viridis.color(at: 1) == RGB(0xFDE725))
    let signed = (0...50).map { light(ColorMap.blueToRed.color(at: Double($0) / 100)) }
    #expect(zip(signed, signed.dropFirst()).allSatisfy { $0 < $1 })
    #expect(ColorMap.blueToRed.color(at: 0.5) == RGB(0xF7F7F7))
  }

  @Test("numbers beyond the ends have the colors of the ends, and what is not finite is magenta")
  func beyond() {
    for map in [ColorMap.viridis, .blueToRed] {
      #expect(map.color(at: -3) == map.color(at: 0) && map.color(at: 1e300) == map.color(at: 1))
      #expect(map.color(at: .nan) == .notFinite)
    }
    let scale = ColorScale(limit: 2, isSigned: true)
    #expect(scale.color(of: .infinity) == .notFinite && scale.color(of: .nan) == .notFinite)
    #expect(RGB(shares: .nan, -1, 2) == RGB(0, 0, 255))
  }

  @Test("a scale begins at 0, or is symmetric around it where there are numbers below")
  func scales() {
    let positive = ColorScale(of: [Plane(height: 1, width: 2, values: [0.5, 4])])
    #expect(!positive.isSigned && positive.limit == 4 && positive.marks == [0, 4])
    #expect(positive.color(of: 4) == ColorMap.viridis.color(at: 1))
    let signed = ColorScale(of: [Plane(height: 1, width: 2, values: [-4, .infinity])])
    #expect(signed.isSigned && signed.limit == 4 && signed.marks == [-4, 0, 4])
    #expect(signed.color(of: 0) == ColorMap.blueToRed.color(at: 0.5))
    let zero = ColorScale(of: [Plane(height: 1, width: 1, values: [0])])
    #expect(zero.color(of: 0) == ColorMap.viridis.color(at: 0))
  }

  @Test("over an image of any gray, colors are almost those of the bar, and 0 is almost white")
  func overImage() {
    for isSigned in [false, true] {
      let scale = ColorScale(limit: 2, isSigned: isSigned, opacity: 0.7)
      let bar = scale.bar
      for (column, gray) in [0, 40, 128, 255].flatMap({ column in [0.0, 0.5, 1].map { (column, $0) } }) {
        let share = Double(column) / 255
        let color = scale.color(of: isSigned ? 4 * share - 2 : 2 * share, over: gray)
        let shown = bar[0, column]
        for (one, other) in [(color.red, shown.red), (color.green, shown.green), (color.blue, shown.blue)] {
          #expect(abs(Int(one) - Int(other)) <= (gray == 0.5 ? 1 : 18))
        }
      }
    }
    let zero = ColorScale(limit: 2, isSigned: true, opacity: 0.7).color(of: 0, over: 0)
    #expect(min(zero.red, zero.green, zero.blue) > 210)
    // Without an image below, the bar has the colors themselves.
    #expect(ColorScale(limit: 2, isSigned: true).bar[0, 0] == ColorMap.blueToRed.color(at: 0))
  }

  @Test("a color over another is mixed with it")
  func mixed() {
    #expect(RGB(200, 0, 100).over(RGB(0, 100, 100), opacity: 0.5) == RGB(100, 50, 100))
    #expect(RGB.white.over(RGB(1, 2, 3), opacity: 0) == RGB(1, 2, 3))
  }

  @Test("interpolation keeps centers and constants, and stays as it is beyond the outermost centers")
  func interpolation() {
    let plane = Plane(height: 1, width: 2, values: [0, 4])
    #expect(plane.interpolated(height: 1, width: 4).values == [0, 1, 3, 4])
    #expect(plane.interpolated(height: 3, width: 2).values == [0, 4, 0, 4, 0, 4])
    let square = Plane(height: 2, width: 3, values: [1, 2, 3, 4, 5, 6])
    #expect(square.interpolated(height: 2, width: 3) == square)
    let single = Plane(height: 1, width: 1, values: [7])
    #expect(single.interpolated(height: 5, width: 3).values == Array(repeating: 7, count: 15))
    // An odd enlargement has pixels at the centers, whose mean over whole cells is the plane's.
    let enlarged = square.interpolated(height: 6, width: 9)
    for row in 0..<2 {
      for column in 0..<3 {
        #expect(abs(enlarged[3 * row + 1, 3 * column + 1] - square[row, column]) < 1e-12)
      }
    }
    #expect(abs(enlarged.mean - square.mean) < 1e-12)
  }

  @Test("columns make a wide picture, without gaps if a similar number allows that")
  func columns() {
    #expect(Columns.count(for: 96) == 12)
    #expect(Columns.count(for: 64) == 8)
    #expect(Columns.count(for: 1) == 1)
    #expect(Columns.count(for: 7, atMost: 6) <= 6)
    #expect((1...600).allSatisfy { 1...24 ~= Columns.count(for: $0) })
  }
}
