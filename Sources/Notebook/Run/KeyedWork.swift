import Files

/// Costly work inside of a step that cells of one run, and later runs, share: named by all that it depends on.
///
/// What the work takes of other cells it reads here, from inputs that are declared when it is made; their keys, with
/// the settings that only readers use, are part of every name. What it depends on besides, it must hand over with the
/// result it asks for. So nothing that it has read can be left out of the name.
package struct KeyedWork {
  private let name: String
  private let inputs: [(input: ArtifactInput, key: String)]
  private let outlines: ArtifactOutlines
  private let shared: SharedWork
  private let store: WorkStore
  private let readArtifact: (ArtifactInput) throws -> (any Artifact)?

  init(
    name: String,
    inputs: [(input: ArtifactInput, key: String)],
    outlines: ArtifactOutlines,
    shared: SharedWork,
    store: WorkStore,
    read: @escaping (ArtifactInput) throws -> (any Artifact)?
  ) {
    self.name = name
    self.inputs = inputs
    self.outlines = outlines
    self.shared = shared
    self.store = store
    readArtifact = read
  }

  /// Reads one of the inputs that the work was declared with.
  /// - Throws: ``RunFailure`` where it is not one of them, or where the cell named writes something else.
  package func read<A: Artifact>(_ input: ArtifactInput, as type: A.Type = A.self) throws -> A {
    try check(input)
    guard let artifact = try readArtifact(input) as? A else {
      throw RunFailure("'\(name)' needs a \(input.kind), and the cell that it names writes none")
    }
    return artifact
  }

  /// What the step behind one of the inputs says of what it writes.
  /// - Throws: ``RunFailure`` where the work was not declared with it.
  package func outline<A: Artifact>(of input: ArtifactInput, _ type: A.Type) throws -> A.Outline? {
    try check(input)
    return outlines.of(input, type)
  }

  private func check(_ input: ArtifactInput) throws {
    guard inputs.contains(where: { $0.input == input }) else {
      throw RunFailure("'\(name)' is not declared to read a \(input.kind), so its name would leave it out")
    }
  }

  private func key(_ arguments: String) -> String {
    ([name] + inputs.map(\.key) + [arguments]).joined(separator: " ")
  }

  /// What was kept for `arguments`, by an earlier cell or an earlier run; nil where there is nothing whole.
  ///
  /// - Parameters:
  ///   - arguments: all that the result depends on besides the inputs.
  ///   - unpack: makes the value of its bundle, and throws where that is damaged.
  package func kept<Value>(_ arguments: String, unpack: (Bundle) throws -> Value) throws -> Value? {
    let key = key(arguments)
    if let value = shared.value(key, as: Value.self) { return value }
    return try store.kept(key).map { try unpack($0.bundle) }
  }

  /// What was kept for `arguments` where it `suffices`; else the result of `work`, which is kept in its place.
  ///
  /// - Returns: the value, and the seconds that the work took, be it now or in an earlier run.
  /// - Throws: what `work` throws; `FileError` where the result cannot be kept; ``Interrupted``.
  package func result<Value>(
    _ arguments: String,
    pack: (Value) -> Bundle,
    unpack: (Bundle) throws -> Value,
    suffices: (Bundle) throws -> Bool,
    work: () throws -> Value
  ) throws -> (value: Value, seconds: Double) {
    let key = key(arguments)
    let kept = try store.result(key, suffices: suffices) { pack(try work()) }
    let value = try unpack(kept.bundle)
    shared.keep(value, as: key)
    return (value, kept.seconds)
  }
}

/// Results that the cells of one run keep for each other, by names made of everything they depend on.
final class SharedWork {
  private var values: [String: Any] = [:]

  /// What is kept under `key`, or nil.
  func value<T>(_ key: String, as type: T.Type = T.self) -> T? { values[key] as? T }
  /// Keeps `value` under `key` for the rest of the run.
  func keep(_ value: some Any, as key: String) { values[key] = value }
}
