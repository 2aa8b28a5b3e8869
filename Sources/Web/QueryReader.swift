import Files

/// What was wrong with the part of an address behind its question mark.
package struct QueryFailure: Error, Equatable {
  /// `query NAME`.
  package var place: String
  /// What was expected, and what came.
  package var message: String

  /// A problem with the parameter `name`.
  package init(_ name: String, _ message: String) {
    place = "query \(name)"
    self.message = message
  }
}

/// The parameters behind the question mark of an address.
package struct QueryReader {
  private let values: [String: [String]]

  /// Reads `a=1&b=2`, where `%41` and `+` mean what they do in forms.
  /// - Parameter known: the names that there are.
  /// - Throws: ``QueryFailure`` where a name is not known or a text is not UTF-8.
  package init(_ query: String?, known: [String]) throws {
    var values: [String: [String]] = [:]
    for part in (query ?? "").split(separator: "&") {
      let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = Self.decoded(pair[0]), known.contains(name) else {
        let hint = Suggestion.clause(for: String(pair[0]), among: known)
        throw QueryFailure(String(pair[0]), "there is no '\(pair[0])'" + hint)
      }
      guard let value = Self.decoded(pair.count > 1 ? pair[1] : "") else {
        throw QueryFailure(name, "expected text in UTF-8, its other signs as %XX, got '\(pair[1])'")
      }
      values[name, default: []].append(value)
    }
    self.values = values
  }

  /// All values of a parameter, in their order.
  package func all(_ name: String) -> [String] { values[name] ?? [] }

  /// The one value of a parameter; nil where it is not there.
  /// - Throws: ``QueryFailure`` where it is there more than once.
  package func text(_ name: String) throws -> String? {
    guard all(name).count <= 1 else {
      throw QueryFailure(name, "expected one value, got \(all(name).count)")
    }
    return all(name).first
  }

  /// A whole number in `range`; `standard` where it is not there.
  /// - Throws: ``QueryFailure`` where it is something else.
  package func number(_ name: String, default standard: Int, in range: ClosedRange<Int>) throws -> Int {
    guard let text = try text(name) else { return standard }
    guard let number = Int(text), range.contains(number) else {
      throw QueryFailure(
        name,
        "expected a whole number from \(range.lowerBound) to \(range.upperBound), got '\(text)'"
      )
    }
    return number
  }

  /// Text in which `%41` and `+` mean what they do in forms; nil where that is no UTF-8.
  package static func decoded(_ text: Substring) -> String? {
    var bytes: [UInt8] = []
    var rest = text.utf8
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
        continue
      }
      let digits = rest.prefix(2)
      guard digits.count == 2, digits.allSatisfy({ Character(UnicodeScalar($0)).isHexDigit }),
        let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
      else { return nil }
      bytes.append(value)
      rest = rest.dropFirst(2)
    }
    return String(validating: bytes, as: UTF8.self)
  }
}
