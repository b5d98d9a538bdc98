import Foundation

/// A light rectangle on black, 16×16 gray, as files.
enum SmallImages {
  static let png = decoded(
    """
    iVBORw0KGgoAAAANSUhEUgAAABAAAAAQCAAAAAA6mKC9AAAAE0lEQVR42mNgIAr8h4LhIIAXAADQ/l+hhV3AAAAAAABJRU5ErkJggg==
    """)

  static let jpeg = decoded(
    """
    /9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAYEBQYFBAYGBQYHBwYIChAKCgkJChQODwwQFxQYGBcUFhYaHSUfGhsjHBYWICwgIyYn
    KSopGR8tMC0oMCUoKSj/wAALCAAQABABAREA/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUF
    BAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVW
    V1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi
    4+Tl5ufo6erx8vP09fb3+Pn6/9oACAEBAAA/AOU/ZQ+Hvhjx3/wlP/CV6Z9v+xfZfs/+kSxbN/nbvuMuc7F656UftX/D3wx4E/4R
    b/hFNM+wfbftXn/6RLLv2eTt++zYxvbpjrR+yh8QvDHgT/hKf+Er1P7B9t+y/Z/9Hll37PO3fcVsY3r1x1o/av8AiF4Y8d/8It/w
    imp/b/sX2rz/APR5Ytm/ydv31XOdjdM9K//Z
    """)

  private static func decoded(_ base64: String) -> Data {
    Data(base64Encoded: base64, options: .ignoreUnknownCharacters) ?? Data()
  }
}
