import Files

/// What a trial is told before it begins: all that it needs, so that it never opens the ledger.
struct TrialOrder: Codable, Sendable, Equatable {
  /// The study's folder, as it was given.
  var study: String
  /// The recipe's path; empty for the built-in one.
  var recipe: String
  /// The study's own overrides.
  var overrides: [String]
  /// What tells the study from others.
  var digest: String
  /// The trial: its values and its seed.
  var trial: Trial
  /// What it is run for.
  var purpose: TrialPurpose
  /// The digests of the files that earlier trials read, by their paths.
  var inputs: [String: String]
  /// The process it ends with, on the same machine; nil where it lives on without.
  var parent: Int32?
  /// How often it says that it lives, in seconds.
  var beatSeconds: Double
  /// How often it looks for a word, in seconds.
  var watchSeconds: Double
}

/// What a trial is told on the way.
enum TrialWord: Sendable, Equatable {
  /// To go on.
  case goOn
  /// To end, as others are better; why.
  case prune(String)
  /// To end at a place from which it can go on another time.
  case stop

  /// One line of text.
  var line: String {
    switch self {
    case .goOn: "go on\n"
    case .prune(let reason):
      "prune \(reason.split(whereSeparator: \.isNewline).joined(separator: " "))\n"
    case .stop: "stop\n"
    }
  }

  /// The word in the first line of a text; nil where that is not whole, or none.
  init?(_ text: String) {
    guard let end = text.firstIndex(of: "\n") else { return nil }
    let line = text[..<end]
    if line == "go on" {
      self = .goOn
    } else if line == "stop" {
      self = .stop
    } else if line.hasPrefix("prune ") {
      self = .prune(String(line.dropFirst("prune ".count)))
    } else {
      return nil
    }
  }
}

/// What a trial tells on the way, a line each. Times are seconds since 1970 by the clock of its machine.
enum TrialTold: Codable, Sendable, Equatable {
  /// It begins, or begins again where its job was put back to the queue.
  case began(host: String, process: Int32, at: Double)
  /// A value on the way: of which cell, after which epoch, so many seconds after the cell began and after the trial did.
  case value(cell: String, step: Int, value: Double, cellSeconds: Double, seconds: Double)
  /// It lives.
  case beat(at: Double)
  /// It ends without a result, at a place from which it can go on.
  case stopped(at: Double)
  /// Its result is there.
  case ended(at: Double)
}
