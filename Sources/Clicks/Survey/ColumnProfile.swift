import Tables

/// What stands in one column of a table.
package struct ColumnProfile: Sendable, Equatable {
  /// What values of a column are.
  package enum Kind: String, Sendable, Hashable {
    case integer, decimal, text, time, list, vector
    /// It cannot be read; `problem` says why.
    case unreadable
  }

  /// A value that rows have, and how many.
  package struct Frequency: Sendable, Equatable {
    package var value: String
    package var count: Int
  }

  /// Its name; its number where there is no header.
  package var name: String
  /// Its place, from 1.
  package var number: Int
  /// What its values are.
  package var kind: Kind
  /// How many rows have no value.
  package var empty = 0
  /// How many different values there are; decimal numbers are the same where they are equal as numbers, lists where they
  /// have the same values in the same order.
  package var distinct = 0
  /// The least value, with all digits: of numbers and times; nil of others, and where there is none.
  package var least: String?
  /// The greatest value, likewise.
  package var greatest: String?
  /// What times count, nil of others.
  package var unit: TimeUnit?
  /// The first different values in the order of the file, three at most.
  package var examples: [String] = []
  /// The values that most rows have, the first of equals by their order, twenty at most.
  package var frequent: [Frequency] = []
  /// Lists: how many values the longest has; vectors: how many numbers each has.
  package var width = 0
  /// How texts hold several values, where they seem to.
  package var parts: TextParts?
  /// Whether its texts are mostly of several words.
  package var isProse = false
  /// Why it cannot be read.
  package var problem: String?

  init(name: String, number: Int, kind: Kind) {
    (self.name, self.number, self.kind) = (name, number, kind)
  }
}

/// Values that stand in one text with a separator between them.
package struct TextParts: Sendable, Equatable {
  /// The byte between them.
  package var separator: UInt8
  /// How many different ones there are.
  package var distinct: Int

  /// Values with blanks between them.
  package static func words(distinct: Int) -> TextParts { TextParts(separator: 0x20, distinct: distinct) }

  private init(separator: UInt8, distinct: Int) { (self.separator, self.distinct) = (separator, distinct) }

  /// What distinct `texts` seem to hold; nil where they are one value each. A separator counts where a tenth of them has it,
  /// and the parts come again and again.
  init?(_ texts: [String]) {
    let texts = texts.lazy.filter { !$0.isEmpty }.prefix(20_000)
    let count = texts.count
    guard count > 1 else { return nil }
    for separator in "|;,".utf8 {
      let cut = texts.filter { $0.utf8.contains(separator) }.count
      guard cut * 10 >= count else { continue }
      var parts: Set<String> = []
      var total = 0
      var words = 0
      for text in texts {
        for part in text.utf8.split(separator: separator) {
          total += 1
          words += part.split(separator: 0x20).count
          parts.insert(String(Substring(part)))
        }
      }
      // Prose has commas too, with many words between them that do not come again.
      guard parts.count * 2 <= total || parts.count <= 20, words <= 3 * total else { continue }
      self.separator = separator
      distinct = parts.count
      return
    }
    return nil
  }
}
