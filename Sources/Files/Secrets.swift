import Synchronization

/// The values of environment variables whose names say that they are secrets, of those that the recipe at hand uses.
///
/// What is kept of a run names the variable in their place, as a recipe refers to it: records, reports, logs and what is said on the
/// way. What a step makes of them, as the files that a script writes, is not looked at.
package enum Secrets {
  private static let known = Mutex<[(name: String, value: String)]>([])

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
      if known.contains(where: { $0 == (name, value) }) { return }
      known.append((name, value))
      // One that holds another goes first.
      known.sort { $0.value.utf8.count > $1.value.utf8.count }
    }
  }

  /// The text with `${env:NAME}` wherever a secret stands in it: as it is, or as text in quotes has it, which may be quoted again.
  package static func masked(_ text: String) -> String {
    let known = known.withLock { $0 }
    if known.isEmpty { return text }
    var bytes = Array(text.utf8)
    for secret in known {
      let mask = Array("${env:\(secret.name)}".utf8)
      let once = quoted(secret.value)
      let forms = [quoted(once), once, secret.value].map { Array($0.utf8) }
      for form in forms { bytes = replacing(form, in: bytes, with: mask) }
    }
    return String(decoding: bytes, as: UTF8.self)
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
