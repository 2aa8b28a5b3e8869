import Glibc

/// Files by which the system tells of itself, below `/proc` and `/sys`: they have no size to map.
package enum SystemFile {
  /// What stands in the file at `path`, of which the system gives no more than a mebibyte; nil where it cannot be read.
  package static func text(_ path: String) -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var text: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 14)
    while text.count < 1 << 20 {
      let count = read(descriptor, &chunk, chunk.count)
      if count < 0 { return nil }
      if count == 0 { break }
      text += chunk[..<count]
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// The bytes that a line `NAME:  123 kB` of the file at `path` tells of, as `/proc/meminfo` and `/proc/self/status` have them; nil
  /// where there is no such line.
  package static func bytes(_ name: String, in path: String) -> Int? {
    guard let line = text(path)?.split(separator: "\n").first(where: { $0.hasPrefix(name + ":") }) else {
      return nil
    }
    return line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }.map { $0 * 1024 }
  }
}
