import Glibc

/// Questions to a service over HTTP/1.1, one connection each, the answer whole in memory.
struct HTTPExchange {
  /// What came back.
  struct Answer: Equatable {
    /// The status code.
    var code: Int
    /// The body.
    var text: String
  }

  /// Why there is no answer.
  struct Failure: Error, CustomStringConvertible {
    var description: String
  }

  /// `http://host:port`, without a slash at the end.
  let address: String
  private let host: String
  private let port: String
  private let prefix: String
  /// How long a connection may be silent, in seconds.
  private static let patience = 30
  /// No answer is longer, in bytes.
  private static let mostBytes = 1 << 24

  /// Takes the address of a service.
  /// - Throws: `LaunchError` where it is none of HTTP's.
  init(_ address: String) throws {
    guard
      let found = address.wholeMatch(
        of: /http:\/\/(\[[0-9a-fA-F:]+\]|[A-Za-z0-9._-]+)(:([0-9]{1,5}))?(\/[^\s?#]*)?/
      )
    else {
      let isSecure = address.hasPrefix("https://") ? "; of https make a tunnel (ssh -L 8265:HOST:8265)" : ""
      throw LaunchError("expected an address as http://HOST:PORT, not '\(address)'\(isSecure)")
    }
    host = found.output.1.filter { $0 != "[" && $0 != "]" }
    port = found.output.3.map(String.init) ?? "80"
    let path = found.output.4.map(String.init) ?? ""
    prefix = path.hasSuffix("/") ? String(path.dropLast()) : path
    self.address = address.hasSuffix("/") ? String(address.dropLast()) : address
  }

  /// Asks, and waits for the answer.
  /// - Throws: ``Failure`` where none comes, or none that can be understood.
  func ask(_ method: String, _ path: String, headers: [String: String] = [:], body: String = "") throws
    -> Answer
  {
    let connection = try connect()
    defer { close(connection) }
    var lines = [
      "\(method) \(prefix)\(path) HTTP/1.1", "Host: \(host):\(port)", "Connection: close", "Accept: */*",
    ]
    lines += headers.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
    if method == "POST" { lines += ["Content-Type: application/json", "Content-Length: \(body.utf8.count)"] }
    try send(Array((lines.joined(separator: "\r\n") + "\r\n\r\n" + body).utf8), connection)
    return try Self.parse(try receive(connection))
  }

  private func connect() throws -> Int32 {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    let code = getaddrinfo(host, port, &hints, &list)
    guard code == 0 else { throw Failure(description: "\(host): \(String(cString: gai_strerror(code)))") }
    defer { freeaddrinfo(list) }
    var reason = "no address of \(host)"
    var next = list
    while let entry = next {
      next = entry.pointee.ai_next
      let made = socket(
        entry.pointee.ai_family,
        entry.pointee.ai_socktype | Int32(SOCK_CLOEXEC.rawValue),
        entry.pointee.ai_protocol
      )
      guard made >= 0 else { continue }
      // For connecting too, which waits minutes elsewhere.
      var limit = timeval(tv_sec: Self.patience, tv_usec: 0)
      for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
        setsockopt(made, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout<timeval>.size))
      }
      if Glibc.connect(made, entry.pointee.ai_addr, entry.pointee.ai_addrlen) == 0 { return made }
      reason = String(cString: strerror(errno))
      close(made)
    }
    throw Failure(description: reason)
  }

  private func send(_ bytes: [UInt8], _ connection: Int32) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes {
        Glibc.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw Failure(description: Self.reason()) }
      rest = rest.dropFirst(count)
    }
  }

  private func receive(_ connection: Int32) throws -> [UInt8] {
    var all: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 16)
    while all.count <= Self.mostBytes {
      let count = recv(connection, &piece, piece.count, 0)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw Failure(description: Self.reason()) }
      if count == 0 { return all }
      all += piece[..<count]
    }
    throw Failure(description: "the answer is longer than \(Self.mostBytes) bytes")
  }

  private static func reason() -> String {
    errno == EAGAIN ? "no answer within \(patience) s" : String(cString: strerror(errno))
  }

  /// The answer in the bytes of a connection that was closed after it.
  static func parse(_ bytes: [UInt8]) throws -> Answer {
    let end = Array("\r\n\r\n".utf8)
    guard let cut = bytes.indices.first(where: { bytes[$0...].starts(with: end) }) else {
      throw Failure(description: bytes.isEmpty ? "the connection was closed" : "the answer is none of HTTP")
    }
    let lines = String(decoding: bytes[..<cut], as: UTF8.self).split(separator: "\r\n").map(String.init)
    let words = lines.first?.split(separator: " ") ?? []
    guard words.count >= 2, words[0].hasPrefix("HTTP/1."), let code = Int(words[1]) else {
      throw Failure(description: "the answer is none of HTTP")
    }
    func header(_ name: String) -> String? {
      lines.dropFirst().first { $0.lowercased().hasPrefix(name + ":") }
        .map { $0.dropFirst(name.count + 1).filter { !$0.isWhitespace }.lowercased() }
    }
    let body = Array(bytes[(cut + end.count)...])
    if header("transfer-encoding") == "chunked" {
      return Answer(code: code, text: String(decoding: try unchunked(body), as: UTF8.self))
    }
    if let length = header("content-length").flatMap({ Int($0) }), body.count < length {
      throw Failure(description: "the answer was cut off")
    }
    return Answer(code: code, text: String(decoding: body, as: UTF8.self))
  }

  /// The content of chunks (RFC 9112, 7.1).
  private static func unchunked(_ body: [UInt8]) throws -> [UInt8] {
    var (out, place) = ([UInt8](), 0)
    while let end = body[place...].firstIndex(of: UInt8(ascii: "\r")) {
      let size = String(decoding: body[place..<end], as: UTF8.self).split(separator: ";").first.flatMap {
        Int($0, radix: 16)
      }
      guard let size, size >= 0, size <= body.count - end - 2 else { break }
      if size == 0 { return out }
      out += body[(end + 2)..<(end + 2 + size)]
      place = end + 2 + size + 2
      guard place <= body.count else { break }
    }
    throw Failure(description: "the answer was cut off")
  }
}
