import Files
import Glibc

/// A column of text as its words and pairs of adjacent words, hashed into buckets.
///
/// Words are the longest runs of Unicode letters, marks and digits, in lower case; a pair is both words with a blank
/// between them. A bucket that a text hits n times counts 1 + ln n, divided by the root of the sum of all squares, so that
/// long texts weigh as much as short ones. Nothing is learned of the vocabulary: a word has its bucket, and what no
/// training item says has an embedding that is still zero.
///
/// Sources: K. Weinberger et al., "Feature hashing for large scale multitask learning", ICML 2009; A. Joulin et al., "Bag
/// of tricks for efficient text classification", EACL 2017, section 2.2 (hashed pairs); C. Manning et al., "Introduction
/// to Information Retrieval", 2008, section 6.4.1 (sub-linear counts) and 6.3.1 (length normalisation).
package struct TextColumn: Sendable, Equatable {
  /// The column's name.
  package var name: String
  /// How many buckets there are, 1 or more.
  package var buckets: Int

  /// Describes a column.
  package init(name: String, buckets: Int) {
    self.name = name
    self.buckets = buckets
  }

  /// The number of codes with the 0, which no text has.
  package var size: Int { buckets + 1 }

  /// The words of a text, in its order.
  package static func words(_ text: String) -> [String] {
    var words: [String] = []
    var word = ""
    for scalar in text.lowercased().unicodeScalars {
      if isOfWord(scalar) {
        word.unicodeScalars.append(scalar)
      } else if !word.isEmpty {
        words.append(word)
        word = ""
      }
    }
    return word.isEmpty ? words : words + [word]
  }

  private static func isOfWord(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .nonspacingMark,
      .spacingMark, .enclosingMark, .decimalNumber, .letterNumber, .otherNumber:
      true
    default: false
    }
  }

  /// The buckets that a text hits, ascending, and how much each counts.
  package func weights(_ text: String) -> [(code: Int32, weight: Float)] {
    let words = Self.words(text)
    var counts: [Int32: Int] = [:]
    for term in words + zip(words, words.dropFirst()).map({ "\($0) \($1)" }) {
      counts[Int32(TextHash.xxh3(term) % UInt64(buckets)) + 1, default: 0] += 1
    }
    let terms = counts.sorted { $0.key < $1.key }.map { (code: $0.key, weight: 1 + log(Double($0.value))) }
    let length = terms.reduce(0) { $0 + $1.weight * $1.weight }.squareRoot()
    return terms.map { ($0.code, Float($0.weight / length)) }
  }

  /// The buckets of all rows, whose texts are the names of `codes`.
  func encode(codes: [Int32], names: [String]) -> WeightedLists {
    let terms = names.map(weights)
    var lists = WeightedLists()
    for code in codes { lists.append(terms[Int(code)]) }
    return lists
  }
}
