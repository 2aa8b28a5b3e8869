import Files
import FoundationEssentials
import Glibc
import Logging

/// Writes log events as JSON, one a line: level, message, time.
struct JSONLinesLogHandler: LogHandler {
  var metadata: Logger.Metadata = [:]
  var logLevel: Logger.Level = .info
  let descriptor: Int32

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let fields = JSONValue.object([
      ("level", .string(event.level.rawValue)),
      ("message", .string(Secrets.masked(event.message.description))),
      ("time", .string(Date().formatted(.iso8601))),
    ])
    var line = fields.text(.compact) + "\n"
    line.withUTF8 { _ = Glibc.write(descriptor, $0.baseAddress, $0.count) }
  }
}
