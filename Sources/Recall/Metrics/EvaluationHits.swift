import Files
import Numerics

/// The hits of an evaluation as a file beside its run, so that runs can be compared user by user later.
///
/// A safetensors file: `users` (I64), `offsets` (I32, one more than users) and, for each list, `ranks.NAME` (U8, or U16
/// where lists are deeper than 255) as ``HitRecord`` has them; the same under `validation.` where validation clicks were
/// measured. Its metadata say `format`, `depth`, `cutoffs`, `lists` in order (a line each), and the digest `held_out`.
package struct EvaluationHits: Sendable, Equatable {
  /// The name of the file.
  package static let file = "eval_hits.safetensors"
  private static let format = "towerbook hits 1"
  private static let validationPrefix = "validation."

  /// The values of `k` that were measured, ascending.
  package var cutoffs: [Int]
  /// On the clicks held out for the test.
  package var test: HitRecord
  /// On those held out for validation; nil where they were not measured.
  package var validation: HitRecord?

  /// Puts hits together.
  package init(cutoffs: [Int], test: HitRecord, validation: HitRecord?) {
    self.cutoffs = cutoffs
    self.test = test
    self.validation = validation
  }

  /// Writes the file to `path`.
  /// - Throws: `FileError`.
  package func write(to path: String) throws {
    var tensors: [SafetensorsFile.Tensor] = []
    var metadata = [
      (key: "format", value: Self.format),
      (key: "cutoffs", value: cutoffs.map(String.init).joined(separator: ",")),
    ]
    let records = [("", test)] + (validation.map { [(Self.validationPrefix, $0)] } ?? [])
    for (prefix, record) in records { record.add(to: &tensors, &metadata, prefix) }
    try SafetensorsFile(tensors: tensors, metadata: metadata).write(to: path)
  }

  /// Reads the file at `path`.
  /// - Throws: `FileError` where it cannot be read, `FormatFailure` where it is damaged.
  package init(reading path: String) throws {
    let file = try SafetensorsFile(reading: path)
    let facts = Dictionary(file.metadata.map { ($0.key, $0.value) }) { first, _ in first }
    let cutoffs = (facts["cutoffs"] ?? "").split(separator: ",").map { Int($0) }
    guard facts["format"] == Self.format, let test = HitRecord(file, facts, ""), !cutoffs.isEmpty,
      cutoffs.allSatisfy({ $0.map { 1...test.depth ~= $0 } ?? false })
    else { throw FormatFailure(path: path, problem: "it is no record of hits that this program reads") }
    let hasValidation = file.tensor(Self.validationPrefix + "users") != nil
    let validation = hasValidation ? HitRecord(file, facts, Self.validationPrefix) : nil
    guard hasValidation == (validation != nil) else {
      throw FormatFailure(path: path, problem: "its validation hits do not fit together")
    }
    self.init(cutoffs: cutoffs.compactMap { $0 }, test: test, validation: validation)
  }
}

extension HitRecord {
  fileprivate func add(
    to tensors: inout [SafetensorsFile.Tensor],
    _ metadata: inout [(key: String, value: String)],
    _ prefix: String
  ) {
    tensors.append(.init(name: "\(prefix)users", shape: [users.count], values: .int64(users)))
    tensors.append(.init(name: "\(prefix)offsets", shape: [offsets.count], values: .int32(offsets)))
    for list in lists {
      let values: SafetensorsFile.Values =
        depth <= UInt8.max ? .uint8(list.ranks.map { UInt8($0) }) : .uint16(list.ranks)
      tensors.append(.init(name: "\(prefix)ranks.\(list.name)", shape: [list.ranks.count], values: values))
    }
    metadata.append(("\(prefix)depth", String(depth)))
    metadata.append(("\(prefix)held_out", "\(heldOut)"))
    metadata.append(("\(prefix)lists", lists.map(\.name).joined(separator: "\n")))
  }

  /// Takes the record under `prefix` out of a file; nil where something is missing or does not fit.
  fileprivate init?(_ file: SafetensorsFile, _ facts: [String: String], _ prefix: String) {
    guard case .int64(let users)? = file.tensor("\(prefix)users")?.values,
      case .int32(let offsets)? = file.tensor("\(prefix)offsets")?.values,
      let depth = facts["\(prefix)depth"].flatMap({ Int($0) }), 1...Int(UInt16.max) ~= depth,
      let heldOut = facts["\(prefix)held_out"].flatMap({ Digest(hexadecimal: $0) }),
      offsets.count == users.count + 1, offsets.first == 0,
      zip(offsets, offsets.dropFirst()).allSatisfy(<)
    else { return nil }
    var lists: [List] = []
    for name in (facts["\(prefix)lists"] ?? "").split(separator: "\n").map(String.init) {
      var ranks: [UInt16]
      switch file.tensor("\(prefix)ranks.\(name)")?.values {
      case .uint8(let values)?: ranks = values.map { UInt16($0) }
      case .uint16(let values)?: ranks = values
      default: return nil
      }
      guard ranks.count == Int(offsets.last ?? 0), ranks.allSatisfy({ $0 <= depth }) else { return nil }
      lists.append(List(name: name, ranks: ranks))
    }
    self.init(depth: depth, users: users, offsets: offsets, heldOut: heldOut, lists: lists)
  }
}
