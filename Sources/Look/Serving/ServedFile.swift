import Files
import Glibc
import HTTPTypes
import Hummingbird
import NIOCore

/// A file under the folder of outputs, opened so that nothing else can be meant by its path.
///
/// Each part of the path is opened from the folder before it, and no link is followed: what leads elsewhere is not there.
/// Only plain files are given, and of those no ledger, which a study's processes hold locks on.
final class ServedFile: Sendable {
  let size: Int
  private let descriptor: Int32
  private let name: String

  /// - Returns: nil where no such file is there, or it is none that is given.
  init?(_ parts: [String], under root: String) {
    guard let name = parts.last, !name.contains(".db") else { return nil }
    var folder = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard folder >= 0 else { return nil }
    for part in parts.dropLast() {
      let next = openat(folder, part, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
      close(folder)
      guard next >= 0 else { return nil }
      folder = next
    }
    let opened = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    close(folder)
    guard opened >= 0 else { return nil }
    var facts = stat()
    guard fstat(opened, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else {
      close(opened)
      return nil
    }
    (descriptor, size, self.name) = (opened, Int(facts.st_size), name)
  }

  deinit { close(descriptor) }

  private static let types = [
    "svg": "image/svg+xml", "png": "image/png", "jpg": "image/jpeg", "html": "text/html; charset=utf-8",
    "json": "application/json", "jsonl": "text/plain; charset=utf-8", "csv": "text/csv; charset=utf-8",
    "md": "text/plain; charset=utf-8", "yaml": "text/plain; charset=utf-8",
    "txt": "text/plain; charset=utf-8", "log": "text/plain; charset=utf-8",
  ]

  /// The file as an answer. Pages among them run nothing and ask nothing.
  var response: Response {
    let ending = name.split(separator: ".").last.map { $0.lowercased() } ?? ""
    var headers: HTTPFields = [
      .contentType: Self.types[ending] ?? "application/octet-stream", .xContentTypeOptions: "nosniff",
      .cacheControl: "no-cache",
      .contentSecurityPolicy:
        "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:",
    ]
    headers[.contentLength] = "\(size)"
    return Response(
      status: .ok,
      headers: headers,
      body: ResponseBody(contentLength: size) { [self] writer in
        var offset = 0
        while offset < size {
          let wanted = min(256 << 10, size - offset)
          let piece = await Blocking.run { [offset] in self.read(wanted, at: offset) }
          // Of a file that has become shorter nothing is made up.
          guard !piece.isEmpty else {
            throw FileError("cannot read", self.name, reason: "it has become shorter")
          }
          offset += piece.count
          try await writer.write(ByteBuffer(bytes: piece))
        }
        try await writer.finish(nil)
      }
    )
  }

  private func read(_ count: Int, at offset: Int) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      filled = max(0, pread(descriptor, buffer.baseAddress, count, off_t(offset)))
    }
  }
}
