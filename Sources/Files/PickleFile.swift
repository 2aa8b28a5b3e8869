/// Python's pickles, which are neither read nor written: who opens one runs whatever program stands in it, and it is of one
/// version of one program.
package enum PickleFile {
  /// The endings that they go by, also compressed.
  private static let endings = ["pkl", "pickle", "pck", "joblib"]
  private static let compressions = ["gz", "zst", "bz2", "xz", "zip"]

  /// Whether a file of this name is one, by its ending.
  package static func isCalledSo(_ name: String) -> Bool {
    var parts = FilePaths.name(of: name).lowercased().split(separator: ".", omittingEmptySubsequences: false)
    if let last = parts.last, parts.count > 2, compressions.contains(String(last)) { parts.removeLast() }
    return parts.count > 1 && endings.contains { $0 == parts.last ?? "" }
  }

  /// Why what somebody wants as a pickle is not written as one, and what to do.
  /// - Parameters:
  ///   - what: what is not written so, in words and the plural.
  ///   - instead: what to ask for instead.
  ///   - reading: the line of Python that reads that.
  package static func notWritten(_ what: String, instead: String, reading: String) -> String {
    "\(what) are not written as a pickle, which runs whatever stands in it when it is opened; \(instead), which Python "
      + "reads by \(reading)"
  }

  /// Why a pickle called `name` is not read, and the line of Python that makes a table of it.
  package static func notRead(_ name: String) -> String {
    let shown = FilePaths.name(of: name)
    return
      "a pickle is not read, as it runs whatever stands in it; make a table of it once in Python, if you trust it: "
      + "pandas.read_pickle('\(shown)').to_parquet('\(stem(shown)).parquet')"
  }

  private static func stem(_ name: String) -> String {
    var stem = FilePaths.stem(of: name)
    if endings.contains(where: { stem.lowercased().hasSuffix(".\($0)") }) { stem = FilePaths.stem(of: stem) }
    return stem
  }
}
