import Memory

/// Changes inputs at random, without an eye on what they reach: the share of fuzzing that every build can do.
package struct Mutator {
  private var draw: SplitMix

  /// Draws of `seed` and `stream` alone.
  package init(seed: Int, stream: Int) { draw = SplitMix(seed: seed, stream: stream) }

  private static let numbers: [[UInt8]] = [
    [0], [0xFF], [0x7F], [0x80], [0xFF, 0xFF, 0xFF, 0xFF], [0xFF, 0xFF, 0xFF, 0x7F], [0, 0, 0, 0x80],
    [UInt8](repeating: 0xFF, count: 8), [UInt8](repeating: 0xFF, count: 7) + [0x7F],
    [0, 0, 0, 0, 1, 0, 0, 0],
    // A number of Thrift and of protocol buffers that takes all of its bytes.
    [UInt8](repeating: 0xFF, count: 9) + [1],
  ]
  private static let words = [
    "-1", "0", "2147483648", "9223372036854775807", "-9223372036854775808", "1e309", "nan", "\"", "'",
    "[[[[[[", "{{{{{{",
    "${", "\u{0}", "\n\n", "\r\n", ",,,,,,,,", "é", "<<: *a", "&a ", "null",
  ]

  /// `input` with some changes; `others` are inputs that parts are taken from.
  package mutating func changed(_ input: [UInt8], with others: [[UInt8]]) -> [UInt8] {
    var bytes = input
    for _ in 0...draw.below(5) {
      let place = draw.below(bytes.count + 1)
      let end = min(bytes.count, place + 1 + draw.below(draw.below(8) == 0 ? 400 : 9))
      switch draw.below(9) {
      case 0, 1: if place < bytes.count { bytes[place] ^= 1 << UInt8(draw.below(8)) }
      case 2: if place < bytes.count { bytes[place] = UInt8(truncatingIfNeeded: draw.next()) }
      case 3: bytes.removeSubrange(place..<end)
      case 4: bytes.insert(contentsOf: bytes[place..<end], at: place)
      case 5:
        let number = Self.numbers[draw.below(Self.numbers.count)]
        bytes.replaceSubrange(place..<min(bytes.count, place + number.count), with: number)
      case 6: bytes.insert(contentsOf: Self.words[draw.below(Self.words.count)].utf8, at: place)
      case 7:
        let other = others.isEmpty ? [] : others[draw.below(others.count)]
        let start = draw.below(other.count + 1)
        bytes.replaceSubrange(place..<end, with: other[start..<min(other.count, start + draw.below(200))])
      default: bytes.removeLast(min(bytes.count, draw.below(40)))
      }
    }
    return bytes
  }
}
