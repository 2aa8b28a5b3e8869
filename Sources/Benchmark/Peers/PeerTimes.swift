/// What another library took, round by round.
struct PeerTimes: Codable {
  /// What a script in Python says of one round.
  struct Round: Codable {
    var version: String?
    var seconds: Double?
    /// The module that is not there.
    var missing: String?
  }

  /// The library's name.
  var name: String
  var version: String?
  var seconds: [Double] = []
  /// Why it could not be measured, as a sentence.
  var trouble: String?

  init(name: String) { self.name = name }

  /// Takes in a round.
  mutating func add(_ round: Round) {
    if let missing = round.missing { trouble = "This Python has no module '\(missing)'." }
    version = round.version ?? version
    if let taken = round.seconds { seconds.append(taken) }
  }

  /// The name with the version, where it is known.
  var title: String { version.map { "\(name) \($0)" } ?? name }
}
