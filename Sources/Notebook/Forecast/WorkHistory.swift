import Files
import Glibc
import Report

/// What the steps that ran with one cache took: a line each in a file of the cache, the newest last.
///
/// It is no result: a line that is lost or cannot be read costs nothing but a guess.
package struct WorkHistory {
  /// The file.
  package let path: String
  /// Beyond so many bytes the older half is dropped.
  private static let mostBytes = 1 << 20

  /// The history in the cache at `folder`.
  package init(cache folder: String) { path = FilePaths.join(folder, "work.jsonl") }

  /// Adds a line. Lines of several processes at once stay whole, as each is one write at the end of the file.
  package func add(_ record: WorkRecord) {
    guard record.work.isFinite, record.seconds.isFinite, let text = try? CodableJSON.text(record) else {
      return
    }
    if let size = FilePaths.size(of: path), size > Self.mostBytes { shorten() }
    let line = Array((text + "\n").utf8)
    let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    _ = line.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
  }

  /// All lines that can be read, oldest first.
  package var records: [WorkRecord] {
    guard let text = try? MappedFile.readText(path) else { return [] }
    return text.split(separator: "\n").compactMap {
      try? CodableJSON.value(WorkRecord.self, from: String($0))
    }
  }

  private func shorten() {
    guard let text = try? MappedFile.readText(path) else { return }
    let lines = text.split(separator: "\n")
    let kept = lines.suffix(lines.count / 2).map { $0 + "\n" }.joined()
    try? AtomicFile.write(kept, to: path)
  }

  /// The name of this machine.
  package static var host: String {
    var name = [CChar](repeating: 0, count: 256)
    guard gethostname(&name, 255) == 0 else { return "" }
    return String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}
