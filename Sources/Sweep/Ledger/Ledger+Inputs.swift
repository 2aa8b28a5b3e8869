import GRDB

extension Ledger {
  private static let inputsKey = "inputs"

  /// The digests of the files that the study's trials read, by their paths.
  package func inputs() throws -> [String: String] { try Self.inputs(in: try note(Self.inputsKey)) }

  /// Adds the digests of files that a trial read.
  /// - Returns: the first file that was another when earlier trials read it; then nothing is added.
  package func add(inputs: [String: String]) throws -> String? {
    guard !inputs.isEmpty else { return nil }
    return try write("write which files trials read") { db in
      let known = try Self.inputs(in: Self.note(Self.inputsKey, db))
      if let changed = Self.changed(inputs, since: known) { return changed }
      let all = known.merging(inputs) { known, _ in known }
      if all != known { try Self.setNote(Self.inputsKey, try LedgerJSON.text(all), db) }
      return nil
    }
  }

  /// The first of these files, by name, that has another digest in `known`.
  static func changed(_ inputs: [String: String], since known: [String: String]) -> String? {
    inputs.keys.sorted().first { path in known[path].map { $0 != inputs[path] } ?? false }
  }

  private static func inputs(in text: String?) throws -> [String: String] {
    try text.map { try LedgerJSON.value([String: String].self, from: $0, what: "the files that trials read") }
      ?? [:]
  }
}
