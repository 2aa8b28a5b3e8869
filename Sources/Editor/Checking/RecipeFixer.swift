import Files
import Glibc
import Recipe

/// Puts what was meant in place of what was written, where that is certain; everything else stays as it is, to the byte.
package struct RecipeFixer {
  /// A word that was replaced.
  package struct Change: Sendable, Equatable {
    /// Where it stood.
    package var place: Place
    /// What was written, and what stands there now.
    package var written: String
    package var meant: String

    /// `news.yaml:3:5: 'epohs' is now 'epochs'`.
    package var words: String { "\(place.shown): '\(written)' is now '\(meant)'" }
  }

  /// Rounds of looking and mending: what is mended may bring to light what was hidden behind it.
  private static let rounds = 20

  private let check: RecipeCheck
  private var texts: [String: [UInt8]] = [:]
  /// What was replaced, in order.
  package private(set) var changes: [Change] = []

  /// A fixer of recipes that `check` looks over.
  package init(_ check: RecipeCheck) { self.check = check }

  /// Mends the recipe at `path` and what it extends, in memory; what is wrong beyond that is returned.
  /// - Parameter overrides: settings of the command line, which stand in no file.
  package mutating func fix(_ path: String, overrides: [String] = []) -> RecipeCheck.Result {
    var result = check.check(path, overrides: overrides, unsaved: texts)
    for _ in 0..<Self.rounds {
      guard apply(result.diagnostics) else { break }
      result = check.check(path, overrides: overrides, unsaved: texts)
    }
    return result
  }

  /// Writes the files that were mended, each as a whole.
  /// - Throws: `FileError` where one cannot be written; it is as it was then.
  package func write() throws {
    for (path, bytes) in texts.sorted(by: { $0.key < $1.key }) {
      var facts = stat()
      let isKnown = stat(path, &facts) == 0
      try AtomicFile.write(to: path) { try $0.append(bytes) }
      // Who may read it stays as it was.
      if isKnown { chmod(path, facts.st_mode & 0o7777) }
    }
  }

  /// Makes all corrections that there are; false where there are none.
  private mutating func apply(_ diagnostics: [Diagnostic]) -> Bool {
    var isAny = false
    let corrections = Self.certain(diagnostics.compactMap(\.correction))
    for (file, ofFile) in Dictionary(grouping: corrections, by: \.place.file) {
      // What was typed on the command line is no file's.
      guard file != Place.commandLine else { continue }
      let path = FilePaths.real(FilePaths.absolute(file, from: check.root))
      guard let bytes = texts[path] ?? (try? MappedFile.read(path)) else { continue }
      let source = SourceText(name: file, directory: check.root, bytes: bytes)
      let skipped = bytes.count - source.bytes.count
      var mended = bytes
      // From the end, so that what is in front keeps its place.
      let found = ofFile.compactMap { one in one.range(in: source).map { (range: $0, correction: one) } }
      var last = Int.max
      for (range, correction) in found.sorted(by: { $0.range.lowerBound > $1.range.lowerBound })
      where range.upperBound <= last {
        last = range.lowerBound
        mended.replaceSubrange(
          range.lowerBound + skipped..<range.upperBound + skipped,
          with: correction.meant.utf8
        )
        var place = source.place(ofByte: range.lowerBound)
        place.length = correction.written.unicodeScalars.count
        changes.append(Change(place: place, written: correction.written, meant: correction.meant))
      }
      guard mended != bytes else { continue }
      texts[path] = mended
      isAny = true
    }
    changes.sort { $0.place < $1.place }
    return isAny
  }

  /// Each place once, where what was found there agrees: settings that two cells share may mean one thing in each.
  static func certain(_ corrections: [Correction]) -> [Correction] {
    var byPlace: [Place: [Correction]] = [:]
    for correction in corrections { byPlace[correction.place, default: []].append(correction) }
    return byPlace.values.compactMap { all in all.allSatisfy { $0 == all[0] } ? all[0] : nil }
  }
}
