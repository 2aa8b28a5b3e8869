import Glibc
import Synchronization

/// The values of environment variables whose names say that they are secrets, of those that the recipe at hand uses.
///
/// What is kept of a run names the variable in their place, as a recipe refers to it: records, reports, logs and what is said on the
/// way. What a step makes of them, as the files that a script writes, is not looked at.
package enum Secrets {
  private struct Secret {
    var name: String
    var value: String
    /// As a text has it: in quotes twice, in quotes, as it is.
    var forms: [[UInt8]]

    init(_ name: String, _ value: String) {
      (self.name, self.value) = (name, value)
      let once = Secrets.quoted(value)
      forms = [Secrets.quoted(once), once, value].map { Array($0.utf8) }
    }

    /// Whether it stands anywhere in `bytes`.
    func isIn(_ bytes: [UInt8]) -> Bool {
      bytes.withUnsafeBytes { text in
        forms.contains { form in form.withUnsafeBytes { Secret.stands($0, in: text) } }
      }
    }

    private static func stands(_ form: UnsafeRawBufferPointer, in text: UnsafeRawBufferPointer) -> Bool {
      guard let start = text.baseAddress, let sought = form.baseAddress, form.count <= text.count else {
        return false
      }
      var place = start
      let end = start + (text.count - form.count + 1)
      while place < end, let found = memchr(place, Int32(form[0]), end - place) {
        if memcmp(found, sought, form.count) == 0 { return true }
        place = UnsafeRawPointer(found) + 1
      }
      return false
    }
  }

  private static let known = Mutex<[Secret]>([])

  /// What names of secrets have in them, in whole words.
  private static let words: Set = [
    "secret", "token", "password", "passwd", "pwd", "passphrase", "passcode", "credential", "credentials",
    "key", "keys",
    "apikey", "auth", "private", "cookie", "secrets", "tokens", "passwords",
  ]
  /// And what is told even inside of a word: `MYTOKEN`.
  private static let parts = ["secret", "token", "password", "passwd", "apikey", "credential"]

  /// Whether a variable's name says that its value is a secret.
  package static func isSecret(_ name: String) -> Bool {
    let lower = name.lowercased()
    guard lower != "pwd", lower != "oldpwd" else { return false }  // where a shell is
    return lower.split(whereSeparator: { !$0.isLetter }).contains { words.contains(String($0)) }
      || parts.contains(where: lower.contains)
  }

  /// Notes that a recipe uses a variable; nothing is done where its name does not say that it is a secret, nor where its value is so
  /// short a text or number that it would be found everywhere.
  package static func note(_ name: String, _ value: String) {
    guard isSecret(name), value.utf8.count >= (value.allSatisfy { "0123456789.+-".contains($0) } ? 8 : 4)
    else { return }
    known.withLock { known in
      if known.contains(where: { ($0.name, $0.value) == (name, value) }) { return }
      known.append(Secret(name, value))
      // One that holds another goes first.
      known.sort { $0.value.utf8.count > $1.value.utf8.count }
    }
  }

  /// The text with `${env:NAME}` wherever a secret stands in it: as it is, or as text in quotes has it, which may be quoted again.
  /// - Parameter isWhole: whether a masked text is still what its readers take it for. A secret that is a word of their format as
  ///   well, as `name`, stands where masking it would spoil the text.
  package static func masked(_ text: String, isWhole: (String) -> Bool = { _ in true }) -> String {
    masking(text, isWhole) { replacing($0, in: $1[...]) }
  }

  /// A text of JSON with ``masked(_:isWhole:)`` texts in it; what objects call their members stands.
  package static func masked(json text: String, isWhole: (String) -> Bool) -> String {
    masking(text, isWhole) { secret, bytes in
      var out: [UInt8] = []
      out.reserveCapacity(bytes.count)
      var place = 0
      while let start = bytes[place...].firstIndex(of: UInt8(ascii: "\"")) {
        var end = start + 1
        while end < bytes.count, bytes[end] != UInt8(ascii: "\"") {
          end += bytes[end] == UInt8(ascii: "\\") ? 2 : 1
        }
        end = min(end, bytes.count)
        let next = bytes[min(end + 1, bytes.count)...].first { $0 != UInt8(ascii: " ") }
        out += bytes[place...start]
        let string = bytes[(start + 1)..<max(end, start + 1)]
        out += next == UInt8(ascii: ":") ? Array(string) : replacing(secret, in: string)
        place = end
        if end < bytes.count {
          out.append(bytes[end])
          place += 1
        }
      }
      return out + bytes[place...]
    }
  }

  /// The text without what is known, each secret by `replace` where it is whole after that.
  private static func masking(
    _ text: String,
    _ isWhole: (String) -> Bool,
    replace: (Secret, [UInt8]) -> [UInt8]
  ) -> String {
    let known = known.withLock { $0 }
    if known.isEmpty { return text }
    let bytes = Array(text.utf8)
    // Most texts have none.
    guard known.contains(where: { $0.isIn(bytes) }) else { return text }
    let all = known.reduce(bytes) { replace($1, $0) }
    if all == bytes { return text }
    let masked = String(decoding: all, as: UTF8.self)
    if isWhole(masked) { return masked }
    var kept = bytes
    for secret in known {
      let next = replace(secret, kept)
      if next != kept, isWhole(String(decoding: next, as: UTF8.self)) { kept = next }
    }
    return String(decoding: kept, as: UTF8.self)
  }

  /// Bytes of a text with a secret replaced in all of its forms.
  private static func replacing(_ secret: Secret, in bytes: ArraySlice<UInt8>) -> [UInt8] {
    let mask = Array("${env:\(secret.name)}".utf8)
    return secret.forms.reduce(Array(bytes)) { replacing($1, in: $0, with: mask) }
  }

  private static func quoted(_ text: String) -> String {
    String(JSONValue.quoted(text).dropFirst().dropLast())
  }

  private static func replacing(_ form: [UInt8], in bytes: [UInt8], with mask: [UInt8]) -> [UInt8] {
    guard let first = form.first, bytes.count >= form.count else { return bytes }
    var out: [UInt8] = []
    out.reserveCapacity(bytes.count)
    var place = 0
    while place < bytes.count {
      let end = place + form.count
      if bytes[place] == first, end <= bytes.count, bytes[place..<end].elementsEqual(form) {
        out += mask
        place = end
      } else {
        out.append(bytes[place])
        place += 1
      }
    }
    return out
  }
}
