import Glibc

/// The most that this process has had in memory.
enum ProcessPeak {
  /// The bytes, as `/proc/self/status` tells (`VmHWM`, in units of 1024 bytes); nil where it does not.
  static var bytes: Double? {
    let descriptor = open("/proc/self/status", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var text = [UInt8](repeating: 0, count: 1 << 14)
    let count = read(descriptor, &text, text.count)
    guard count > 0 else { return nil }
    let lines = String(decoding: text[..<count], as: UTF8.self).split(separator: "\n")
    guard let line = lines.first(where: { $0.hasPrefix("VmHWM:") }) else { return nil }
    return line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Double($0) }.map {
      $0 * 1024
    }
  }
}
