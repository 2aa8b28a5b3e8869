import Files

/// A word of a recipe and the only one that can have been meant by it: what an editor, or `check --fix`, puts in its
/// place.
package struct Correction: Sendable, Equatable {
  /// Where the word stands: its own span, or that of a longer text that holds it once.
  package var place: Place
  /// The word as it was written.
  package var written: String
  /// What was meant.
  package var meant: String

  /// A correction.
  package init(place: Place, written: String, meant: String) {
    self.place = place
    self.written = written
    self.meant = meant
  }

  /// The correction to the one known name that is near, nil where none is, or more than one.
  ///
  /// - Parameter taken: the names that cannot be meant, as they stand there already.
  package init?(_ written: String, at place: Place?, among known: [String], taken: [String] = []) {
    guard let place, let meant = Suggestion.only(near: written, among: known), !taken.contains(meant) else {
      return nil
    }
    self.init(place: place, written: written, meant: meant)
  }

  /// The bytes of the word in a text, nil where it does not stand there exactly once as a word of its own, or where the
  /// other one cannot take its place as it is.
  package func range(in source: SourceText) -> Range<Int>? {
    guard let span = source.range(of: place), Self.isPlain(meant), !written.isEmpty else { return nil }
    let (word, bytes) = (Array(written.utf8), source.bytes)
    var found: Range<Int>?
    var start = span.lowerBound
    while start + word.count <= span.upperBound {
      let here = start..<start + word.count
      start += 1
      guard bytes[here].elementsEqual(word) else { continue }
      let isWhole = [here.lowerBound - 1, here.upperBound].allSatisfy { beside in
        !bytes.indices.contains(beside) || !Self.isInWord(bytes[beside])
      }
      guard isWhole else { continue }
      if found != nil { return nil }
      found = here
    }
    return found
  }

  /// Whether a name means itself wherever it stands, in quotes or not: letters, digits and what joins them, and read as a
  /// text.
  private static func isPlain(_ text: String) -> Bool {
    guard let first = text.utf8.first, isInWord(first), first != UInt8(ascii: "-") else { return false }
    guard text.utf8.allSatisfy({ isInWord($0) || ".@".utf8.contains($0) }) else { return false }
    if case .string = CoreSchema.scalar(plain: text).value { return true }
    return false
  }

  private static func isInWord(_ byte: UInt8) -> Bool {
    (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte >= 0x80
      || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
  }
}
