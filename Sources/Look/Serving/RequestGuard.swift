import Files
import Glibc
import HTTPTypes
import Hummingbird
import NIOCore

/// Keeps other sites, which a browser on this machine may have open, from asking or telling us anything.
///
/// A browser says which name it came by (`Host`): a name of another site that leads to this machine is refused. It says
/// from which site a script asks (`Origin`, `Sec-Fetch-Site`): others are refused. What changes anything must besides bring
/// a text that only our own pages hold.
enum RequestGuard {
  /// Why a request is refused, or nil.
  static func problem(_ request: Request) -> String? {
    guard let authority = request.head.authority, !authority.isEmpty else {
      return "the request names no host"
    }
    guard isOurs(authority) else {
      return "'\(authority.prefix(200))' is no address of this machine; ask for 127.0.0.1 or localhost"
    }
    if let origin = request.headers[.origin], origin.lowercased() != "http://\(authority)".lowercased() {
      return "another site asks"
    }
    if let site = field("Sec-Fetch-Site", request), !["same-origin", "none"].contains(site) {
      // A link on another site may lead here; nothing else of it.
      guard request.method == .get, field("Sec-Fetch-Mode", request) == "navigate",
        field("Sec-Fetch-Dest", request) == "document"
      else { return "another site asks" }
    }
    return nil
  }

  /// Why a request that changes something is refused, or nil.
  static func problem(_ request: Request, token given: String?, expected: String) -> String? {
    guard request.headers[.origin] != nil || field("Sec-Fetch-Site", request) == "same-origin" else {
      return "the request does not say from which page it comes"
    }
    let (own, other) = (Array(expected.utf8), Array((given ?? "").utf8))
    var difference = own.count ^ other.count
    for place in own.indices { difference |= Int(own[place] ^ (place < other.count ? other[place] : 0)) }
    return difference == 0 ? nil : "the page is of an earlier start of this program; load it again"
  }

  /// Whether a browser that names this host cannot have been led here by a name of another's: an address, or this machine's
  /// own name.
  static func isOurs(_ authority: String) -> Bool {
    var host = Substring(authority)
    if host.first == "[" {
      guard let end = host.firstIndex(of: "]") else { return false }
      let rest = host[host.index(after: end)...]
      guard rest.isEmpty || isPort(rest) else { return false }
      var address = in6_addr()
      return inet_pton(AF_INET6, String(host[host.index(after: host.startIndex)..<end]), &address) == 1
    }
    if let colon = host.lastIndex(of: ":") {
      guard isPort(host[colon...]) else { return false }
      host = host[..<colon]
    }
    var address = in_addr()
    return host.lowercased() == "localhost" || inet_pton(AF_INET, String(host), &address) == 1
      || (!host.isEmpty && host.lowercased() == ownName)
  }

  private static func isPort(_ text: Substring) -> Bool {
    text.first == ":" && (1...5).contains(text.utf8.count - 1)
      && text.dropFirst().utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
  }

  private static let ownName: String? = {
    var name = [CChar](repeating: 0, count: 256)
    guard gethostname(&name, name.count - 1) == 0 else { return nil }
    return name.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0).lowercased() } }
  }()

  private static func field(_ name: String, _ request: Request) -> String? {
    HTTPField.Name(name).flatMap { request.headers[$0] }
  }
}
