import Files
import Glibc
import Notebook

/// What a program says, line by line as it comes.
final class ScriptLog {
  private let path: String
  private var descriptor: Int32 = -1
  private var open: [UInt8] = []
  private var lines: [String] = []
  private var told = 0

  /// How many lines go to the run's log; a program may say more than anybody reads.
  private static let most = 10_000
  /// How many bytes a line may have.
  private static let longest = 4_000

  init(_ path: String) { self.path = path }
  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Reads what came since, and puts it into the run's log.
  func drain(to context: RunContext) {
    if descriptor < 0 { descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC) }
    guard descriptor >= 0 else { return }
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(descriptor, &bytes, bytes.count)
      guard count > 0 else { return }
      for byte in bytes[..<count] {
        if byte == UInt8(ascii: "\n") {
          take(context)
        } else if open.count < Self.longest {
          open.append(byte)
        }
      }
    }
  }

  /// The last lines, as a terminal may show them.
  func last(_ count: Int) -> [String] {
    if !open.isEmpty { take(nil) }
    return lines.suffix(count)
  }

  private func take(_ context: RunContext?) {
    let text = String(decoding: open, as: UTF8.self)
    let shown = String(String.UnicodeScalarView(text.unicodeScalars.filter { $0.isPrintable || $0 == "\t" }))
    open = []
    lines.append(shown)
    if lines.count > 200 { lines.removeFirst(100) }
    told += 1
    guard let context, told <= Self.most else { return }
    context.progress.log?.info("\(context.cell): \(shown)")
    if told == Self.most {
      context.progress.log?.info("\(context.cell): what it says from here on is left out")
    }
  }
}
