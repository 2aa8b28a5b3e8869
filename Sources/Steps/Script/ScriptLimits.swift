import Recipe

/// How long a program may run and how much memory it may take; neither changes what comes out.
struct ScriptLimits: Sendable {
  /// In seconds.
  let timeout: Double
  /// Of it and all that it starts together, in bytes; nil for no limit.
  let memory: Int?

  init(_ fields: inout Fields) {
    timeout = fields.double(
      "timeout",
      default: 3600,
      in: .above(0),
      role: .presentation,
      "How many seconds the program may run; then it is ended and the cell fails."
    )
    memory = fields.optionalInt(
      "memory",
      in: 1...100_000_000,
      role: .presentation,
      "How many megabytes the program and all that it starts may take together; beyond them it is ended and the cell fails."
    ).map { $0 * 1_000_000 }
  }
}
